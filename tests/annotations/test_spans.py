"""Corrections on a Doc: set, read, serialised, with any tokenizer."""

import time

import pytest
import spacy
import srsly
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin, Span, SpanGroup
from spacy.training import Corpus, Example
from spacy.vocab import Vocab
from tiny import make_whitespace_tokenizer

from spacy_sdcl.annotations.getters import EXTENSIONS, register_extensions
from spacy_sdcl.annotations.spans import (
    FEW_SPANS,
    TOKENS_AT_ONCE,
    error_scores,
    make_gold_doc,
    set_corrections,
    text_of,
)
from spacy_sdcl.types import Candidate, CharCorrection, Pair

SOURCE = "我今天很高行，他门也是。"
TARGET = "我今天很高兴，他们也是。"
NLP = spacy.blank("zh")
PLAIN = {"candidates": [], "origin": "model"}
CORRECTIONS = [CharCorrection(5, "兴", 0.75), CharCorrection(8, "们", 0.5)]


def make_nlp(tokenizer):
    if tokenizer == "jieba":
        pytest.importorskip("jieba")
        return spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    if tokenizer == "char":
        return spacy.blank("zh")
    nlp = spacy.blank("xx")
    if tokenizer == "whitespace":
        nlp.tokenizer = make_whitespace_tokenizer(nlp)
    return nlp


def make_doc(tokenizer="char"):
    doc = make_nlp(tokenizer).make_doc(SOURCE)
    set_corrections(doc, CORRECTIONS)
    return doc


def read_all(doc):
    """Everything that the getters say of a Doc, in plain values."""
    return {
        "corrected": doc._.corrected,
        "corrections": doc._.corrections,
        "errors": [
            (each.start, each.end, each.label_, each._.correction, each._.correction_score)
            for each in doc._.errors
        ],
        "tokens": [(token._.is_error, token._.correction) for token in doc],
    }


@pytest.fixture
def doc():
    return make_doc()


def test_the_span_group_holds_a_span_for_each_error_with_its_score(doc):
    group = doc.spans["sdcl"]
    assert [(span.text, span.label_) for span in group] == [("行", "兴"), ("门", "们")]
    assert group.attrs["scores"].dtype == "float32"
    assert group.attrs["scores"].tolist() == [0.75, 0.5]


def test_getters_of_the_doc(doc):
    assert doc._.corrected == TARGET
    assert isinstance(doc._.errors, tuple)
    assert [span.text for span in doc._.errors] == ["行", "门"]
    assert doc._.corrections == [
        {"start": 5, "end": 6, "source": "行", "target": "兴", "score": 0.75, **PLAIN},
        {"start": 8, "end": 9, "source": "门", "target": "们", "score": 0.5, **PLAIN},
    ]
    types = [type(value) for value in doc._.corrections[0].values()]
    assert types == [int, int, str, str, float, list, str]


def test_getters_of_spans(doc):
    assert [(span._.correction, span._.correction_score) for span in doc._.errors] == [
        ("兴", 0.75),
        ("们", 0.5),
    ]
    # Any span over the same tokens, whatever its label; no other.
    assert doc[5:6]._.correction == "兴"
    assert doc[5:7]._.correction is None
    assert doc[4:6]._.correction is None
    assert doc[0:1]._.correction_score is None
    assert doc[5:5]._.correction is None


def test_getters_of_tokens(doc):
    assert [token.i for token in doc if token._.is_error] == [5, 8]
    assert "".join(token._.correction for token in doc) == TARGET


@pytest.mark.parametrize("group", [False, True], ids=["no-span-group", "empty-span-group"])
def test_a_doc_without_errors_reads_as_its_text(group):
    doc = spacy.blank("zh").make_doc(SOURCE)
    if group:
        set_corrections(doc, [])
    assert read_all(doc) == {
        "corrected": SOURCE,
        "corrections": [],
        "errors": [],
        "tokens": [(False, char) for char in SOURCE],
    }
    assert doc[0:1]._.correction is None
    assert doc._.errors == ()


