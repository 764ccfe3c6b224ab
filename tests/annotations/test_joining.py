"""spaCy joins Docs: corrections keep their candidates and origin, at the new offsets."""

import time
import warnings

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from marked import CORRECTIONS, RICH_CORRECTIONS, SOURCE, TARGET, make_doc, make_nlp
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from spacy_sdcl.annotations.spans import make_gold_doc, set_corrections
from spacy_sdcl.types import Candidate, CharCorrection, Pair

NLP = spacy.blank("zh")


def moved(corrections, by):
    return [{**c, "start": c["start"] + by, "end": c["end"] + by} for c in corrections]


def test_what_is_flagged_stays_so_where_docs_are_joined():
    # spaCy keeps the spans then, but not what is beside them.
    doc = make_nlp("char").make_doc(SOURCE)
    set_corrections(doc, [CharCorrection(7, "他", 0.25, (Candidate("她", 0.5),))])
    joined = Doc.from_docs([doc, doc], ensure_whitespace=False)
    assert joined._.corrected == SOURCE * 2
    assert [(each["start"], each["target"]) for each in joined._.corrections] == [
        (7, "他"),
        (7 + len(SOURCE), "他"),
    ]


def test_corrections_of_joined_docs_are_joined(doc):
    joined = Doc.from_docs([doc, doc], ensure_whitespace=False)
    assert joined._.corrected == TARGET * 2
    assert [each["start"] for each in joined._.corrections] == [5, 8, 17, 20]


@pytest.mark.parametrize("space", [False, True])
def test_joined_corrections_keep_what_is_known_of_them(rich_doc, space):
    other = rich_doc.copy()
    set_corrections(other, CORRECTIONS)
    docs = [rich_doc, other, rich_doc]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        joined = Doc.from_docs(docs, ensure_whitespace=space)
    length = len(SOURCE) + space
    expected = [each for i, doc in enumerate(docs) for each in moved(doc._.corrections, i * length)]
    assert joined._.corrections == expected
    scores = [each._.correction_score for doc in docs for each in doc._.errors]
    assert [each._.correction_score for each in joined._.errors] == scores
    assert joined.spans["sdcl"].attrs["scores"].tolist() == scores


@pytest.mark.parametrize("name", ["errors", "corrections", "score", "token"])
def test_the_first_getter_to_be_asked_is_right(rich_doc, name):
    joined = Doc.from_docs([rich_doc, rich_doc], ensure_whitespace=False)
    read = {
        "errors": lambda doc: [each._.correction_score for each in doc._.errors],
        "corrections": lambda doc: [each["score"] for each in doc._.corrections],
        "score": lambda doc: (
            Span(doc, doc._.errors[0].start, doc._.errors[0].end)._.correction_score
        ),
        "token": lambda doc: [token._.correction for token in doc],
    }[name]
    once = read(rich_doc)
    assert read(joined) == (once if name == "score" else once * 2)


def test_joined_docs_are_joined_stored_and_merged_again(rich_doc):
    corrections = rich_doc._.corrections
    twice = Doc.from_docs([rich_doc, rich_doc], ensure_whitespace=False)
    thrice = Doc.from_docs([twice, rich_doc], ensure_whitespace=False)
    with thrice.retokenize() as retokenizer:
        retokenizer.merge(thrice[:])
    expected = [each for i in range(3) for each in moved(corrections, i * len(SOURCE))]
    (stored,) = DocBin().from_bytes(DocBin(docs=[thrice]).to_bytes()).get_docs(Vocab())
    for doc in (thrice, stored, thrice.copy(), Doc(Vocab()).from_bytes(thrice.to_bytes())):
        assert doc._.corrections == expected
        assert [error.text for error in doc._.errors] == [doc.text]


@pytest.mark.parametrize("store_user_data", [False, True])
def test_docs_from_a_file_are_joined(rich_doc, store_user_data):
    data = DocBin(docs=[rich_doc], store_user_data=store_user_data).to_bytes()
    vocab = Vocab()
    docs = [*DocBin().from_bytes(data).get_docs(vocab), *DocBin().from_bytes(data).get_docs(vocab)]
    joined = Doc.from_docs(docs, ensure_whitespace=False)
    corrections = rich_doc._.corrections
    assert joined._.corrections == corrections + moved(corrections, len(SOURCE))


