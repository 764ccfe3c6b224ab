"""The rows of a block, and the part of the output that they become."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol

from ..files.formats import apply_corrections
from ..files.lines import START, Line, split_lines
from .blocks import CHUNK, Block, is_compressed, open_bytes
from .rows import CorrectedRow
from .storage import Place
from .tables import ADDED, ROW_ID, add_columns, added_fields, arrow, check_columns, open_table

# The column that text has where it becomes rows.
TEXT = "text"
REMEDY = "name one with --column"
ROWS_AT_ONCE = 256
# Lines of JSON, at most, of which one must be an object.
LINES_LOOKED_AT = 100
# Formats that each kind of input can become.
FORMATS = {"text": ("text", "jsonl", "parquet"), "jsonl": ("jsonl",), "parquet": ("parquet",)}
SUFFIX = {"text": "txt", "jsonl": "jsonl", "parquet": "parquet"}
NEW = (ROW_ID, *ADDED)


class Row(NamedTuple):
    """A row of the input.

    number (int): Its number in the whole input, from 0.
    value (Any): What is to be corrected; None where it is missing or cannot be read.
    origin (Any): What it was read from: a `Line`, a dict, or a table of one row.
    error (str): Why it cannot be read; None where it can.
    """

    number: int
    value: Any
    origin: Any
    error: str | None = None


def check_file(place: Place, kind: str, column: str) -> None:
    """Check, before anything is corrected, that a file has the column.

    place (Place): The file.
    kind (str): What is in it.
    column (str): The column of texts.
    RAISES (ValueError): If it has not, or has one with a name that is needed.
    """
    if kind == "text":
        return
    if kind == "parquet":
        with place.system.open(place.path, "rb") as file:
            names = open_table(file, place.path).schema_arrow.names
    else:
        names = _first_keys(place) or [column]
    check_columns(names, column, added=NEW, where=place.path, remedy=REMEDY)


def _first_keys(place: Place) -> list[str]:
    # A bad line is an error of its row; where all of them are, this is no such file.
    reason: ValueError | None = None
    with open_bytes(place) as file:
        lines = split_lines(_raw_lines(file, 0, None), place.path)
        for line in islice((each for each in lines if each.content.strip()), LINES_LOOKED_AT):
            try:
                return list(_read_record(line.content))
            except ValueError as error:
                reason = reason or error
    if reason is None:
        return []
    raise ValueError(f"{place.path} is no JSON: {reason}. --type names another kind.")


def read_rows(place: Place, block: Block, kind: str, column: str, *, first: int) -> Iterator[Row]:
    """Read the rows of a block.

    place (Place): The file.
    block (Block): Which part of it.
    kind (str): What is in it.
    column (str): The column of texts.
    first (int): The number of the first row.
    YIELDS (Row): The rows, in order; of JSON, empty lines are none.
    """
    if kind == "parquet":
        yield from _read_table(place, block, column, first)
        return
    with open_bytes(place) as file:
        _go_to(file, block.start, rereads=is_compressed(place))
        raws = _raw_lines(file, block.start, block.end)
        # A byte-order mark is that of the file's first line alone.
        start = START if not block.start else START._replace(line=1)
        for number, line in enumerate(split_lines(raws, place.path, start=start), first):
            if kind == "text":
                yield _text_row(number, line)
            elif line.content.strip():
                yield _record_row(number, line, column)


def _go_to(file: Any, offset: int, *, rereads: bool) -> None:
    if not rereads:
        file.seek(offset)
    while rereads and offset:
        offset -= len(file.read(min(offset, CHUNK)))


def _raw_lines(file: Any, start: int, end: int | None) -> Iterator[bytes]:
    # Not all files of Arrow know lines.
    left = b""
    while chunk := file.read(CHUNK if end is None else min(CHUNK, end - start)):
        start += len(chunk)
        *whole, left = (left + chunk).split(b"\n")
        yield from (each + b"\n" for each in whole)
    if left:
        yield left


def _text_row(number: int, line: Line) -> Row:
    try:
        return Row(number, line.content.decode(), line)
    except UnicodeDecodeError as error:
        reason = f"not utf-8: {error.reason} at byte {error.start + 1}"
        return Row(number, None, line, reason)


def _read_record(content: bytes) -> dict[str, Any]:
    record = json.loads(content)
    if not isinstance(record, dict):
        raise ValueError(f"a line holds no object, but {type(record).__name__}")
    return record


def _record_row(number: int, line: Line, column: str) -> Row:
    try:
        record = _read_record(line.content)
        check_columns([column, *record], column, added=NEW, where="the line", remedy=REMEDY)
    except ValueError as error:
        # What is there must not be lost.
        raw = line.content.decode(errors="backslashreplace")
        return Row(number, None, {column: raw}, f"no JSON that can be corrected: {error}")
    return Row(number, record.get(column), record)


def _read_table(place: Place, block: Block, column: str, first: int) -> Iterator[Row]:
    pa = arrow()
    with place.system.open(place.path, "rb") as file:
        table = open_table(file, place.path)
        offset, groups = 0, []
        skipped = 0
        for group in range(table.num_row_groups):
            rows = table.metadata.row_group(group).num_rows
            if offset + rows <= block.start:
                skipped += rows
            elif offset < block.end:
                groups.append(group)
            offset += rows
        number = skipped
        for batch in table.iter_batches(batch_size=ROWS_AT_ONCE, row_groups=groups):
            low, high = max(block.start - number, 0), min(block.end - number, batch.num_rows)
            values = batch.column(column).to_pylist() if low < high else []
            for index in range(low, high):
                row = pa.Table.from_batches([batch.slice(index, 1)])
                yield Row(first + number + index - block.start, values[index], row)
            number += batch.num_rows


class Part(Protocol):
    """Writes rows, in order, into a file of bytes."""

    def write(self, rows: Sequence[Row], done: Sequence[CorrectedRow]) -> None: ...
    def close(self) -> None: ...


class TextPart:
    """Lines of text, corrected: all else is as it came in, byte for byte."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def write(self, rows: Sequence[Row], done: Sequence[CorrectedRow]) -> None:
        for row, each in zip(rows, done, strict=True):
            line = row.origin
            content = line.content
            if each.corrections:
                content = apply_corrections(row.value, each.corrections).encode()
            self.file.write(line.prefix + content + line.ending)

    def close(self) -> None:
        pass


