"""What corrected lines are written as: text, JSONL, a diff, a page, or a list of places."""

import json
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from ..annotations.rendering import diff_line, page_end, page_heading, page_start
from ..data.writing import naming
from .lines import STDIN_LABEL, Line
from .names import quote_for_patch
from .reports import (
    BaselineWriter,
    GithubWriter,
    JsonWriter,
    RdjsonlWriter,
    SarifWriter,
    encoded,
    message_of,
    printable,
)
from .splicing import splice
from .units import CorrectedLine

OnRefused = Callable[[Line, dict[str, Any]], None]

# Unchanged lines that a diff shows around changed ones.
CONTEXT = 3
SPOOL_SIZE = 1 << 20


class Writer(Protocol):
    """Turns corrected lines into the bytes of an output, in three steps."""

    def start(self) -> Iterator[bytes]: ...
    def write(self, each: CorrectedLine) -> Iterator[bytes]: ...
    def finish(self, summary: str) -> Iterator[bytes]: ...


class TextWriter:
    """The text itself, corrected: all else is as it came in, byte for byte.

    encoding (str): The lines' encoding.
    on_refused (Callable): Is called with a line and a correction that the encoding cannot write.
    """

    def __init__(self, encoding: str, on_refused: OnRefused) -> None:
        self.encoding = encoding
        self.on_refused = on_refused

    def start(self) -> Iterator[bytes]:
        yield from ()

    def write(self, each: CorrectedLine) -> Iterator[bytes]:
        if each.packed is None:
            yield each.line.prefix + self.corrected(each) + each.line.ending
        elif each is each.packed.lines[-1]:
            yield each.packed.write()

    def finish(self, summary: str) -> Iterator[bytes]:
        yield from ()

    def corrected(self, each: CorrectedLine) -> bytes:
        """The corrected line, without mark and line end."""
        content, refused = splice(each.line.content, each.changes, encoding=self.encoding)
        for correction in refused:
            self.on_refused(each.line, correction)
        return content


class JsonlWriter:
    """A JSON object a line, in UTF-8: file, line, text, corrected, corrections."""

    def start(self) -> Iterator[bytes]:
        yield from ()

    def write(self, each: CorrectedLine) -> Iterator[bytes]:
        record = {
            "file": printable(each.line.file),
            "line": each.line.number,
            "text": each.text,
            "corrected": apply_changes(each),
            "corrections": each.corrections,
        }
        # A byte that is no text is a lone surrogate, which JSON can only hold as an escape.
        yield json.dumps(record, ensure_ascii=not each.readable).encode() + b"\n"

    def finish(self, summary: str) -> Iterator[bytes]:
        yield from ()


class PlacesWriter:
    """A line for each place, as linters print them: file:line:column: what is wrong."""

    def start(self) -> Iterator[bytes]:
        yield from ()

    def write(self, each: CorrectedLine) -> Iterator[bytes]:
        for correction in each.corrections:
            place = f"{each.line.label}:{each.line.number}:{correction['start'] + 1}"
            yield encoded(f"{place}: {message_of(correction)}\n")

    def finish(self, summary: str) -> Iterator[bytes]:
        yield from ()


class HtmlWriter:
    """A page of all lines, with what was wrong struck and the correction beside it."""

    def start(self) -> Iterator[bytes]:
        yield page_start().encode()

    def write(self, each: CorrectedLine) -> Iterator[bytes]:
        if each.line.number == 1:
            yield page_heading(printable(each.line.file)).encode()
        yield diff_line(printable(each.text), each.corrections, number=each.line.number).encode()

    def finish(self, summary: str) -> Iterator[bytes]:
        yield page_end(summary).encode()


