"""Corrections keep to their characters, whatever becomes of the tokens after them."""

import pytest
import spacy
from marked import STORES, check
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from spacy_sdcl.annotations.alignment import FEW_SPANS
from spacy_sdcl.annotations.spans import make_gold_doc, set_corrections
from spacy_sdcl.types import Candidate, CharCorrection, Pair

NLP = spacy.blank("zh")
SOURCE = "他门来了，我今天很高行。"
TARGET = "他们来了，我今天很高兴。"
CORRECTIONS = [
    CharCorrection(1, "们", 0.5, (Candidate("们", 0.5), Candidate("门", 0.25))),
    CharCorrection(10, "兴", 0.75),
]


@pytest.fixture
def doc():
    doc = NLP.make_doc(SOURCE)
    set_corrections(doc, CORRECTIONS)
    return doc


def merge(doc, *ranges):
    with doc.retokenize() as retokenizer:
        for start, end in ranges:
            retokenizer.merge(doc[start:end])


def split(doc, token, *lengths):
    text, words = doc[token].text, []
    for length in lengths:
        words.append(text[:length])
        text = text[length:]
    with doc.retokenize() as retokenizer:
        retokenizer.split(doc[token], [*words, text], [doc[token]] * (len(words) + 1))


def read_errors(doc):
    return [
        (each.text, each.label_, each._.correction, each._.correction_score)
        for each in doc._.errors
    ]


@pytest.mark.parametrize("first", [None, (0, 2), (3, 9), (9, 11), (0, 12)])
@pytest.mark.parametrize("second", [(0, 2), (1, 3), (2, 4)])
def test_a_token_that_is_merged_moves_no_correction(doc, first, second):
    corrections = doc._.corrections
    if first is not None:
        merge(doc, first)
        check(doc, corrections)
    if second[1] <= len(doc):
        merge(doc, second)
        check(doc, corrections)


def test_errors_are_the_tokens_that_hold_the_wrong_characters(doc):
    merge(doc, (0, 2), (9, 11))
    assert read_errors(doc) == [("他门", "他们", "他们", 0.5), ("高行", "高兴", "高兴", 0.75)]
    assert [(each["source"], each["target"]) for each in doc._.corrections] == [
        ("门", "们"),
        ("行", "兴"),
    ]


def test_errors_merged_into_one_token_are_one_error_with_the_lower_score(doc):
    corrections = doc._.corrections
    merge(doc, (0, 12))
    assert read_errors(doc) == [(SOURCE, TARGET, TARGET, 0.5)]
    check(doc, corrections)


def test_a_token_that_is_split_is_cut_to_its_wrong_characters():
    doc = Doc(NLP.vocab, words=[SOURCE])
    set_corrections(doc, CORRECTIONS)
    corrections = doc._.corrections
    split(doc, 0, 2, 7)
    assert read_errors(doc) == [("他门", "他们", "他们", 0.5), ("高行。", "高兴。", "高兴。", 0.75)]
    check(doc, corrections)
    split(doc, 2, 1, 1)
    assert [each.text for each in doc._.errors] == ["他门", "行"]
    check(doc, corrections)


def test_a_merge_and_a_split_in_one_block_that_leave_the_number_of_tokens(doc):
    merge(doc, (9, 11))
    corrections = doc._.corrections
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[0:2])
        retokenizer.split(doc[9], ["高", "行"], [doc[9], doc[9]])
    assert len(doc) == 11
    assert [token.text for token in doc if token._.is_error] == ["他门", "行"]
    check(doc, corrections)


GETTERS = {
    "corrected": (lambda doc: doc._.corrected, TARGET),
    "corrections": (lambda doc: [each["start"] for each in doc._.corrections], [1, 10]),
    "errors": (lambda doc: [each.text for each in doc._.errors], ["他门", "高行"]),
    "group": (lambda doc: [each.text for each in doc.spans["sdcl"]], ["他门", "高行"]),
    "span": (lambda doc: doc[8:9]._.correction, "高兴"),
    "score": (lambda doc: doc[8:9]._.correction_score, 0.75),
    "text": (lambda doc: doc[3:9]._.corrected, "，我今天很高兴"),
    "is_error": (lambda doc: [token._.is_error for token in doc[-2:]], [True, False]),
    "token": (lambda doc: doc[8]._.correction, "高兴"),
}


@pytest.mark.parametrize("stored", [False, True], ids=["set", "stored"])
@pytest.mark.parametrize("name", GETTERS)
def test_each_getter_is_right_when_it_is_the_first_to_be_asked(doc, name, stored):
    if stored:
        # A Doc that was read from bytes knows nothing of the component.
        doc = Doc(Vocab()).from_bytes(doc.to_bytes())
    merge(doc, (0, 2), (9, 11))
    read, expected = GETTERS[name]
    assert read(doc) == expected