def test_many_docs_are_joined_in_seconds():
    doc = NLP.make_doc("他门" * 2000)
    set_corrections(doc, [CharCorrection(2 * i + 1, "们", 0.5) for i in range(2000)])
    start = time.process_time()
    assert Doc.from_docs([doc, doc])._.corrected == "他们" * 2000 + " " + "他们" * 2000
    # A look at all spans for each that is joined takes minutes.
    assert time.process_time() - start < 20


def test_docs_are_joined_after_their_tokens_are_merged(rich_doc):
    corrections = rich_doc._.corrections
    with rich_doc.retokenize() as retokenizer:
        retokenizer.merge(rich_doc[:])
    joined = Doc.from_docs([rich_doc, rich_doc], ensure_whitespace=False)
    assert joined._.corrections == corrections + moved(corrections, len(SOURCE))


def test_gold_and_hand_made_and_predicted_docs_are_joined():
    gold = make_gold_doc(NLP, Pair("他门来了。", "他们来了。"))
    hand = NLP.make_doc("车占")
    hand.spans["sdcl"] = [Span(hand, 0, 2, label="车站")]
    clean = NLP.make_doc("你好")
    predicted = NLP.make_doc(SOURCE)
    set_corrections(predicted, RICH_CORRECTIONS)
    docs = [gold, hand, clean, predicted]
    joined = Doc.from_docs(docs, ensure_whitespace=False)
    assert joined._.corrected == "".join(doc._.corrected for doc in docs)
    expected, at = [], 0
    for doc in docs:
        expected += moved(doc._.corrections, at)
        at += len(doc.text)
    assert joined._.corrections == expected


def test_spans_that_replace_others_by_hand_take_nothing_over_from_them():
    doc = make_doc(corrections=RICH_CORRECTIONS)
    doc.spans["sdcl"] = [Span(doc, 5, 6, label="兴")]
    assert [(c["score"], c["candidates"]) for c in doc._.corrections] == [(1.0, [])]
    set_corrections(doc, CORRECTIONS)
    joined = Doc.from_docs([doc], ensure_whitespace=False)
    assert joined._.corrections == doc._.corrections
    assert [c["candidates"] for c in joined._.corrections] == [[], []]


def test_spans_that_are_sorted_out_keep_what_is_known_of_them():
    doc = make_doc(corrections=RICH_CORRECTIONS)
    first, _, last = doc._.corrections
    doc.spans["sdcl"] = [span for span in doc.spans["sdcl"] if span.label_ != span.text]
    assert doc._.corrections == [first, last]
    assert [span._.correction_score for span in doc._.errors] == [0.75, 1.0]


def test_joining_without_user_data_keeps_the_corrections_alone():
    doc = make_doc(corrections=RICH_CORRECTIONS)
    joined = Doc.from_docs([doc, doc], ensure_whitespace=False, exclude=["user_data"])
    assert joined._.corrected == TARGET * 2
    assert [c["candidates"] for c in joined._.corrections] == [[]] * 6


def test_other_user_data_is_left_alone():
    doc = make_doc(corrections=RICH_CORRECTIONS)
    doc.user_data.update({"title": "mine", 7: "seven", ("._.", "other", 5, 6): 1})
    set_corrections(doc, [])
    assert doc.user_data == {"title": "mine", 7: "seven", ("._.", "other", 5, 6): 1}


@settings(max_examples=50)
@given(
    texts=st.lists(st.text("我门他行高a\n😀，", max_size=8), min_size=1, max_size=4),
    space=st.booleans(),
    data=st.data(),
)
def test_docs_of_any_text_are_joined(texts, space, data):
    docs, expected, at = [], [], 0
    for text in texts:
        doc = NLP.make_doc(text)
        places = [i for t in doc for i in range(t.idx, t.idx + len(t))]
        chosen = data.draw(st.lists(st.sampled_from(places), unique=True)) if places else []
        others = (Candidate("们", 0.75), Candidate("门", 0.2))
        set_corrections(
            doc,
            [
                CharCorrection(i, *data.draw(st.sampled_from([("们", 0.75, others), ("兴", 1.0)])))
                for i in sorted(chosen)
            ],
        )
        docs.append(doc)
        expected += moved(doc._.corrections, at)
        spaced = space and len(doc) and not doc[-1].is_space and not doc[-1].whitespace_
        at += len(text) + bool(spaced)
    joined = Doc.from_docs(docs, ensure_whitespace=space)
    assert joined._.corrections == expected