def test_a_text_is_put_together_from_any_number_of_tokens():
    nlp = spacy.blank("zh")
    for count in (0, 1, TOKENS_AT_ONCE, 2 * TOKENS_AT_ONCE + 1):
        doc = Doc(nlp.vocab, words=["天"] * count, spaces=[i % 3 == 0 for i in range(count)])
        assert text_of(doc) == doc.text


def test_the_empty_doc():
    doc = spacy.blank("zh").make_doc("")
    set_corrections(doc, [])
    assert read_all(doc) == {"corrected": "", "corrections": [], "errors": [], "tokens": []}


@pytest.mark.parametrize("tokenizer", ["char", "jieba", "xx", "whitespace"])
def test_any_tokenizer_gives_the_same_text_and_corrections(tokenizer):
    doc = make_doc(tokenizer)
    assert doc._.corrected == TARGET
    assert [each["start"] for each in doc._.corrections] == [5, 8]
    assert "".join(token._.correction + token.whitespace_ for token in doc) == TARGET


def test_a_token_with_two_wrong_characters_is_one_error_with_the_lower_score_and_both_are_listed():
    doc = make_doc("whitespace")
    (span,) = doc._.errors
    assert span.text == SOURCE
    assert span.label_ == span._.correction == TARGET
    assert span._.correction_score == 0.5
    assert [(each["start"], each["target"], each["score"]) for each in doc._.corrections] == [
        (5, "兴", 0.75),
        (8, "们", 0.5),
    ]


def test_a_span_of_several_tokens_is_shared_out_to_them():
    doc = spacy.blank("zh").make_doc("他门在学笑")
    doc.spans["sdcl"] = [Span(doc, 0, 5, label="他们在学校")]
    assert [token._.correction for token in doc] == list("他们在学校")
    assert doc._.corrected == "他们在学校"
    assert [each["start"] for each in doc._.corrections] == [1, 4]
    assert [each["score"] for each in doc._.corrections] == [1.0, 1.0]
    assert doc._.errors[0]._.correction_score == 1.0


@pytest.mark.parametrize("start", [2, 6, 9])
def test_a_correction_of_no_character_of_a_token_is_refused(start):
    doc = Doc(Vocab(), words=["我门", "去", "学笑"], spaces=[True, False, True])
    with pytest.raises(ValueError, match=f"Cannot correct character {start} of '我门 去学笑 '"):
        set_corrections(doc, [CharCorrection(start, "们", 0.5)])


def test_a_correction_in_an_empty_doc_is_refused():
    with pytest.raises(ValueError, match="no tokens"):
        set_corrections(Doc(Vocab()), [CharCorrection(0, "们", 0.5)])


def test_setting_corrections_again_replaces_the_old_ones(doc):
    set_corrections(doc, CORRECTIONS[1:])
    assert doc._.corrected == "我今天很高行，他们也是。"
    set_corrections(doc, [])
    assert doc._.corrected == SOURCE
    assert "sdcl" in doc.spans


def test_spans_in_any_order_are_applied(doc):
    doc.spans["sdcl"] = [Span(doc, 8, 9, label="们"), Span(doc, 5, 6, label="兴")]
    assert doc._.corrected == TARGET
    assert "".join(token._.correction for token in doc) == TARGET
    assert doc[5:6]._.correction == "兴"


@pytest.mark.parametrize("count", [FEW_SPANS - 1, FEW_SPANS, FEW_SPANS + 1, 3 * FEW_SPANS + 5])
def test_tokens_find_their_error_among_any_number(count):
    nlp = spacy.blank("zh")
    doc = nlp.make_doc("他门。" * count)
    corrections = [CharCorrection(3 * i + 1, "们", (i + 1) / 1000) for i in range(count)]
    set_corrections(doc, corrections)
    assert [token.i for token in doc if token._.is_error] == [each.start for each in corrections]
    assert "".join(token._.correction for token in doc) == doc._.corrected == "他们。" * count
    scores = [span._.correction_score for span in doc._.errors]
    assert scores == pytest.approx([each.score for each in corrections])


