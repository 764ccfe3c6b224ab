"""Lines of files and of standard input, as bytes: what is not corrected goes out as it came in."""

import codecs
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import BinaryIO, NamedTuple

from .names import escape_controls

STDIN = "-"
STDIN_LABEL = "<stdin>"


class Position(NamedTuple):
    """How far the input was read.

    file (int): Index of the file.
    line (int): Lines of it that were read.
    offset (int): Bytes of it that were read.
    """

    file: int = 0
    line: int = 0
    offset: int = 0


START = Position()
OnFailure = Callable[[str, str], None]


class Line(NamedTuple):
    """A line of an input.

    file (str): The file's name, `STDIN_LABEL` for standard input.
    prefix (bytes): The byte-order mark before the file's first line, else empty.
    content (bytes): The line without its end.
    ending (bytes): Its end: LF, CRLF, or empty where a file does not end in one.
    after (Position): The position after it.
    """

    file: str
    prefix: bytes
    content: bytes
    ending: bytes
    after: Position

    @property
    def label(self) -> str:
        """The file's name as it is shown."""
        return escape_controls(self.file)

    @property
    def number(self) -> int:
        """The number of the line, counted from 1."""
        return self.after.line


def check_encoding(encoding: str) -> str:
    """Check that lines of an encoding can be told apart and corrected in place.

    encoding (str): The name of an encoding.
    RETURNS (str): Its canonical name; a byte-order mark is dealt with apart from it.
    RAISES (ValueError): If it is unknown, cannot hold Chinese, or is not made of whole characters
        between line feeds of one byte, as UTF-16 and ISO-2022 are not.
    """
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise ValueError(
            f"There is no encoding {encoding!r}: utf-8, gb18030 and big5 are the common ones."
        ) from error
    if name == "utf-8-sig":
        return "utf-8"
    try:
        plain = "\n".encode(name) == b"\n" and "中文".encode(name) == "中".encode(name) + (
            "文".encode(name)
        )
    except (UnicodeEncodeError, LookupError, TypeError):
        plain = False
    if not plain:
        raise ValueError(
            f"Text in {name} cannot be corrected in place. Convert it to UTF-8 first, e.g. "
            f"iconv -f {name} -t utf-8 FILE."
        )
    return name


def read_lines(
    names: Sequence[str],
    *,
    encoding: str = "utf-8",
    start: Position = START,
    on_failure: OnFailure | None = None,
) -> Iterator[Line]:
    """Read the lines of several inputs in order, one at a time.

    Only a line feed ends a line, as in `data.records.iter_lines`.

    names (Sequence[str]): Files, and `STDIN` for standard input.
    encoding (str): Their encoding, as `check_encoding` returned it.
    start (Position): Where to go on.
    on_failure (Callable): Is called with the name of an input that cannot be read, and the reason;
        None to raise it.
    YIELDS (Line): The lines.
    RAISES (OSError): If a file cannot be read.
    RAISES (ValueError): If a file that should be UTF-8 is UTF-16.
    """
    for index in range(start.file, len(names)):
        first = start if index == start.file else Position(index)
        try:
            yield from _lines_of(names[index], first, encoding)
        except (OSError, ValueError) as error:
            if on_failure is None:
                raise
            label = escape_controls(names[index])
            said = f"{label}: {error.strerror}" if isinstance(error, OSError) else str(error)
            on_failure(names[index], f"{said}; left as it is")


def _lines_of(name: str, start: Position, encoding: str) -> Iterator[Line]:
    offset = start.offset
    with ExitStack() as stack:
        file: BinaryIO = (
            sys.stdin.buffer if name == STDIN else stack.enter_context(open(name, "rb"))
        )
        label = STDIN_LABEL if name == STDIN else name
        if offset:
            file.seek(offset)
        yield from split_lines(file, label, encoding, start)


def split_lines(
    raws: Iterable[bytes], label: str, encoding: str = "utf-8", start: Position = START
) -> Iterator[Line]:
    """Take lines apart.

    raws (Iterable[bytes]): The lines with their ends, as a file yields them.
    label (str): The file's name.
    encoding (str): The encoding, as `check_encoding` returned it.
    start (Position): Where the first of them begins.
    YIELDS (Line): The lines.
    RAISES (ValueError): If what should be UTF-8 is UTF-16.
    """
    index, line, offset = start
    for raw in raws:
        line += 1
        offset += len(raw)
        prefix = b""
        if line == 1 and encoding == "utf-8":
            prefix, raw = _split_mark(raw, label)
        content = raw.removesuffix(b"\n")
        if len(content) < len(raw):
            content = content.removesuffix(b"\r")
        yield Line(label, prefix, content, raw[len(content) :], Position(index, line, offset))


def _split_mark(raw: bytes, label: str) -> tuple[bytes, bytes]:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError(
            f"{escape_controls(label)} is UTF-16. Convert it to UTF-8 first, e.g. iconv -f utf-16 -t utf-8."
        )
    content = raw.removeprefix(codecs.BOM_UTF8)
    return raw[: len(raw) - len(content)], content
