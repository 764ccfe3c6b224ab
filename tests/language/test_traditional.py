import sys

import pytest

from spacy_sdcl.language.traditional import convert_text, load_converter, simplify_pair
from spacy_sdcl.types import Pair

# Phrases before characters, as OpenCC has them. "台" + "灣" grows, to break the alignment.
PHRASES = {"乾坤": "乾坤", "彷彿": "仿佛", "台灣": "台湾岛"}
CHARS = {"乾": "干", "彿": "佛", "週": "周", "們": "们", "灣": "湾", "門": "门", "淨": "净"}


def convert(text):
    for phrase, replacement in PHRASES.items():
        if phrase in text:
            before, _, after = text.partition(phrase)
            return convert(before) + replacement + convert(after)
    return "".join(CHARS.get(char, char) for char in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("乾坤", "乾坤"),
        ("乾淨", "干净"),
        ("", ""),
        ("我們在台灣。", "我们在台湾。"),  # Grows as a sentence, hence character by character.
    ],
)
def test_conversion_keeps_the_length(text, expected):
    assert convert_text(text, convert) == expected


def test_character_that_grows_is_left_alone():
    assert convert_text("甲乙", lambda text: text.replace("甲", "甲甲")) == "甲乙"


@pytest.mark.parametrize(
    ("source", "target", "expected_source", "expected_target"),
    [
        # The wrong 困 breaks the phrase, and 乾 would become 干 in the source only.
        ("乾困大事", "乾坤大事", "乾困大事", "乾坤大事"),
        ("我門們", "我們們", "我门们", "我们们"),
        # A phrase that an error makes is not the writer's either.
        ("彷彿", "彷徨", "彷佛", "彷徨"),
        # Variants of one Simplified character: no error is left.
        ("週末", "周末", "周末", "周末"),
        ("今天很好", "今天很好", "今天很好", "今天很好"),
        # One of the texts changes its length: both stay aligned.
        ("們台彎", "們台灣", "们台彎", "们台湾"),
    ],
)
def test_texts_differ_only_where_they_did(source, target, expected_source, expected_target):
    pair = simplify_pair(Pair(source, target, "7"), convert)
    assert pair == Pair(expected_source, expected_target, "7")


def test_opencc_makes_no_error_of_its_own():
    pytest.importorskip("opencc")
    t2s = load_converter()
    pair = Pair("扭轉乾神，後來彷徨。", "扭轉乾坤，後來彷徨。")
    assert t2s(pair.source)[2] != t2s(pair.target)[2], "the sentences alone show the problem"
    assert simplify_pair(pair, t2s) == Pair("扭转乾神，后来彷徨。", "扭转乾坤，后来彷徨。")


def test_missing_package_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "opencc", None)
    with pytest.raises(ImportError, match=r'pip install "spacy_sdcl\[traditional\]"'):
        load_converter()