def test_getters_of_a_document_with_ten_thousand_errors_take_seconds_at_most():
    count = 10_000
    doc = spacy.blank("zh").make_doc("他门" * count)
    start = time.process_time()
    set_corrections(doc, [CharCorrection(2 * i + 1, "们", 0.5) for i in range(count)])
    assert sum(token._.is_error for token in doc) == count
    assert doc._.corrected == "他们" * count
    assert len(doc._.corrections) == count
    assert all(span._.correction == "们" for span in doc._.errors)
    # A look at all errors for each token takes minutes.
    assert time.process_time() - start < 20


def test_a_label_of_another_length_is_refused(doc):
    doc.spans["sdcl"] = [Span(doc, 5, 6, label="兴奋")]
    for read in (
        lambda: doc._.corrected,
        lambda: doc._.corrections,
        lambda: doc[5]._.correction,
    ):
        with pytest.raises(ValueError, match="'兴奋', but must be its corrected text"):
            read()


def test_a_span_without_a_label_is_refused(doc):
    doc.spans["sdcl"] = [Span(doc, 5, 6)]
    with pytest.raises(ValueError, match="must be its corrected text"):
        _ = doc._.corrected


def test_overlapping_spans_are_refused(doc):
    doc.spans["sdcl"] = [Span(doc, 4, 6, label="高兴"), Span(doc, 5, 7, label="兴，")]
    with pytest.raises(ValueError, match="overlaps the one before it"):
        _ = doc._.corrected


def test_scores_that_are_not_one_for_each_span_are_refused(doc):
    doc.spans["sdcl"].append(Span(doc, 0, 1, label="你"))
    with pytest.raises(ValueError, match="3 spans, but 2 scores"):
        error_scores(doc)


@pytest.fixture(params=["char", "whitespace"])
def rich_doc(request):
    """A Doc with candidates, a phrase of the user's own, and an error that is only flagged."""
    doc = make_nlp(request.param).make_doc(SOURCE)
    candidates = (Candidate("兴", 0.75), Candidate("行", 0.125))
    set_corrections(
        doc,
        [
            CharCorrection(5, "兴", 0.75, candidates),
            CharCorrection(7, "他", 0.25, (Candidate("她", 0.5),)),
            CharCorrection(8, "们", 1.0, (), "confusions"),
        ],
    )
    return doc


def test_candidates_origin_and_flags_are_listed_character_by_character(rich_doc):
    candidates = [{"target": "兴", "score": 0.75}, {"target": "行", "score": 0.125}]
    assert [tuple(each.values())[2:] for each in rich_doc._.corrections] == [
        ("行", "兴", 0.75, candidates, "model"),
        ("他", "他", 0.25, [{"target": "她", "score": 0.5}], "model"),
        ("门", "们", 1.0, [], "confusions"),
    ]
    assert [each["start"] for each in rich_doc._.corrections] == [5, 7, 8]


def test_a_flagged_error_is_an_error_and_changes_nothing(rich_doc):
    assert rich_doc._.corrected == TARGET
    token = next(token for token in rich_doc if token.idx <= 7 < token.idx + len(token))
    assert token._.is_error
    assert "".join(token._.correction for token in rich_doc) == TARGET


def test_the_details_are_plain_values_that_survive_bytes_docbin_and_copies(rich_doc):
    expected = read_all(rich_doc)
    srsly.json_dumps(rich_doc.spans["sdcl"].attrs["details"])
    assert read_all(Doc(Vocab()).from_bytes(rich_doc.to_bytes())) == expected
    (restored,) = DocBin().from_bytes(DocBin(docs=[rich_doc]).to_bytes()).get_docs(Vocab())
    assert read_all(restored) == expected
    assert read_all(rich_doc.copy()) == expected


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


def test_a_gold_doc_has_no_details_to_carry():
    attrs = make_gold_doc(spacy.blank("zh"), Pair(SOURCE, TARGET)).spans["sdcl"].attrs
    assert set(attrs) == {"scores"}


def test_a_span_flagged_by_hand_lists_its_chinese_characters():
    doc = make_nlp("whitespace").make_doc("ok 我门1")
    doc.spans["sdcl"] = [Span(doc, 1, 2, label="我门1")]
    found = [(each["start"], each["source"], each["target"]) for each in doc._.corrections]
    assert found == [(3, "我", "我"), (4, "门", "门")]
    assert doc._.corrected == doc.text


