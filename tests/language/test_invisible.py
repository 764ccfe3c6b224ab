"""Which characters cannot be seen, and where the others are."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.language.characters import is_cjk
from spacy_sdcl.language.invisible import INVISIBLE, see, visible_around, visible_text

# Marks of format that are seen: signs over Arabic and other numbers, frames of hieroglyphs.
SEEN = set(
    map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
) | {chr(point) for point in range(0x13430, 0x13440)}


def test_all_marks_of_format_but_those_that_are_seen_are_invisible():
    formats = {char for char in map(chr, range(0x110000)) if unicodedata.category(char) == "Cf"}
    assert {char for char in formats if not INVISIBLE.match(char)} == formats & SEEN


@pytest.mark.parametrize("char", ["\xad", "\u200b", "\u2060", "\ufeff", "\ufe0f", "\U000e0100"])
def test_what_pages_and_word_processors_leave_in_words_is_invisible(char):
    assert visible_text(f"高{char}行{char}") == "高行"


@pytest.mark.parametrize("char", " \t\n\r\x00\x0b\x85\xa0\u2002\u2028\u3000\u3164\u0301·。a")
def test_what_takes_room_or_ends_a_line_is_not(char):
    assert see(char).text == char


def test_no_chinese_character_is_invisible():
    assert not any(is_cjk(char) for char in map(chr, range(0x110000)) if INVISIBLE.match(char))


def test_places_are_those_of_the_text_as_it_is_written():
    visible = see("\ufeff我\xad\u200b高行\u200d")
    assert (visible.text, list(visible.places)) == ("我高行", [1, 4, 5])
    assert [visible.find(place) for place in range(8)] == [0, 0, 1, 1, 1, 2, 3, 3]
    assert not visible.is_all


@given(st.text(alphabet=st.one_of(st.sampled_from("我高行\xad\u200b\ufe0f😀"), st.characters())))
def test_each_character_that_can_be_seen_is_found_at_its_place(text):
    visible = see(text)
    assert [text[place] for place in visible.places] == list(visible.text)
    assert [visible.find(place) for place in visible.places] == list(range(len(visible.text)))
    assert visible.text == visible_text(text)
    assert visible.is_all == (visible.text == text)


@given(
    st.text(alphabet=st.sampled_from("我高行\xad\u200b"), min_size=1),
    st.integers(0, 4),
    st.data(),
)
def test_what_is_around_a_place_is_what_is_around_it_in_all_that_can_be_seen(text, reach, data):
    visible = see(text)
    if not visible.text:
        return
    at = data.draw(st.integers(0, len(visible.text) - 1))
    around = visible.text[max(0, at - reach) : at + reach + 1]
    assert visible_around(text, visible.places[at], reach) == around
