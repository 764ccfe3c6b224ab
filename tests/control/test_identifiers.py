"""Identifiers: what counts as one, where it ends, and that none is ever changed."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tiny import COMMON_CHARACTERS, make_loaded

from spacy_sdcl.control.identifiers import find_identifiers
from spacy_sdcl.language.characters import is_cjk


def marked(text):
    """The Chinese characters of identifiers, with a dot for each of the others."""
    inside = {i for start, end, _ in find_identifiers(text) for i in range(start, end)}
    return "".join(char if i in inside or not is_cjk(char) else "." for i, char in enumerate(text))


@pytest.mark.parametrize(
    "text",
    [
        "https://zh.wikipedia.org/wiki/附则",
        "https://zh.wikipedia.org/wiki/附则_(法律)",
        "https://zh.wikipedia.org/wiki/维基百科:首页#附则",
        "https://example.com/C语言/附则.html",
        "https://example.com/s?词=附则&页=2",
        "http://例子.测试/路径/附则",
        "http://例子.中国",
        "www.例子.com/附则",
        "example.com/附则",
        "user@公司.com",
        "user@例子.中国",
        "C:\\用户\\文档\\第2章.txt",
        "\\\\server\\附则",
        "/home/用户/附则",
        "/文档/附则/",
        "~/附则",
        "../文档/附则",
        "文档/附则.docx",
        "年度附则.docx",
        "@李建过",
        "@wx_李建过",
        "＠人民日报",
        "#话题高行#",
        "#你好，附则#",
        "#高行打卡",
        "`附则`",
        "``附`则``",
        "```\n附则\n\n负责\n```",
    ],
)
@pytest.mark.parametrize(
    "frame", ["{}", "{}，我门", "我门说：{}。我门", "（{}）我门", "我门 {} 我门"]
)
def test_an_identifier_is_held_whole_and_what_punctuation_divides_from_it_is_not(text, frame):
    assert marked(frame.format(text)) == frame.replace("我门", "..").replace("说", ".").format(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("看https://example.com我门去", ".https://example.com..."),
        ("看https://example.com/a.html我门去", ".https://example.com/a.html..."),
        ("(https://example.com)我门", "(https://example.com).."),
        ("[我门](https://example.com/x)我门", "[..](https://example.com/x).."),
        ("看https://a.com/x和https://b.com/y我门", ".https://a.com/x.https://b.com/y.."),
        ("写给user@example.com我门去", "..user@example.com..."),
        ("写给user@公司.com我门去", "..user@公司.com..."),
        ("见C:\\文档\\a.txt里我门", ".C:\\文档\\a.txt..."),
        ("@user我门去", "@user..."),
        # A name so far, and then the sentence.
        ("@小明你今天来我门家吗？", "@小明你今......？"),
        ("@北京市朝阳区人民法院 我门", "@北京市朝阳区人民法院 .."),
        ("#话题#我门，#12我门", "#话题#..，#12.."),
        ("`附则`我门`", "`附则`..`"),
    ],
)
def test_a_sentence_that_goes_on_behind_an_identifier_is_none(text, expected):
    assert marked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "他/她/它和/或我门",
        "C#和F#都好，我门",
        "# 标题 我门",
        "我门&#8230;我门",
        "见#12和#13，我门",
        "第一行\\\\我门",
        "这是`一半，\n我门`也是",
        "我门3.5元，你门a.b",
        "我门@ 他门# 你门",
        "",
    ],
)
def test_marks_that_make_no_identifier_hold_nothing(text):
    assert marked(text) == "".join("." if is_cjk(char) else char for char in text)


SIGNS = "@#/\\`.:?=&_-()ab1 \n，。我门附则"


@settings(max_examples=300)
@given(text=st.one_of(st.text(st.sampled_from(SIGNS), max_size=60), st.text(max_size=60)))
@example("`" * 3 + "附则")
def test_places_lie_in_the_text_and_have_a_sign_in_them(text):
    for start, end, kind in find_identifiers(text):
        assert 0 <= start < end <= len(text)
        assert kind
        assert set(text[start:end]) & set("@＠#＃/\\`.")


HAN = st.text(st.sampled_from([char for char in COMMON_CHARACTERS if is_cjk(char)]), max_size=8)
SOME = HAN.filter(bool)
IDENTIFIERS = st.one_of(
    st.builds("https://example.com/{}/{}.html".format, SOME, SOME),
    st.builds("https://example.com/?q={}".format, SOME),
    st.builds("user@{}.com".format, SOME),
    st.builds("C:\\{}\\{}.txt".format, SOME, SOME),
    st.builds("@{} ".format, SOME),
    st.builds("#{}#".format, SOME),
    st.builds("`{}`".format, SOME),
)


@settings(max_examples=100)
@given(before=HAN, identifier=IDENTIFIERS, after=HAN)
def test_no_identifier_is_changed_and_the_sentences_around_are_what_they_would_be(
    eager_nlp, before, identifier, after
):
    text = f"{before}，{identifier}，{after}"
    start = len(before) + 1
    end = start + len(identifier)
    result = eager_nlp(text)._.corrected
    assert result[start:end] == identifier
    held = {i for start, end, _ in find_identifiers(text) for i in range(start, end)}
    assert held <= set(range(start, end))


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from([*SIGNS, *COMMON_CHARACTERS]), max_size=60))
def test_whatever_stands_in_a_place_stays(eager_nlp, text):
    result = eager_nlp(text)._.corrected
    for start, end, _ in find_identifiers(text):
        assert result[start:end] == text[start:end]


def test_the_switch_lets_them_be_changed_and_explain_names_the_reason(trained_dir):
    nlp = make_loaded(trained_dir)
    text = "我门在`学笑`学习中文。"
    corrector = nlp.get_pipe("sdcl_corrector")
    assert "`学笑`" in nlp(text)._.corrected
    corrector.threshold = 0.0
    reasons = {each.reason: each.detail for each in corrector.explain([nlp.make_doc(text)])[0]}
    assert reasons["identifier"] == "part of the code '`学笑`'"
    corrector.protect = {"identifiers": False}
    assert "`学笑`" not in nlp(text)._.corrected


def test_a_correction_of_the_users_own_does_not_touch_them_either(trained_dir):
    nlp = make_loaded(trained_dir, threshold=1.0, confusions={"phrases": {"登陆": "登录"}})
    assert nlp("登陆https://a.com/登陆")._.corrected == "登录https://a.com/登陆"


def test_the_time_grows_with_the_text_alone():
    import time

    def seconds(count):
        times = []
        for unit in ("a/我", "@#", "` ``", "a@a.", "\\\\", "http://"):
            start = time.process_time()
            sum(1 for _ in find_identifiers(unit * count))
            times.append(time.process_time() - start)
        return max(times)

    # Ten times the text takes ten times as long, not a hundred times.
    assert seconds(20_000) < 40 * seconds(2_000) + 0.05
