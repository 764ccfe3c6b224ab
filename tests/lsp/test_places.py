"""Places as editors count them."""

import pytest

pytest.importorskip("pygls")

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, Range
from pygls.workspace import PositionCodec

from spacy_sdcl.lsp.places import Places

ENCODINGS = ["utf-8", "utf-16", "utf-32"]


def places_of(text, encoding="utf-16"):
    return Places(text, PositionCodec(encoding).client_num_units)


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 7), ("utf-16", 4), ("utf-32", 3)])
def test_columns_are_units_of_the_encoding_that_was_agreed_on(encoding, column):
    places = places_of("上\n😀 é行\n", encoding)
    assert places.position(5) == Position(1, column)
    assert places.offset(Position(1, column)) == 5
    assert places.offset(Position(0, 99)) == 1
    assert places.offset(Position(99, 0)) == 7


def test_lines_end_where_the_protocol_says_and_nowhere_else():
    places = places_of("甲\r\n乙\r丙\n丁\u2028戊\x0b己\x85")
    assert places.position(3) == Position(1, 0)
    assert places.position(5) == Position(2, 0)
    assert places.position(9) == Position(3, 2)
    assert places.line(1) == Range(Position(0, 0), Position(0, 1))
    assert places.line(9) == places.line(4)


def test_a_place_inside_of_a_character_is_that_character():
    assert places_of("😀行").offset(Position(0, 1)) == 0


@given(st.text(alphabet="行😀é\r\n\u2028 "), st.sampled_from(ENCODINGS))
def test_each_place_leads_back_to_its_offset(text, encoding):
    places = places_of(text, encoding)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            assert places.offset(places.position(offset)) == offset
