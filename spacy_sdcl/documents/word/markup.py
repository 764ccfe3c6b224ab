"""How elements are written in a part: with its own prefixes, which need not be w."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from .tree import OFFICE, STRICT, TAG, Element

TRANSITIONAL_NAMES = f"{OFFICE}wordprocessingml/2006/main"
STRICT_NAMES = f"{STRICT}wordprocessingml/main"
SPACE = re.compile(rb"""\s+xml:space\s*=\s*(?:"[^"]*"|'[^']*')""")
PRESERVE = b' xml:space="preserve"'
# Numbers of annotations are 32-bit, and signed.
HIGHEST = 2**31 - 1


class Markup:
    """Writes elements as those beside them are written.

    tag (bytes): The start of an element of Word's own at the place.
    strict (bool): Whether the part is written in the strict form of the standard.
    """

    def __init__(self, tag: bytes, *, strict: bool = False) -> None:
        match = TAG.match(tag)
        prefix, colon, _ = match[1].decode().rpartition(":") if match else ("w", ":", "")
        self.prefix = prefix + colon
        # Attributes have no namespace without a prefix.
        self._attribute_prefix = self.prefix or "w:"
        names = STRICT_NAMES if strict else TRANSITIONAL_NAMES
        self._declaration = "" if self.prefix else f" xmlns:w={quoteattr(names)}"

    def start(self, name: str, **attributes: str) -> str:
        """Write a start tag.

        name (str): The element's name.
        **attributes (str): Its attributes.
        RETURNS (str): The tag.
        """
        written = "".join(
            f" {self._attribute_prefix}{key}={quoteattr(value)}"
            for key, value in attributes.items()
        )
        return f"<{self.prefix}{name}{self._declaration if attributes else ''}{written}>"

    def element(self, name: str, content: str = "", **attributes: str) -> bytes:
        """Write an element.

        name (str): Its name.
        content (str): What is in it, as XML.
        **attributes (str): Its attributes.
        RETURNS (bytes): The element.
        """
        start = self.start(name, **attributes)
        end = f"{content}</{self.prefix}{name}>"
        return (start + end if content else f"{start[:-1]}/>").encode()

    def text(self, name: str, content: str) -> bytes:
        """Write an element with text, of which all spaces are shown.

        name (str): Its name.
        content (str): The text, as XML.
        RETURNS (bytes): The element.
        """
        tag = f"{self.prefix}{name}"
        return f'<{tag} xml:space="preserve">{content}</{tag}>'.encode()


class Signature(NamedTuple):
    """Who changes a document, and when.

    author (str): The name that is shown.
    date (datetime): The time. Word writes the time on the author's clock, whatever the zone, and
        calls it universal.
    """

    author: str
    date: datetime

    def attributes(self, number: int) -> dict[str, str]:
        """The attributes of an annotation.

        number (int): Its number.
        RETURNS (dict[str, str]): The attributes.
        """
        written = f"{self.date.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
        return {"id": str(number), "author": self.author, "date": written}


def free_numbers(used: set[int]) -> Iterator[int]:
    """Numbers for annotations that no other one has.

    used (set[int]): Those of a document.
    YIELDS (int): Numbers, from above the highest; from 0 where that is as high as can be.
    """
    first = max(used, default=-1) + 1
    yield from range(first, HIGHEST)
    yield from (number for number in range(first) if number not in used)


def renumbered(tag: bytes, number: int) -> bytes:
    """Give a second copy of an annotation its own number.

    tag (bytes): The start tag, or all of the element.
    number (int): The number.
    RETURNS (bytes): The same with it in place of the first `id`.
    """
    return re.sub(
        rb"""(\s[^\s=:]+:id\s*=\s*)(?:"[^"]*"|'[^']*')""", rb'\g<1>"%d"' % number, tag, count=1
    )


def preserving(tag: bytes) -> bytes:
    """The start tag of a text, changed so that spaces at its ends are shown.

    tag (bytes): The start tag.
    RETURNS (bytes): The tag; the same where it says so.
    """
    return tag if PRESERVE in tag else SPACE.sub(b"", tag)[:-1] + PRESERVE + b">"


def is_strict(data: bytes) -> bool:
    """Whether a part is written in the strict form of the standard, whose names are others."""
    return STRICT_NAMES.encode() in data


def raw(data: bytes, element: Element) -> bytes:
    """The bytes of an element."""
    return data[element.start : element.end]
