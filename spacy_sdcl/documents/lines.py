"""The lines of a document, with their places."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Not what `str.splitlines` takes for one: U+2028 and the like occur inside of sentences.
END = re.compile(r"\r\n?|\n")


class SourceLine(NamedTuple):
    """A line of a source.

    text (str): The line without its end.
    start, end (int): Its place in the source; its end is not in it.
    next (int): Where the next line begins.
    """

    text: str
    start: int
    end: int
    next: int


def source_lines(source: str) -> Iterator[SourceLine]:
    """Cut a source at its line ends: LF, CRLF or CR.

    source (str): The source.
    YIELDS (SourceLine): Its lines; none after a final line end.
    """
    start = 0
    for match in END.finditer(source):
        yield SourceLine(source[start : match.start()], start, match.start(), match.end())
        start = match.end()
    if start < len(source):
        yield SourceLine(source[start:], start, len(source), len(source))
