"""Corrections are set on a Doc, with any tokenizer."""

import pytest
import spacy
from marked import CORRECTIONS, SOURCE, TARGET, make_doc
from spacy.tokens import Doc, SpanGroup
from spacy.vocab import Vocab

from spacy_sdcl.annotations.spans import TOKENS_AT_ONCE, set_corrections, text_of
from spacy_sdcl.types import CharCorrection


def test_the_span_group_holds_a_span_for_each_error_with_its_score(doc):
    group = doc.spans["sdcl"]
    assert [(span.text, span.label_) for span in group] == [("行", "兴"), ("门", "们")]
    assert group.attrs["scores"].dtype == "float32"
    assert group.attrs["scores"].tolist() == [0.75, 0.5]


def test_a_text_is_put_together_from_any_number_of_tokens():
    nlp = spacy.blank("zh")
    for count in (0, 1, TOKENS_AT_ONCE, 2 * TOKENS_AT_ONCE + 1):
        doc = Doc(nlp.vocab, words=["天"] * count, spaces=[i % 3 == 0 for i in range(count)])
        assert text_of(doc) == doc.text


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


def test_the_span_group_can_be_shown_as_any_other(doc):
    assert isinstance(doc.spans["sdcl"], SpanGroup)
    html = spacy.displacy.render(doc, style="span", options={"spans_key": "sdcl"}, jupyter=False)
    assert "兴" in html
