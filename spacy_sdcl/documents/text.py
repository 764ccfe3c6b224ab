"""Plain text: paragraphs whose lines were wrapped are read as one, all other lines by themselves."""

from collections.abc import Iterator

from .composing import whole
from .joining import join_lines
from .lines import SourceLine, source_lines
from .passages import Passage
from .wrapping import goes_on


def read_text(source: str) -> Iterator[Passage]:
    """Read plain text.

    source (str): The text.
    YIELDS (Passage): A paragraph, or a line that stands for itself.
    """
    block: list[SourceLine] = []
    for line in source_lines(source):
        if line.text.strip():
            block.append(line)
        else:
            yield from _read(source, block)
            block = []
    yield from _read(source, block)


def _read(source: str, block: list[SourceLine]) -> Iterator[Passage]:
    joined = goes_on([line.text for line in block])
    first = 0
    for number, on in enumerate(joined, start=1):
        if not on:
            start, end = block[first].start, block[number - 1].end
            yield join_lines(whole(source[start:end], start))
            first = number
