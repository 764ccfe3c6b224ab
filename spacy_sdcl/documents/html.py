"""HTML: the text of a page by its blocks, through the markup inside of sentences."""

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from .elements import Effect, Elements
from .html_tokens import Text, cut_html
from .joining import join_lines
from .passages import OBJECT, Passage, PassageBuilder

# More digits than a character needs are none; Python refuses to read very long numbers.
ENTITY = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[a-zA-Z][a-zA-Z0-9]{1,31};?)")


def read_html(source: str) -> Iterator[Passage]:
    """Read HTML, whole pages or parts of them.

    source (str): The page.
    YIELDS (Passage): The text of a block, or between two breaks.
    """
    builder = PassageBuilder(source)
    elements = Elements()
    for part in cut_html(source):
        if isinstance(part, Text):
            if elements.are_read:
                take_text(builder, source, part.start, part.end)
            continue
        effect = elements.take(part)
        if effect is Effect.BREAK:
            yield from map(join_lines, builder.finish())
        elif effect is Effect.OBJECT:
            builder.put(OBJECT, part.start, part.end)
    yield from map(join_lines, builder.finish())


def take_text(builder: PassageBuilder, source: str, start: int, end: int) -> None:
    """Add text with its entities.

    builder (PassageBuilder): Gets the text.
    source (str): The page.
    start, end (int): The text's place in it.
    """
    place = start
    for match in ENTITY.finditer(source, start, end):
        character = _character(match[0])
        if character:
            builder.take(place, match.start())
            builder.put(character, *match.span())
            place = match.end()
    builder.take(place, end)


def _character(entity: str) -> str:
    """What an entity stands for; "" for nothing."""
    return unescape(entity) if entity[1] == "#" else html5.get(entity[1:], "")