class RecordPart:
    """A JSON object a line, in UTF-8."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def write(self, rows: Sequence[Row], done: Sequence[CorrectedRow]) -> None:
        for row, each in zip(rows, done, strict=True):
            record = _record_of(row) | {ROW_ID: row.number} | each._asdict()
            self.file.write(_as_json(record) + b"\n")

    def close(self) -> None:
        pass


class TablePart:
    """A file of Parquet."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self._writer: Any = None

    def write(self, rows: Sequence[Row], done: Sequence[CorrectedRow]) -> None:
        pa = arrow()
        if isinstance(rows[0].origin, Line):
            table = pa.table({TEXT: pa.array([_record_of(row)[TEXT] for row in rows], pa.string())})
        else:
            table = pa.concat_tables([row.origin for row in rows])
        numbers = pa.array([row.number for row in rows], pa.int64())
        table = add_columns(table.append_column(ROW_ID, numbers), done)
        self._open(table.schema).write_table(table)

    def close(self) -> None:
        pa = arrow()
        if self._writer is None:
            # A file of no rows is one, too.
            self._open(pa.schema([pa.field(ROW_ID, pa.int64()), *added_fields()]))
        self._writer.close()

    def _open(self, schema: Any) -> Any:
        from pyarrow.parquet import ParquetWriter

        self._writer = self._writer or ParquetWriter(self.file, schema)
        return self._writer


PARTS: dict[str, Callable[[Any], Part]] = {
    "text": TextPart,
    "jsonl": RecordPart,
    "parquet": TablePart,
}


def _record_of(row: Row) -> dict[str, Any]:
    if isinstance(row.origin, Line):
        return {TEXT: row.origin.content.decode(errors="backslashreplace")}
    return row.origin


def _as_json(record: dict[str, Any]) -> bytes:
    try:
        return json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # A lone surrogate, which JSON can only hold as an escape.
        return json.dumps(record).encode()