class DiffWriter(TextWriter):
    """A unified diff that `patch -p0` applies, in the encoding of the lines.

    A hunk names its length before its lines, so that it is kept in a file until it ends, and in
    memory only while it is small.
    """

    def start(self) -> Iterator[bytes]:
        self._file = ""
        self._before: deque[bytes] = deque(maxlen=CONTEXT)
        self._after: list[bytes] = []
        self._hunk: IO[bytes] | None = None
        self._first = self._length = 0
        yield from ()

    def write(self, each: CorrectedLine) -> Iterator[bytes]:
        line = each.line
        if line.number == 1:
            yield from self._close()
            self._before.clear()
            self._file = line.file
            self._named = False
        old = _diff_line(line.prefix + line.content + line.ending)
        new = _diff_line(line.prefix + self.corrected(each) + line.ending)
        if old != new:
            if self._hunk is None:
                if not self._named:
                    yield _diff_names(line.file)
                    self._named = True
                self._hunk = tempfile.SpooledTemporaryFile(SPOOL_SIZE)  # noqa: SIM115
                self._first = line.number - len(self._before)
                self._length = 0
                self._add(self._before)
                self._before.clear()
            self._add(self._after)
            self._after.clear()
            self._keep(b"-" + old + b"+" + new)
        elif self._hunk is None:
            self._before.append(old)
        else:
            self._after.append(old)
            # Two hunks whose contexts would touch are one.
            if len(self._after) > 2 * CONTEXT:
                yield from self._close()

    def finish(self, summary: str) -> Iterator[bytes]:
        yield from self._close()

    def _add(self, lines: Any) -> None:
        for line in lines:
            self._keep(b" " + line)

    def _keep(self, part: bytes) -> None:
        assert self._hunk is not None
        with naming(tempfile.gettempdir()):
            self._hunk.write(part)
        self._length += 1

    def _close(self) -> Iterator[bytes]:
        if self._hunk is None:
            return
        self._add(self._after[:CONTEXT])
        self._before.extend(self._after[CONTEXT:])
        self._after.clear()
        # A hunk of one line is written without its length.
        span = f"{self._first},{self._length}" if self._length != 1 else f"{self._first}"
        yield f"@@ -{span} +{span} @@\n".encode()
        self._hunk.seek(0)
        while part := self._hunk.read(SPOOL_SIZE):
            yield part
        self._hunk.close()
        self._hunk = None


def make_writer(
    format: str, *, encoding: str, on_refused: OnRefused, path: Path | None = None
) -> Writer:
    """Make the writer of a format.

    format (str): "text", "jsonl", "html", "diff", "places", "github", "sarif", "json", "rdjsonl",
        or "baseline".
    encoding (str): The lines' encoding.
    on_refused (Callable): Is called with a line and a correction that the encoding cannot write.
    path (Path): Where the output is to be; a baseline needs it.
    RETURNS (Writer): The writer.
    """
    if format == "text":
        return TextWriter(encoding, on_refused)
    if format == "diff":
        return DiffWriter(encoding, on_refused)
    if format == "baseline":
        return BaselineWriter(path or Path())
    plain: dict[str, type[Writer]] = {
        "jsonl": JsonlWriter,
        "html": HtmlWriter,
        "places": PlacesWriter,
        "github": GithubWriter,
        "sarif": SarifWriter,
        "json": JsonWriter,
        "rdjsonl": RdjsonlWriter,
    }
    return plain[format]()


def apply_changes(each: CorrectedLine) -> str:
    """The corrected text of a line.

    each (CorrectedLine): The line.
    RETURNS (str): Its text with every correction applied.
    """
    return apply_corrections(each.text, each.changes)


def apply_corrections(text: str, corrections: Iterable[dict[str, Any]]) -> str:
    """Correct a text.

    text (str): The text.
    corrections (Iterable[dict]): As in `doc._.corrections`, in the order of the text.
    RETURNS (str): The text with every correction applied.
    """
    pieces = []
    end = 0
    for each in corrections:
        pieces += [text[end : each["start"]], each["target"]]
        end = each["end"]
    return "".join([*pieces, text[end:]])


def _diff_line(raw: bytes) -> bytes:
    return raw if raw.endswith(b"\n") else raw + b"\n\\ No newline at end of file\n"


def _diff_names(file: str) -> bytes:
    # patch refuses absolute names.
    path = Path(file)
    if file != STDIN_LABEL and path.is_absolute() and path.is_relative_to(Path.cwd()):
        file = str(path.relative_to(Path.cwd()))
    # It takes a name to end at a tab, else at the first space.
    name = quote_for_patch(os.fsencode(file)) + b"\t"
    return b"--- " + name + b"\n+++ " + name + b"\n"
