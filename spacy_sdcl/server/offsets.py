"""Offsets for clients that count in UTF-16 code units, as JavaScript and Java do."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

OFFSETS = "utf-16"


class Utf16Offsets:
    """Translates offsets in characters, as Python counts, to UTF-16 code units.

    A character beyond the basic plane, such as an emoji or 𠮷, is one character and two units.

    text (str): The text.
    """

    def __init__(self, text: str) -> None:
        self._astral = [i for i, char in enumerate(text) if char > "\uffff"]

    def __call__(self, offset: int) -> int:
        """The offset in code units of the character at an offset."""
        return offset + bisect_left(self._astral, offset)

    def characters(self, units: int) -> int:
        """The offset in characters of a code unit: the other way round.

        units (int): An offset in code units.
        RETURNS (int): The character's offset.
        RAISES (ValueError): If it is amid a character.
        """
        # Each character beyond the basic plane begins so many units after where it would.
        before = bisect_left(range(len(self._astral)), units, key=lambda i: self._astral[i] + i)
        if self(units - before) != units:
            raise ValueError("an offset is in the midst of a character")
        return units - before


def in_utf16(corrections: Iterable[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Copy corrections with their offsets in UTF-16 code units.

    corrections (Iterable[dict]): Corrections as `doc._.corrections` has them.
    text (str): The text that they belong to.
    RETURNS (list[dict]): The same with "start" and "end" translated.
    """
    units = Utf16Offsets(text)
    return [
        {**each, "start": units(each["start"]), "end": units(each["end"])} for each in corrections
    ]


def whole(text: str) -> str:
    """Refuse a text with half of a surrogate pair, which JSON can express, but no UTF-8.

    text (str): The text.
    RETURNS (str): The same.
    RAISES (ValueError): If a half is in it.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair is no character") from None
    return text
