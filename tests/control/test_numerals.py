"""Numerals: none becomes another, and each may still be a misspelt word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import make_loaded

from spacy_sdcl.control.decoding import decide
from spacy_sdcl.control.numerals import FINANCIAL, ORDINARY, find_numerals
from spacy_sdcl.types import Candidate, CharPrediction


def becomes(text, source, target, **settings):
    """Whether the character may become the other, of which a model is sure."""
    held = {}
    for i, hold in find_numerals(text):
        held.setdefault(i, hold)
    place = text.index(source)
    prediction = CharPrediction(place, (Candidate(target, 0.99), Candidate(source, 0.01)), 0.01)
    [decision] = decide(text, [prediction], threshold=0.5, held=held, **settings)
    assert decision.kept or decision.reason == "numeral"
    return decision.kept


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("共计壹佰元整。", "佰", "百"),
        ("共计壹佰元整。", "壹", "一"),
        ("共计壹佰元整。", "佰", "伯"),
        ("贰万叁仟元", "叁", "参"),
        ("大写为叁元", "叁", "参"),
        ("叁", "叁", "三"),
        ("登陆一次", "陆", "六"),
        ("共计壹百元", "百", "佰"),
        ("一百二十元", "二", "三"),
        ("他有三个孩子", "三", "两"),
        ("周三开会", "三", "四"),
        ("第五天", "五", "伍"),
        ("14亿人", "亿", "一"),
        ("十里之外", "十", "千"),
        ("二〇二四年", "四", "肆"),
        ("貳拾萬元", "萬", "万"),
    ],
)
def test_a_numeral_does_not_become_another(text, source, target):
    assert not becomes(text, source, target)


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("请登陆帐号", "陆", "录"),
        ("登陆一次", "陆", "录"),
        ("欢迎叁加活动", "叁", "参"),
        ("跟上队五", "五", "伍"),
        ("收十房间", "十", "拾"),
        ("十候到了", "十", "时"),
        ("一后再说", "一", "以"),
        ("白百的雪", "百", "白"),
    ],
)
def test_a_numeral_in_a_misspelt_word_may_become_another_character(text, source, target):
    assert becomes(text, source, target)


def test_a_place_that_is_held_is_not_flagged():
    assert not becomes("共计壹佰元整。", "佰", "百", min_confidence=0.5)


NUMERALS = FINANCIAL + ORDINARY


@settings(max_examples=200)
@given(text=st.text(st.sampled_from(NUMERALS + "我门在学笑习中文。元个第1"), max_size=30))
def test_no_numeral_of_any_text_becomes_one_where_everything_is_changed(eager_nlp, text):
    result = eager_nlp(text)._.corrected
    for before, after in zip(text, result, strict=True):
        if before != after and before in FINANCIAL:
            assert after not in NUMERALS
        if before != after and before in ORDINARY:
            assert after not in ORDINARY


def test_the_switch_lets_them_be_changed(trained_dir):
    text = "壹二三四五六七八九十百千万佰拾"
    nlp = make_loaded(trained_dir, threshold=0.0)
    corrector = nlp.get_pipe("sdcl_corrector")
    held = corrector.control.protection.find(nlp.make_doc(text))
    assert len(held) == len(text)
    assert {hold.reason for hold in held.values()} == {"numeral"}
    corrector.protect = {"numerals": False}
    assert not corrector.control.protection.find(nlp.make_doc(text))


def test_what_the_user_says_of_a_numeral_is_done(trained_dir):
    nlp = make_loaded(trained_dir, threshold=1.0, confusions={"phrases": {"壹百": "壹佰"}})
    assert nlp("共壹百元")._.corrected == "共壹佰元"


def test_a_protected_phrase_holds_its_numerals_against_everything(trained_dir):
    nlp = make_loaded(trained_dir, protect={"phrases": ["十候"]})
    hold = nlp.get_pipe("sdcl_corrector").control.protection.find(nlp.make_doc("十候"))[0]
    assert (hold.reason, hold.is_absolute) == ("protected", True)
