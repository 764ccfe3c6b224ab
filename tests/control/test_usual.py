"""Traditional characters that are not the usual ones of their word."""

import pytest

pytest.importorskip("opencc")

from tiny import make_loaded

from spacy_sdcl.control.usual import SCORE, unusual_forms
from spacy_sdcl.control.variants import simplify
from spacy_sdcl.types import Decision, Hold


def find(written, decisions=(), *, held=None, threshold=0.5):
    read = simplify(written)
    return list(
        unusual_forms(decisions, written=written, read=read, held=held or {}, threshold=threshold)
    )


def corrected(written, **settings):
    chars = list(written)
    for each in find(written, **settings):
        assert chars[each.start] == each.source
        if each.kept:
            chars[each.start] = each.target
    return "".join(chars)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("他的頭發很長。", "他的頭髮很長。"),
        ("中午我們吃面條。", "中午我們吃麵條。"),
        ("皇後和國王都來了。", "皇后和國王都來了。"),
        ("他是乾部，我不是。", "他是幹部，我不是。"),
        ("我隻是說說。", "我只是說說。"),
        ("以后再聯系吧，謝謝。", "以後再聯繫吧，謝謝。"),
        ("請准備好，這關系到標准。", "請準備好，這關係到標準。"),
        ("公司制造的手表，時鍾", "公司製造的手錶，時鐘"),
        ("台風來了。", "颱風來了。"),
    ],
)
def test_the_usual_character_is_found(written, expected):
    assert corrected(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "他的頭髮很長，我們吃麵條，以後再聯繫。",
        # Words that begin or end inside of these.
        "街頭發生了什麼？",
        "那隻是貓，這隻不是。",
        "方面條件不同。",
        "看完電影後，我回家。",
        "機制作用不大。",
        "皇后來了，後來走了。",
        # Both are right, here or elsewhere.
        "台灣，臺灣，裡面，裏面，里面，著急，着急，為了，爲了，群眾，羣衆，山峰，山峯",
        "周末，週末，旅遊，旅游，公布，公佈，占用，佔用，老闆，老板，復習，複習，雜誌，雜志",
        "",
        "😀，abc",
    ],
)
def test_what_is_right_somewhere_or_not_sure_stays(written):
    assert not find(written)


def test_a_text_gets_the_forms_of_its_region():
    assert corrected("裏面的衞生、綫索：吃面條。")[-3:-1] in ("麪條", "麵條")
    assert corrected("這裡的台北人吃面條。").endswith("麵條。")


def test_a_correction_beside_it_is_read_first():
    # 候 is wrong, and only what it should be makes a word of both.
    written = "以侯再說，我們皇候"
    read = simplify(written)
    kept = Decision(1, "侯", "后", 0.9, (), True, "threshold", "")
    assert not [each for each in find(written, [kept]) if each.start == 1]
    assert read[1] == "侯"


@pytest.mark.parametrize(("threshold", "kept"), [(SCORE, True), (SCORE + 0.01, False)])
def test_no_threshold_above_its_score_lets_one_pass(threshold, kept):
    [found] = find("他的頭發很長。", threshold=threshold)
    assert (found.score, found.kept) == (SCORE, kept)
    assert found.reason == ("variant" if kept else "threshold")


@pytest.mark.parametrize(
    ("hold", "kept"),
    [
        (Hold("protected", "it is"), False),
        (Hold("numeral", "not this", "髮"), False),
        (Hold("numeral", "not that", "行"), True),
    ],
)
def test_what_is_held_stays(hold, kept):
    [found] = find("他的頭發很長。", held={3: hold})
    assert found.kept is kept
    assert kept or (found.reason, found.detail) == (hold.reason, hold.detail)


def test_in_a_pipeline_it_is_listed_with_its_origin_and_told_of(trained_dir):
    nlp = make_loaded(trained_dir)
    doc = nlp("我門在學笑學\xad習，以\u200b后再說。")
    assert doc._.corrected == "我們在學校學\xad習，以\u200b後再說。"
    found = [(each["start"], each["target"], each["origin"]) for each in doc._.corrections]
    assert found == [(1, "們", "model"), (4, "校", "model"), (11, "後", "variant")]
    [decisions] = nlp.get_pipe("sdcl_corrector").explain([doc])
    [form] = [each for each in decisions if each.reason == "variant"]
    assert form.detail.startswith("the usual form in 以後")
    assert doc._.corrections[-1]["candidates"] == [{"target": "後", "score": SCORE}]


def test_in_a_pipeline_it_obeys_protection_phrases_and_the_variant(trained_dir):
    text = "我們以后學習，皇後學習。"
    nlp = make_loaded(trained_dir, threshold=SCORE, protect={"phrases": ["皇後"]})
    assert nlp(text)._.corrected == "我們以後學習，皇後學習。"
    confusions = {"phrases": {"以后": "此后"}}
    nlp = make_loaded(trained_dir, threshold=SCORE, confusions=confusions)
    assert nlp(text)._.corrected == "我們此后學習，皇后學習。"
    nlp = make_loaded(trained_dir, threshold=1.0, variant="simplified")
    assert nlp(text)._.corrected == text


def test_simplified_text_is_none_of_its_matter(trained_dir):
    text = "我们以后再说，皇后来了，理发，面条。"
    assert make_loaded(trained_dir, threshold=0.9)(text)._.corrected == text
