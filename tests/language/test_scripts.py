"""Which writing a text is in, told without a package."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.language.writing import is_traditional


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我們在學校學習", True),
        ("我们在学校学习", False),
        ("你好", False),
        ("", False),
        ("OK 123 😀", False),
        # More of the one than of the other decides.
        ("學校裡的皇后", True),
        ("我们说“學校”", False),
        # What both writings have is of neither.
        ("乾隆皇帝", False),
        ("慰藉，瞭望，象徵", False),
        ("以后再說", True),
        ("面條", True),
        ("这只是面条。", False),
    ],
)
def test_a_text_is_traditional_if_it_has_more_traditional_than_simplified_characters(
    text, expected
):
    assert is_traditional(text) is expected


@given(st.text(alphabet=st.sampled_from("学學门門后後干乾的，a😀")))
def test_each_character_counts_by_how_often_it_occurs(text):
    traditional = sum(map(text.count, "學門後"))
    simplified = sum(map(text.count, "学门"))
    assert is_traditional(text) == (traditional > simplified)


def test_it_needs_no_package():
    code = (
        "import sys; sys.modules['opencc'] = None\n"
        "from spacy_sdcl.language.writing import is_traditional\n"
        "print(is_traditional('學校'), is_traditional('学校'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_the_table_agrees_with_the_conversions():
    pytest.importorskip("opencc")
    from spacy_sdcl.language.traditional import load_converter
    from spacy_sdcl.language.writing import known_characters

    traditional, simplified = known_characters()
    assert len(traditional) > 3000 < len(simplified)
    assert not traditional & simplified
    common = [char for char in traditional if "\u4e00" <= char <= "\u9fff"]
    convert = load_converter("t2s")
    assert sum(convert(char) == char for char in common) < 10
