"""JSON with the places of its strings."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from .errors import MalformedDocument
from .passages import Passage, PassageBuilder

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:,]|[^\s"{}\[\]:,]+', re.DOTALL)
# Characters outside the basic plane are escaped in two halves.
ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
)


class JsonString(NamedTuple):
    """A string that is a value.

    path (tuple[str, ...]): The keys that lead to it; "#0", "#1", … for places in a list.
    start, end (int): Its place in the source, without the quotes.
    """

    path: tuple[str, ...]
    start: int
    end: int


def json_strings(source: str, start: int = 0, end: int | None = None) -> Iterator[JsonString]:
    """Find the strings of a JSON document.

    source (str): A text with the document in it.
    start, end (int): The document's place there; all of it, if they are not given.
    RETURNS (Iterator[JsonString]): The strings that are values, in their order.
    RAISES (MalformedDocument): If it is no JSON.
    """
    document = source[start:end]
    try:
        json.loads(document)
    except json.JSONDecodeError as error:
        remedy = "put that right, or have a program write the file anew"
        raise MalformedDocument(
            source, start + error.pos, f"no JSON: {error.msg}", remedy
        ) from error
    except RecursionError as error:
        what = "lists and objects are nested too deeply to be read"
        raise MalformedDocument(source, start, what, "divide the document") from error
    return _strings(document, start)


def _strings(document: str, start: int) -> Iterator[JsonString]:
    path: list[str] = []
    # For each open bracket the number of its next item; -1 in objects.
    places: list[int] = []
    is_key = False
    for match in TOKEN.finditer(document):
        token = match[0]
        if token in "{[":
            places.append(-1 if token == "{" else 0)
            path.append("#0")
            is_key = token == "{"
        elif token in "}]":
            places.pop()
            path.pop()
            is_key = False
        elif token == ",":
            is_key = places[-1] < 0
            if not is_key:
                places[-1] += 1
                path[-1] = f"#{places[-1]}"
        elif token[0] == '"':
            if is_key:
                path[-1] = json.loads(token, strict=False)
                is_key = False
            else:
                yield JsonString(tuple(path), start + match.start() + 1, start + match.end() - 1)


def take_string(builder: PassageBuilder, source: str, start: int, end: int) -> None:
    """Add what a string stands for.

    builder (PassageBuilder): Gets the characters.
    source (str): The document.
    start, end (int): The string's place in it, without the quotes.
    """
    for match in ESCAPE.finditer(source, start, end):
        builder.take(start, match.start())
        character = json.loads(f'"{match[0]}"')
        # Half a character can be written in JSON, and nowhere else.
        is_half = "\ud800" <= character <= "\udfff"
        builder.put("\ufffd" if is_half else character, *match.span())
        start = match.end()
    builder.take(start, end)


def string_origin(source: str, start: int, end: int) -> Passage:
    """The text of a string, with its places.

    source (str): The document.
    start, end (int): The string's place in it, without the quotes.
    RETURNS (Passage): The text.
    """
    builder = PassageBuilder(source)
    take_string(builder, source, start, end)
    return builder.build()
