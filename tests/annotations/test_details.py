"""Candidates, origin and flags of single characters."""

import pytest
from marked import TARGET, make_nlp
from spacy.tokens import Span


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
