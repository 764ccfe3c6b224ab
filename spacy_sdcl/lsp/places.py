"""Places in a document, as editors count them: lines, and units of UTF-16, of UTF-8, or characters."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from lsprotocol.types import Position, Range

from ..documents.lines import END


class Places:
    """Translates offsets in characters to an editor's positions, and back.

    text (str): The document.
    count (Callable[[str], int]): How many units the editor counts for a text.
    """

    def __init__(self, text: str, count: Callable[[str], int]) -> None:
        self._text, self._count = text, count
        ends = list(END.finditer(text))
        # The protocol has these ends of lines only; `str.splitlines` knows others.
        self._starts = [0, *(match.end() for match in ends)]
        self._ends = [*(match.start() for match in ends), len(text)]

    def position(self, offset: int) -> Position:
        """Where an offset is.

        offset (int): An offset in characters.
        RETURNS (Position): Its line, and the units before it there.
        """
        line = bisect_right(self._starts, offset) - 1
        return Position(line, self._count(self._text[self._starts[line] : offset]))

    def range(self, start: int, end: int) -> Range:
        """Where a part of the document is.

        start, end (int): Its offsets.
        RETURNS (Range): Its place.
        """
        return Range(self.position(start), self.position(end))

    def line(self, number: int) -> Range:
        """Where a line is.

        number (int): Its number, from 1; one behind the last stands for it.
        RETURNS (Range): Its place, without its end.
        """
        line = min(number, len(self._starts)) - 1
        return self.range(self._starts[line], self._ends[line])

    def offset(self, position: Position) -> int:
        """The offset of a position.

        position (Position): A position; what is behind the end of its line, or of the document,
            counts as that end.
        RETURNS (int): The offset of the character that begins there, or that it is in.
        """
        if position.line >= len(self._starts):
            return len(self._text)
        start, end = self._starts[position.line], self._ends[position.line]
        before = list(accumulate(map(self._count, self._text[start:end]), initial=0))
        return start + bisect_right(before, position.character) - 1