def test_details_that_are_not_one_for_each_span_are_refused(rich_doc):
    group = rich_doc.spans["sdcl"]
    group.attrs["details"] = group.attrs["details"] + [[]]
    with pytest.raises(ValueError, match=r"spans, but \d entries"):
        _ = rich_doc._.corrections


def test_everything_survives_bytes_with_another_vocabulary(doc):
    restored = Doc(Vocab()).from_bytes(doc.to_bytes())
    assert read_all(restored) == read_all(doc)


def test_everything_survives_a_docbin_with_another_vocabulary(doc):
    clean = spacy.blank("zh").make_doc("没有错。")
    set_corrections(clean, [])
    data = DocBin(docs=[doc, clean]).to_bytes()
    restored, restored_clean = DocBin().from_bytes(data).get_docs(Vocab())
    assert read_all(restored) == read_all(doc)
    assert "sdcl" in restored_clean.spans
    assert read_all(restored_clean) == read_all(clean)


def test_everything_survives_a_copy_which_is_independent(doc):
    copy = doc.copy()
    assert read_all(copy) == read_all(doc)
    set_corrections(copy, [])
    assert doc._.corrected == TARGET


def test_corrections_of_joined_docs_are_joined(doc):
    joined = Doc.from_docs([doc, doc], ensure_whitespace=False)
    assert joined._.corrected == TARGET * 2
    assert [each["start"] for each in joined._.corrections] == [5, 8, 17, 20]


def test_a_gold_doc_has_the_misspelt_text_and_its_corrections():
    doc = make_gold_doc(spacy.blank("zh"), Pair(SOURCE, TARGET))
    assert doc.text == SOURCE
    assert doc._.corrected == TARGET
    assert [each["score"] for each in doc._.corrections] == [1.0, 1.0]


def test_a_gold_doc_without_errors_is_annotated_all_the_same():
    doc = make_gold_doc(spacy.blank("zh"), Pair(TARGET, TARGET))
    assert "sdcl" in doc.spans
    assert doc._.corrected == TARGET


def test_a_gold_pair_of_unequal_lengths_is_refused():
    with pytest.raises(ValueError, match="same length, not 2 and 3"):
        make_gold_doc(spacy.blank("zh"), Pair("我门", "我们的"))


@given(
    pair=st.lists(
        st.tuples(st.sampled_from("我门 a\n😀𠮷，"), st.sampled_from("我们你𠮷")), max_size=30
    )
)
def test_a_gold_doc_of_any_pair_gives_back_its_target(pair):
    source = "".join(wrong for wrong, _ in pair)
    # Spaces stay, as in any pair of texts of the field.
    target = "".join(wrong if wrong.isspace() else right for wrong, right in pair)
    doc = make_gold_doc(NLP, Pair(source, target))
    assert (doc.text, doc._.corrected) == (source, target)
    assert "".join(t._.correction + t.whitespace_ for t in doc) == target
    assert [each["start"] for each in doc._.corrections] == [
        i for i, (a, b) in enumerate(zip(source, target, strict=True)) if a != b
    ]


def test_spacys_corpus_reads_gold_docs_from_a_docbin(tmp_path):
    doc = make_gold_doc(spacy.blank("zh"), Pair(SOURCE, TARGET))
    DocBin(docs=[doc]).to_disk(tmp_path / "train.spacy")
    (example,) = Corpus(tmp_path / "train.spacy")(spacy.blank("zh"))
    assert isinstance(example, Example)
    assert example.reference._.corrected == TARGET
    assert example.predicted.text == SOURCE
    assert example.predicted._.corrected == SOURCE


def test_an_attribute_that_someone_else_set_before_is_left_to_them():
    getter = EXTENSIONS[Doc]["corrected"]
    try:
        Doc.set_extension("corrected", default="mine", force=True)
        register_extensions()
        assert spacy.blank("zh").make_doc("我")._.corrected == "mine"
    finally:
        Doc.set_extension("corrected", getter=getter, force=True)


def test_the_span_group_can_be_shown_as_any_other(doc):
    assert isinstance(doc.spans["sdcl"], SpanGroup)
    html = spacy.displacy.render(doc, style="span", options={"spans_key": "sdcl"}, jupyter=False)
    assert "兴" in html
