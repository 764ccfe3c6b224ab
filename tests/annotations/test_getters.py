"""What a Doc, its spans and its tokens say of its corrections."""

import time

import pytest
import spacy
from marked import SOURCE, TARGET, read_all
from spacy.tokens import Doc, Span

from spacy_sdcl.annotations.alignment import FEW_SPANS
from spacy_sdcl.annotations.getters import EXTENSIONS, register_extensions
from spacy_sdcl.annotations.spans import error_scores, set_corrections
from spacy_sdcl.types import CharCorrection

PLAIN = {"candidates": [], "origin": "model"}


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


def test_the_empty_doc():
    doc = spacy.blank("zh").make_doc("")
    set_corrections(doc, [])
    assert read_all(doc) == {"corrected": "", "corrections": [], "errors": [], "tokens": []}


def test_a_span_of_several_tokens_is_shared_out_to_them():
    doc = spacy.blank("zh").make_doc("他门在学笑")
    doc.spans["sdcl"] = [Span(doc, 0, 5, label="他们在学校")]
    assert [token._.correction for token in doc] == list("他们在学校")
    assert doc._.corrected == "他们在学校"
    assert [each["start"] for each in doc._.corrections] == [1, 4]
    assert [each["score"] for each in doc._.corrections] == [1.0, 1.0]
    assert doc._.errors[0]._.correction_score == 1.0


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


def test_an_attribute_that_someone_else_set_before_is_left_to_them():
    getter = EXTENSIONS[Doc]["corrected"]
    try:
        Doc.set_extension("corrected", default="mine", force=True)
        register_extensions()
        assert spacy.blank("zh").make_doc("我")._.corrected == "mine"
    finally:
        Doc.set_extension("corrected", getter=getter, force=True)


def test_any_span_says_what_is_corrected_in_it(doc):
    assert doc[:]._.corrected == TARGET
    assert doc[4:7]._.corrected == "高兴，"
    assert doc[5:6]._.corrected == "兴"
    assert doc[0:5]._.corrected == "我今天很高"
    assert doc[3:3]._.corrected == ""


def test_a_span_that_cuts_an_error_says_its_part_of_it():
    doc = spacy.blank("zh").make_doc("他门在学笑里")
    doc.spans["sdcl"] = [Span(doc, 1, 5, label="们在学校")]
    for start in range(len(doc)):
        for end in range(start, len(doc) + 1):
            assert doc[start:end]._.corrected == "他们在学校里"[start:end]


def test_sentences_and_entities_say_what_is_corrected_in_them():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sentencizer", config={"punct_chars": ["。"]})
    doc = nlp("他门来了。我很高行。好")
    set_corrections(doc, [CharCorrection(1, "们", 0.5), CharCorrection(8, "兴", 0.5)])
    doc.ents = [Span(doc, 7, 9, label="MOOD")]
    assert [sent._.corrected for sent in doc.sents] == ["他们来了。", "我很高兴。", "好"]
    assert [ent._.corrected for ent in doc.ents] == ["高兴"]


def test_a_span_ends_without_the_space_after_it():
    doc = Doc(spacy.blank("zh").vocab, words=["我门", "去"], spaces=[True, True])
    set_corrections(doc, [CharCorrection(1, "们", 0.5)])
    assert doc[0:1]._.corrected == "我们"
    assert doc[:]._.corrected == "我们 去"
    assert doc._.corrected == "我们 去 "
