"""What is read together, with the lines that it is written in: corrections go back to their lines."""

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from ..documents.packed import PackedDocument
from ..documents.switching import LineSwitch
from ..documents.text import join_wrapped
from ..documents.wrapping import wrapped_lines
from .lines import Line

# Characters on either side that tell a place from others.
CONTEXT = 10

OnUnreadable = Callable[[Line, str], None]


class CorrectedLine(NamedTuple):
    """A line with what was found in it.

    line (Line): The line.
    text (str): Its text; bytes that are none are lone surrogates, as `surrogateescape` makes them.
    corrections (list[dict]): As in `doc._.corrections`, with offsets in `text`; what an escape
        stands for is corrected with all of it.
    around (dict[int, str]): What is read around each correction, by its start.
    readable (bool): Whether the line is text in its encoding; if not, it was not corrected.
    packed (Packed): The file that it comes from, where that writes itself.
    """

    line: Line
    text: str
    corrections: list[dict[str, Any]]
    around: dict[int, str]
    readable: bool = True
    packed: "Packed | None" = None

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The corrections that change something: an error may be flagged without one."""
        return [each for each in self.corrections if each["target"] != each["source"]]


class Packed(NamedTuple):
    """A file that is no text, and writes itself.

    document (PackedDocument): The document.
    lines (list[CorrectedLine]): What is shown for its passages.
    """

    document: PackedDocument
    lines: list[CorrectedLine]

    def write(self) -> bytes:
        """Write the file with the corrections of all lines.

        RETURNS (bytes): The file, the same bytes where nothing is to be corrected.
        """
        return self.document.write([each.corrections for each in self.lines])


class Reading(NamedTuple):
    """A text as the corrector reads it; as in `documents.passages.Passage`, but places may be a range.

    text (str): The text.
    starts, ends (Sequence[int]): Where what stands for each character begins and ends in the source.
    """

    text: str
    starts: Sequence[int] | np.ndarray
    ends: Sequence[int] | np.ndarray


class Unit(NamedTuple):
    """Lines that go through the corrector together, whatever else is in a batch.

    lines (list[CorrectedLine]): The lines; corrections are added to them.
    starts (list[int]): Where each begins in the source.
    passages (list[Reading]): What is read of the source.
    """

    lines: list[CorrectedLine]
    starts: list[int]
    passages: list[Reading]

    def put(self, passage: Reading, corrections: Iterable[dict[str, Any]]) -> None:
        """Put corrections of a passage into the lines that it comes from.

        passage (Reading): One of the passages.
        corrections (Iterable[dict]): What was found in it, in the order of its text.
        """
        last = -1
        for correction in corrections:
            start, end, target = _in_source(passage, correction)
            number = bisect_right(self.starts, start) - 1
            each, offset = self.lines[number], self.starts[number]
            # Two characters that one escape stands for are corrected with the first of them.
            if start < last or end > offset + len(each.text):
                continue
            last = end
            start, end = start - offset, end - offset
            each.around[start] = _around(passage.text, correction)
            source = each.text[start:end]
            # What is flagged only must stay as it is written.
            if correction["target"] == correction["source"]:
                target = source
            found = {**correction, "start": start, "end": end, "source": source, "target": target}
            # A footnote is a passage of its own in the midst of another one.
            insort(each.corrections, found, key=lambda one: one["start"])


def _around(text: str, correction: dict[str, Any]) -> str:
    start, end = correction["start"], correction["end"]
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return "".join(f"{before}[{text[start:end]}]{after}".split())


def _in_source(passage: Reading, correction: dict[str, Any]) -> tuple[int, int, str]:
    first, last = correction["start"], correction["end"]
    start, end = int(passage.starts[first]), int(passage.ends[last - 1])
    # An escape that stands for several characters is replaced as a whole.
    before, after = first, last
    while before and passage.ends[before - 1] > start:
        before -= 1
    while after < len(passage.text) and passage.starts[after] < end:
        after += 1
    target = passage.text[before:first] + correction["target"] + passage.text[last:after]
    return start, end, target


def text_units(
    lines: Iterable[Line],
    *,
    encoding: str = "utf-8",
    switch: LineSwitch | None = None,
    on_unreadable: OnUnreadable = lambda line, reason: None,
) -> Iterator[Unit]:
    """Make units of plain text: a line each, or the lines that a paragraph was wrapped into.

    lines (Iterable[Line]): The lines of one file; they are pulled when they are needed.
    encoding (str): Their encoding.
    switch (LineSwitch): Tells which lines are to be read; None for a new one.
    on_unreadable (Callable): Is called with each line that is no text, and the reason.
    YIELDS (Unit): The units, in order.
    """
    switch = switch or LineSwitch()

    def decoded() -> Iterator[tuple[CorrectedLine, bool]]:
        for line in lines:
            each = decode_line(line, encoding, on_unreadable)
            yield each, switch.takes(each.text) and each.readable

    # What is not read goes on in nothing, as an empty line.
    for together in wrapped_lines(decoded(), lambda pair: pair[0].text if pair[1] else ""):
        yield _text_unit([each for each, _ in together], is_read=together[0][1])


def decode_line(line: Line, encoding: str, on_unreadable: OnUnreadable) -> CorrectedLine:
    """Decode a line.

    line (Line): The line.
    encoding (str): Its encoding.
    on_unreadable (Callable): Is called with the line if it is no text, and the reason.
    RETURNS (CorrectedLine): The line, with no corrections yet.
    """
    try:
        return CorrectedLine(line, line.content.decode(encoding), [], {})
    except UnicodeDecodeError as error:
        on_unreadable(line, f"not {encoding}: {error.reason} at byte {error.start + 1}")
        text = line.content.decode(encoding, errors="surrogateescape")
        return CorrectedLine(line, text, [], {}, readable=False)


def line_starts(lines: Sequence[CorrectedLine]) -> list[int]:
    """Where lines begin in the text that they are together, with their ends.

    lines (Sequence[CorrectedLine]): The lines.
    RETURNS (list[int]): Characters before each.
    """
    lengths = [len(each.text) + len(each.line.ending) for each in lines[:-1]]
    return list(accumulate(lengths, initial=0))


def _text_unit(lines: list[CorrectedLine], *, is_read: bool) -> Unit:
    starts = line_starts(lines)
    if not is_read:
        return Unit(lines, starts, [])
    if len(lines) > 1:
        return Unit(lines, starts, [Reading(*join_wrapped([each.text for each in lines], starts))])
    [only] = lines
    length = len(only.text)
    return Unit(lines, starts, [Reading(only.text, range(length), range(1, length + 1))])