def test_a_group_that_someone_holds_is_the_one_that_is_kept_right(doc):
    group = doc.spans["sdcl"]
    group.attrs["mine"] = {1, 2}
    merge(doc, (0, 2), (9, 11))
    assert doc._.corrected == TARGET
    assert [span.text for span in group] == ["他门", "高行"]
    assert doc.spans["sdcl"] is group
    assert group.attrs["mine"] == {1, 2}


@pytest.mark.parametrize("tokens", [(0, 2), (0, 5), (3, 4), (4, 6), (3, 6)])
def test_spans_of_several_tokens_written_by_hand(tokens):
    doc = NLP.make_doc("我他门在学笑里")
    doc.spans["sdcl"] = [Span(doc, 5, 7, label="校里"), Span(doc, 1, 3, label="他们")]
    corrections = doc._.corrections
    merge(doc, tokens)
    assert doc._.corrected == "我他们在学校里"
    assert sorted(doc._.corrections, key=lambda each: each["start"]) == sorted(
        corrections, key=lambda each: each["start"]
    )
    for error in doc._.errors:
        assert error.label_ == "我他们在学校里"[error.start_char : error.end_char]
        assert error._.correction_score == 1.0
    assert doc.copy()._.corrected == doc._.corrected


def test_a_span_of_several_tokens_stays_one_where_others_are_merged():
    doc = NLP.make_doc("今天他门在学笑")
    doc.spans["sdcl"] = [Span(doc, 2, 7, label="他们在学校", kb_id="Q1", span_id="mine")]
    merge(doc, (0, 2), (5, 7))
    (error,) = doc._.errors
    assert (error.text, error.label_, error.kb_id_, error.id_) == (
        "他门在学笑",
        "他们在学校",
        "Q1",
        "mine",
    )
    assert [token._.is_error for token in doc] == [False, True, True, True, True]
    assert "scores" not in doc.spans["sdcl"].attrs


def test_an_error_flagged_by_hand_stays_flagged():
    doc = Doc(NLP.vocab, words=["ok", "我门1", "好"], spaces=[False] * 3)
    doc.spans["sdcl"] = [Span(doc, 1, 2, label="我门1")]
    corrections = doc._.corrections
    merge(doc, (0, 2))
    assert doc._.corrections == corrections
    split(doc, 0, 2, 1, 1)
    assert [each.text for each in doc._.errors] == ["我", "门"]
    assert doc._.corrections == corrections
    assert doc._.corrected == doc.text


def test_what_is_wrong_with_a_group_is_said_after_merging_too(doc):
    doc.spans["sdcl"] = [Span(doc, 10, 11, label="兴奋")]
    merge(doc, (0, 2), (3, 6))
    with pytest.raises(ValueError, match="'行' is '兴奋', but must be its corrected text"):
        _ = doc._.errors
    doc.spans["sdcl"] = [Span(doc, 3, 5, label=doc[3:5].text), Span(doc, 4, 6, label="很高")]
    merge(doc, (0, 2))
    with pytest.raises(ValueError, match="overlaps the one before it"):
        _ = doc._.errors


def test_many_errors_after_merging_are_found_in_seconds():
    count = 3000
    assert count > FEW_SPANS
    doc = NLP.make_doc("他门" * count)
    set_corrections(doc, [CharCorrection(2 * i + 1, "们", 0.5) for i in range(count)])
    merge(doc, *((2 * i, 2 * i + 2) for i in range(count)))
    assert all(token._.is_error for token in doc)
    assert "".join(token._.correction for token in doc) == "他们" * count
    assert all(span._.correction == "他们" for span in doc._.errors)
    assert "".join(doc[i : i + 10]._.corrected for i in range(0, count, 10)) == "他们" * count


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("again", STORES)
def test_merged_tokens_are_stored_and_merged_again(doc, store, again):
    corrections = doc._.corrections
    merge(doc, (0, 2), (9, 11))
    stored = STORES[store](doc)
    check(stored, corrections)
    merge(stored, (1, 9))
    split(stored, 0, 1)
    check(STORES[again](stored), corrections)
    check(doc, corrections)


def test_a_gold_doc_whose_tokens_are_merged_gives_the_same_example():
    doc = make_gold_doc(NLP, Pair(SOURCE, TARGET))
    merge(doc, (0, 2), (9, 11))
    (stored,) = DocBin().from_bytes(DocBin(docs=[doc]).to_bytes()).get_docs(Vocab())
    for each in (doc, stored, doc.copy()):
        assert (each.text, each._.corrected) == (SOURCE, TARGET)
        assert set(each.spans["sdcl"].attrs) == {"scores"}
        assert not each.user_data
