"""What is read together, with the lines that it is written in: corrections go back to their lines."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..documents.joining import joint
from ..documents.wrapping import LEAD, SPACES, cut_blocks, goes_on
from .lines import Line

OnUnreadable = Callable[[Line, str], None]


class CorrectedLine(NamedTuple):
    """A line with what was found in it.

    line (Line): The line.
    text (str): Its text; bytes that are none are lone surrogates, as `surrogateescape` makes them.
    corrections (list[dict]): As in `doc._.corrections`, with offsets in `text`.
    readable (bool): Whether the line is text in its encoding; if not, it was not corrected.
    """

    line: Line
    text: str
    corrections: list[dict[str, Any]]
    readable: bool = True

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The corrections that change something: an error may be flagged without one."""
        return [each for each in self.corrections if each["target"] != each["source"]]


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
            source = each.text[start:end]
            # What is flagged only must stay as it is written.
            if correction["target"] == correction["source"]:
                target = source
            each.corrections.append(
                {**correction, "start": start, "end": end, "source": source, "target": target}
            )


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
    on_unreadable: OnUnreadable = lambda line, reason: None,
) -> Iterator[Unit]:
    """Make units of plain text: a line each, or the lines that a paragraph was wrapped into.

    lines (Iterable[Line]): The lines of one file; they are pulled when they are needed.
    encoding (str): Their encoding.
    on_unreadable (Callable): Is called with each line that is no text, and the reason.
    YIELDS (Unit): The units, in order.
    """

    def decoded() -> Iterator[CorrectedLine]:
        for line in lines:
            yield decode_line(line, encoding, on_unreadable)

    # What cannot be read goes on in nothing, as an empty line.
    for block in cut_blocks(decoded(), lambda each: each.text if each.readable else ""):
        joined = goes_on([each.text for each in block]) if len(block) > 1 else [False]
        first = 0
        for number, more in enumerate(joined, start=1):
            if not more:
                yield _joined(block[first:number])
                first = number


def decode_line(line: Line, encoding: str, on_unreadable: OnUnreadable) -> CorrectedLine:
    """Decode a line.

    line (Line): The line.
    encoding (str): Its encoding.
    on_unreadable (Callable): Is called with the line if it is no text, and the reason.
    RETURNS (CorrectedLine): The line, with no corrections yet.
    """
    try:
        return CorrectedLine(line, line.content.decode(encoding), [])
    except UnicodeDecodeError as error:
        on_unreadable(line, f"not {encoding}: {error.reason} at byte {error.start + 1}")
        text = line.content.decode(encoding, errors="surrogateescape")
        return CorrectedLine(line, text, [], readable=False)


def _joined(lines: list[CorrectedLine]) -> Unit:
    starts = [0]
    for each in lines[:-1]:
        starts.append(starts[-1] + len(each.text))
    if len(lines) == 1:
        [only] = lines
        length = len(only.text)
        whole = [Reading(only.text, range(length), range(1, length + 1))] if only.readable else []
        return Unit(lines, starts, whole)
    text, places = "", []
    for number, (each, start) in enumerate(zip(lines, starts, strict=True)):
        # The first line keeps its indentation, and the last one its spaces: what they are read as.
        lead = LEAD.match(each.text) if number else None
        first = lead.end() if lead else 0
        last = len(each.text.rstrip(SPACES)) if number < len(lines) - 1 else len(each.text)
        between = joint(text[-1:], each.text[first : first + 1]) if number else ""
        text += between + each.text[first:last]
        places += [start + first] * len(between)
        places += range(start + first, start + last)
    return Unit(lines, starts, [Reading(text, places, [place + 1 for place in places])])
