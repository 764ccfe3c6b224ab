"""Plain text: paragraphs whose lines were wrapped are read as one, all other lines by themselves."""

from collections.abc import Iterator, Sequence

import numpy as np

from .joining import joint
from .lines import source_lines
from .passages import Passage
from .wrapping import LEAD, SPACES, wrapped_lines


def read_text(source: str) -> Iterator[Passage]:
    """Read plain text.

    source (str): The text.
    YIELDS (Passage): A paragraph, or a line that stands for itself.
    """
    for lines in wrapped_lines(source_lines(source), lambda line: line.text):
        text, starts, ends = join_wrapped(
            [line.text for line in lines], [line.start for line in lines]
        )
        first, last = len(text) - len(text.lstrip()), len(text.rstrip())
        if first < last:
            yield Passage(text[first:last], starts[first:last], ends[first:last])


def join_wrapped(lines: Sequence[str], starts: Sequence[int]) -> Passage:
    """Read lines that go on in one another as one.

    lines (Sequence[str]): The lines, without their ends.
    starts (Sequence[int]): Where each begins in the source.
    RETURNS (Passage): What they say. The indentation of the first line and the spaces behind the
        last one belong to it, those at the line ends between them do not.
    """
    text = ""
    places: list[np.ndarray] = []
    for number, (line, start) in enumerate(zip(lines, starts, strict=True)):
        lead = LEAD.match(line) if number else None
        first = lead.end() if lead else 0
        last = len(line.rstrip(SPACES)) if number < len(lines) - 1 else len(line)
        if number and joint(text[-1:], line[first : first + 1]):
            # The line end was behind the last character.
            text += " "
            places.append(places[-1][-1:] + 1)
        text += line[first:last]
        places.append(np.arange(start + first, start + last, dtype=np.int64))
    whole = np.concatenate(places)
    return Passage(text, whole, whole + 1)
