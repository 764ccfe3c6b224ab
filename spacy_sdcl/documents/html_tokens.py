"""Tags and text of HTML with their places, as browsers cut it (WHATWG, "Tokenization").

The standard html.parser does not cut every file alike in every Python, and takes time that grows
with the square of the length where tags are not closed.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


def names(text: str) -> frozenset[str]:
    """Names of elements, from one text."""
    return frozenset(text.split())


# Their content is text, not markup, up to their own end tag.
RAW = names("script style textarea title xmp iframe noembed noframes plaintext")
OPENING = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
BETWEEN = re.compile(r"[\s/]*")
ATTRIBUTE = re.compile(r"[^\s/>][^\s/>=]*")
EQUALS = re.compile(r"\s*=\s*")
UNQUOTED = re.compile(r"[^\s>]*")


class Tag(NamedTuple):
    """A tag.

    name (str): Its element, in small letters.
    start, end (int): Its place in the source.
    closes (bool): Whether it is an end tag.
    empty (bool): Whether it is written as one without content, `<br/>`.
    attributes (dict[str, str]): Their values by names in small letters; of two the first.
    """

    name: str
    start: int
    end: int
    closes: bool
    empty: bool
    attributes: dict[str, str]


class Text(NamedTuple):
    """Text between tags, at source[start:end], with its entities as they are written."""

    start: int
    end: int


def cut_html(source: str) -> Iterator[Tag | Text]:
    """Cut HTML into tags and text; comments and declarations are left out.

    source (str): A page, or a part of one.
    YIELDS (Union[Tag, Text]): Its parts in order. As in a browser, nothing comes after a tag or a
        comment that does not end.
    """
    place = 0
    while place < len(source):
        start = source.find("<", place)
        start = len(source) if start < 0 else start
        if place < start:
            yield Text(place, start)
        if start == len(source):
            return
        tag = read_tag(source, start)
        if tag is not None:
            yield tag
            place = tag.end
            if tag.name in RAW and not tag.closes:
                closing = re.compile(rf"</{re.escape(tag.name)}(?=[\s/>])", re.IGNORECASE)
                match = closing.search(source, place)
                end = match.start() if match else len(source)
                if place < end:
                    yield Text(place, end)
                place = end
        elif OPENING.match(source, start):
            return
        elif source.startswith("<!--", start):
            place = _after(source, "-->", start + 2)
        elif source.startswith(("<!", "<?", "</"), start):
            place = _after(source, ">", start)
        else:
            yield Text(start, start + 1)
            place = start + 1


def read_tag(source: str, start: int) -> Tag | None:
    """Read a tag.

    source (str): A page.
    start (int): The place of its "<".
    RETURNS (Optional[Tag]): The tag; None if there is none, or it does not end.
    """
    opening = OPENING.match(source, start)
    if opening is None:
        return None
    attributes: dict[str, str] = {}
    place = opening.end()
    while True:
        between = BETWEEN.match(source, place)
        assert between is not None
        place = between.end()
        if source.startswith(">", place):
            empty = source[place - 1] == "/"
            name = opening[2].lower()
            return Tag(name, start, place + 1, bool(opening[1]), empty, attributes)
        attribute = ATTRIBUTE.match(source, place)
        if attribute is None:
            return None
        place = attribute.end()
        value = ""
        if equals := EQUALS.match(source, place):
            place = equals.end()
            quote = source[place : place + 1]
            if quote in ('"', "'"):
                end = source.find(quote, place + 1)
                if end < 0:
                    return None
                value, place = source[place + 1 : end], end + 1
            elif unquoted := UNQUOTED.match(source, place):
                value, place = unquoted[0], unquoted.end()
        attributes.setdefault(attribute[0].lower(), value)


def _after(source: str, end: str, start: int) -> int:
    place = source.find(end, start)
    return len(source) if place < 0 else place + len(end)
