"""The characters of a text element, each with the bytes that stand for it."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from .tree import Element

PIECE = re.compile(
    rb"(?P<entity>&[^;]*;)|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<!--.*?-->|<\?.*?\?>|(?P<end>\r\n?)|"
    rb"(?P<text>[^&<\r]+)",
    re.DOTALL,
)
# Word shows them as spaces, and as none at the ends of a text whose space is not to be preserved.
SPACES = str.maketrans("\t\n\r", "   ")
OUTER = " \t\n\r"
PRESERVE = "xml:space"


class Char(NamedTuple):
    """A character.

    text (str): The character.
    start, end (int): The bytes that stand for it: itself, or an entity.
    """

    text: str
    start: int
    end: int


def read_text(data: bytes, element: Element) -> list[Char]:
    """Read a text element.

    data (bytes): The part, in UTF-8.
    element (Element): The element.
    RETURNS (list[Char]): What Word shows of it.
    """
    chars = [*_chars(data, element.inner, element.inner_end)]
    if preserves(element):
        return chars
    first, last = 0, len(chars)
    while first < last and chars[first].text in OUTER:
        first += 1
    while last > first and chars[last - 1].text in OUTER:
        last -= 1
    return chars[first:last]


def preserves(element: Element) -> bool:
    """Whether spaces at the ends of a text are shown."""
    for each in (element, *element.ancestors()):
        if PRESERVE in each.attributes:
            return each.attributes[PRESERVE] == "preserve"
    return False


def _chars(data: bytes, start: int, end: int) -> Iterator[Char]:
    for match in PIECE.finditer(data, start, end):
        if match["entity"]:
            yield Char(unescape(match[0].decode()), *match.span())
        elif match["end"]:
            yield Char("\n", *match.span())
        else:
            group = "cdata" if match["cdata"] else "text"
            place = match.start(group)
            for char in (match[group] or b"").decode():
                size = len(char.encode())
                yield Char(char, place, place + size)
                place += size
