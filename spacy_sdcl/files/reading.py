"""Units of all inputs: plain text as it comes, and every other kind of document as a whole."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from ..documents.columns import UnknownColumns
from ..documents.errors import MalformedDocument
from ..documents.kinds import DEFAULT, KINDS, read_passages
from ..documents.packed import OPENERS
from ..documents.switching import SIGN, LineSwitch
from .lines import Line
from .units import (
    CorrectedLine,
    OnUnreadable,
    Packed,
    Reading,
    Unit,
    decode_line,
    line_starts,
    text_units,
)

OnMalformed = Callable[[Line, Exception], None]


def read_units(
    lines: Iterable[Line],
    kinds: Sequence[str],
    *,
    columns: Sequence[str] = (),
    encoding: str = "utf-8",
    alone: bool = False,
    switch: LineSwitch | None = None,
    on_unreadable: OnUnreadable,
    on_malformed: OnMalformed,
) -> Iterator[Unit]:
    """Make units of the lines of all inputs.

    lines (Iterable[Line]): The lines, as `read_lines` yields them.
    kinds (Sequence[str]): The kind of document that each input is.
    columns (Sequence[str]): The columns of tables, or the keys of JSON, that are to be read.
    encoding (str): The encoding of the inputs.
    alone (bool): Read each line of plain text by itself, without looking at the next one.
    switch (LineSwitch): Tells which lines of the first input are to be read, if that is plain text
        whose beginning was read before.
    on_unreadable (Callable): Is called with each line that is no text, and the reason.
    on_malformed (Callable): Is called with the first line of a document that is none of its kind,
        and the reason; such a document is left as it is.
    YIELDS (Unit): The units, in order.
    """
    for number, of_file in groupby(lines, key=lambda line: line.after.file):
        kind = kinds[number]
        if kind in OPENERS:
            yield _packed_unit(list(of_file), kind, on_malformed)
        elif kind != DEFAULT:
            decoded = [decode_line(line, encoding, on_unreadable) for line in of_file]
            yield _document_unit(decoded, kind, columns, on_malformed)
        else:
            switch = switch or LineSwitch()
            for part in ([line] for line in of_file) if alone else [of_file]:
                yield from text_units(
                    part, encoding=encoding, switch=switch, on_unreadable=on_unreadable
                )
        switch = None


def switch_at(name: str, offset: int, encoding: str) -> LineSwitch:
    """Find out whether correction is switched off at a place of a plain text.

    name (str): A file.
    offset (int): The place, at the beginning of a line.
    encoding (str): The file's encoding.
    RETURNS (LineSwitch): As it is when the lines before the place were read.
    """
    switch = LineSwitch()
    with open(name, "rb") as file:
        for raw in file:
            if offset <= 0:
                break
            offset -= len(raw)
            text = raw.decode(encoding, errors="replace") if SIGN.encode() in raw else ""
            switch.takes(text.rstrip("\r\n"))
    return switch


def _document_unit(
    lines: list[CorrectedLine], kind: str, columns: Sequence[str], on_malformed: OnMalformed
) -> Unit:
    starts = line_starts(lines)
    # Where bytes are no text, markup cannot be told from prose.
    if not all(each.readable for each in lines):
        return Unit(lines, starts, [])
    source = "".join(each.text + each.line.ending.decode() for each in lines)
    chosen = columns if KINDS[kind].has_columns else ()
    try:
        passages = [Reading(*each) for each in read_passages(kind, source, columns=chosen)]
    except (MalformedDocument, UnknownColumns, ImportError) as error:
        on_malformed(lines[0].line, error)
        passages = []
    return Unit(lines, starts, passages)


def _packed_unit(lines: list[Line], kind: str, on_malformed: OnMalformed) -> Unit:
    content = b"".join(line.prefix + line.content + line.ending for line in lines)
    try:
        document = OPENERS[kind](content)
    except MalformedDocument as error:
        on_malformed(lines[0], error)
        return Unit([CorrectedLine(line, "", [], {}) for line in lines], [0], [])
    first, last = lines[0], lines[-1]
    packed = Packed(document, [])
    for number, text in enumerate(document.texts() or [""], start=1):
        after = last.after._replace(line=number)
        line = Line(first.file, b"", text.encode(), b"\n", after)
        packed.lines.append(CorrectedLine(line, text, [], {}, packed=packed))
    starts = line_starts(packed.lines)
    return Unit(packed.lines, starts, [Reading(*each) for each in document.passages])
