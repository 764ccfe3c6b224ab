"""What all readers of pairs share: lines of a file, the check of a pair, the list of problems."""

import bisect
import codecs
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..types import Pair
from .writing import atomic_path as atomic_path

logger = logging.getLogger("spacy_sdcl")

SKIPPED = "; skipped"
KEPT = "; kept"


class Problem(NamedTuple):
    """A flaw of a file of pairs.

    path (str): The file.
    line (int): The line, counted from 1.
    message (str): "kind: details", and "; skipped" or "; kept" where it decided over a record.
    """

    path: str
    line: int
    message: str

    @property
    def kind(self) -> str:
        """The message without its details: problems are counted by it."""
        return self.message.partition(":")[0]

    @property
    def outcome(self) -> str:
        """`SKIPPED` or `KEPT` where it decided over a record, else ""."""
        return next((word for word in (SKIPPED, KEPT) if self.message.endswith(word)), "")

    @property
    def skipped(self) -> bool:
        """Whether a record was skipped for it."""
        return self.outcome == SKIPPED


OnProblem = Callable[[Problem], None]


def log_problem(problem: Problem) -> None:
    """Log a problem as a warning: what happens where no other handler is given."""
    logger.warning("%s:%d: %s", problem.path, problem.line, problem.message)


class Report:
    """Makes the problems of one file, so that a reader names only line and message."""

    def __init__(self, path: Path, on_problem: OnProblem) -> None:
        self.path = path
        self.on_problem = on_problem

    def __call__(self, line: int, message: str) -> None:
        self.on_problem(Problem(str(self.path), line, message))


def iter_lines(path: Path, report: Report) -> Iterator[tuple[int, str]]:
    """Read the lines of a UTF-8 file; lines that are not UTF-8 are reported and left out.

    Only a line feed ends a line: `str.splitlines` would also cut at characters such as U+2028,
    which occur inside of sentences.

    path (Path): The file, with or without a byte-order mark, lines ending in LF or CRLF.
    report (Report): Is told of lines that are not UTF-8.
    YIELDS (tuple[int, str]): The line's number and its text without the line end.
    """
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if number == 1:
                raw = _without_bom(raw, path)
            try:
                yield number, raw.decode("utf-8").rstrip("\r\n")
            except UnicodeDecodeError as err:
                report(number, f"not UTF-8: {err.reason} at byte {err.start + 1}{SKIPPED}")


class TextFile:
    """A UTF-8 file as one text whose offsets can be traced back to lines.

    A line that is not UTF-8 stays in, with U+FFFD for its bad bytes: were it left out, a record
    around it would silently lose text. `is_damaged` tells which records hold such a line.

    path (Path): The file.
    report (Report): Is told of lines that are not UTF-8.
    """

    def __init__(self, path: Path, report: Report) -> None:
        self._starts = [0]
        self._damaged: list[int] = []
        lines = []
        for number, raw in enumerate(_without_bom(path.read_bytes(), path).split(b"\n"), start=1):
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError as err:
                line = raw.decode("utf-8", errors="replace")
                self._damaged.append(number)
                report(number, f"not UTF-8: {err.reason} at byte {err.start + 1}")
            line = line.removesuffix("\r")
            lines.append(line)
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.text = "\n".join(lines)

    def line(self, offset: int) -> int:
        """The number of the line that an offset lies in, counted from 1."""
        return bisect.bisect_right(self._starts, offset)

    def is_damaged(self, start: int, end: int) -> bool:
        """Whether text[start:end] touches a line that is not UTF-8."""
        index = bisect.bisect_left(self._damaged, self.line(start))
        return index < len(self._damaged) and self._damaged[index] <= self.line(end)


def _without_bom(data: bytes, path: Path) -> bytes:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError(f"{path} is UTF-16, not UTF-8. Save it as UTF-8 and try again.")
    return data.removeprefix(codecs.BOM_UTF8)


def check_pair(source: str, target: str, id: str, line: int, report: Report) -> Pair | None:
    """Make a pair of two texts, or report why they are none.

    White space around the texts goes, wherever that leaves them aligned.

    source (str): The text with errors.
    target (str): The correct text.
    id (str): The record's name, "" for none.
    line (int): The record's line.
    report (Report): Is told of texts that are empty, of unequal length, or not writable as UTF-8.
    RETURNS (Optional[Pair]): The pair.
    """
    stripped = source.strip(), target.strip()
    if len(stripped[0]) == len(stripped[1]):
        source, target = stripped
    if not all(stripped):
        report(line, f"malformed record: empty text{SKIPPED}")
    elif len(source) != len(target):
        report(line, f"unequal lengths: {len(source)} and {len(target)} characters{SKIPPED}")
    elif not _is_encodable(source + target + id):
        report(line, f"malformed record: half of a surrogate pair{SKIPPED}")
    else:
        return Pair(source, target, id)
    return None


def _is_encodable(text: str) -> bool:
    # JSON's \ud800 makes a str that no UTF-8 file can hold: it would break the output much later.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
