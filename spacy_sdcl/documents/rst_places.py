"""Where text that docutils has taken out of a document stands in it."""

from collections.abc import Iterator, Sequence

from .lines import SourceLine
from .passages import Passage, PassageBuilder

TAB = 8
# Where docutils sees no more than a space, or the end of a line.
SPACES = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))
# docutils says about where a text begins; it is looked for so many lines around.
AROUND = 12


class Lines:
    """The lines of a document as docutils sees them: tabs are spaces, and none stand at the end.

    lines (Sequence[SourceLine]): The lines.
    """

    def __init__(self, lines: Sequence[SourceLine]) -> None:
        self._lines = lines
        self._seen = [line.text.translate(SPACES).expandtabs(TAB).rstrip() for line in lines]
        # What has been found in a line: a row of a table may hold the same text twice.
        self._taken: dict[int, list[tuple[int, int]]] = {}

    @property
    def text(self) -> str:
        """The document for docutils."""
        return "\n".join(self._seen)

    def find(self, source: str, text: str, line: int) -> Passage | None:
        """Find the lines of a text.

        source (str): The document.
        text (str): The text.
        line (int): The line where it begins, or one near it.
        RETURNS (Optional[Passage]): The text with its places; None if it is not there: it was put
            together by docutils.
        """
        parts = text.split("\n")
        for first in _around(line, len(self._lines) - len(parts)):
            columns = [self._column(first + number, part) for number, part in enumerate(parts)]
            if min(columns) >= 0:
                return self._origin(source, parts, first, columns)
        return None

    def _column(self, line: int, part: str) -> int:
        column = self._seen[line].find(part)
        for start, end in sorted(self._taken.get(line, ())):
            if column >= 0 and start < column + len(part) and column < end:
                column = self._seen[line].find(part, end)
        return column

    def _origin(
        self, source: str, parts: Sequence[str], first: int, columns: Sequence[int]
    ) -> Passage:
        builder = PassageBuilder(source)
        end = None
        for number, (part, column) in enumerate(zip(parts, columns, strict=True), start=first):
            self._taken.setdefault(number, []).append((column, column + len(part)))
            line = self._lines[number]
            columns_of = _columns(line.text)
            start = line.start + columns_of[column]
            if end is not None:
                builder.put("\n", end, start)
            for offset, char in enumerate(part, start=column):
                place = line.start + columns_of[offset]
                if source[place] == char:
                    builder.take(place, place + 1)
                else:
                    builder.put(char, place, place + 1)
            end = line.start + columns_of[column + len(part)]
        return builder.build()


def _columns(text: str) -> list[int]:
    """The place in a line of each column that docutils sees, and of its end."""
    columns: list[int] = []
    for place, char in enumerate(text):
        columns += [place] * (TAB - len(columns) % TAB if char == "\t" else 1)
    return [*columns, len(text)]


def _around(line: int, last: int) -> Iterator[int]:
    for distance in range(AROUND + 1):
        for first in sorted({line - distance, line + distance}):
            if 0 <= first <= last:
                yield first
