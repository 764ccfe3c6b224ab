"""Tables: the cells of named columns (CSV, TSV), the strings of named keys (JSON, JSON Lines)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .columns import UnknownColumns, choose, matches
from .composing import compose
from .errors import MalformedDocument
from .json_places import JsonString, json_strings, string_origin
from .lines import source_lines
from .passages import Passage, PassageBuilder
from .text import read_text

DELIMITERS = ",;\t"
QUOTE = '"'


class Cell(NamedTuple):
    """A cell of a table.

    row, column (int): Where it stands, from 0.
    start, end (int): Its place in the source; within the quotes, if it has any.
    is_quoted (bool): Whether it has quotes around it.
    """

    row: int
    column: int
    start: int
    end: int
    is_quoted: bool


def read_csv(source: str, columns: Sequence[str], *, delimiter: str = "") -> Iterator[Passage]:
    """Read columns of a table.

    source (str): The file.
    columns (Sequence[str]): The columns' names in the first row, their numbers from 1, or "*".
    delimiter (str): What stands between cells; what is found most often in the first line, if it
        is not given.
    RETURNS (Iterator[Passage]): The text of the cells. A first row with names is not read.
    RAISES (UnknownColumns): If no columns are given, or one is not there.
    RAISES (MalformedDocument): If a quoted cell does not end.
    """
    if not source.strip():
        return iter(())
    if not delimiter:
        first = next(line.text for line in source_lines(source) if line.text.strip())
        delimiter = max(DELIMITERS, key=first.count)
    cells = list(cut_cells(source, delimiter))
    names = [cell_text(source, cell).text for cell in cells if cell.row == cells[0].row]
    chosen, has_heading = choose(columns, names)
    wanted = (
        cell
        for cell in cells
        if cell.column in chosen and not (has_heading and cell.row == cells[0].row)
    )
    return _read(cell_text(source, cell) for cell in wanted)


def read_json(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    """Read strings of a JSON document.

    source (str): The document.
    columns (Sequence[str]): The keys of the strings, keys joined by dots, or "*".
    RETURNS (Iterator[Passage]): The text of these strings, and of those in lists below such a key.
    RAISES (UnknownColumns): If no keys are given, or there is no string by one of them.
    RAISES (MalformedDocument): If it is no JSON.
    """
    return _read_strings(source, columns, json_strings(source) if source.strip() else ())


def read_jsonl(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    """Read strings of JSON documents, one a line.

    source (str): The documents.
    columns (Sequence[str]): As for `read_json`.
    RETURNS (Iterator[Passage]): As by `read_json`.
    RAISES (UnknownColumns): As by `read_json`.
    RAISES (MalformedDocument): If a line is no JSON.
    """
    lines = (line for line in source_lines(source) if line.text.strip())
    strings = (each for line in lines for each in json_strings(source, line.start, line.end))
    return _read_strings(source, columns, strings)


def cut_cells(source: str, delimiter: str) -> Iterator[Cell]:
    """Cut a table into cells, as Python's csv does.

    source (str): The file.
    delimiter (str): What stands between cells.
    YIELDS (Cell): The cells; none for a blank line.
    RAISES (MalformedDocument): If a quoted cell does not end.
    """
    plain = re.compile(rf"[^{delimiter}\r\n]*")
    ends = re.compile(r"\r\n?|\n")
    row = column = place = 0
    while place < len(source) or column:
        if end := ends.match(source, place) if not column else None:
            row, place = row + 1, end.end()
            continue
        is_quoted = source.startswith(QUOTE, place)
        if is_quoted:
            start = place + 1
            stop = _closing(source, start)
            # What stands behind the quotes is not read.
            place = plain.match(source, stop + 1).end()  # type: ignore[union-attr]
        else:
            start = place
            place = stop = plain.match(source, place).end()  # type: ignore[union-attr]
        yield Cell(row, column, start, stop, is_quoted)
        if source.startswith(delimiter, place):
            place, column = place + 1, column + 1
            continue
        end = ends.match(source, place)
        row, column, place = row + 1, 0, end.end() if end else len(source)


def _closing(source: str, start: int) -> int:
    place = source.find(QUOTE, start)
    while place >= 0 and source.startswith(QUOTE, place + 1):
        place = source.find(QUOTE, place + 2)
    if place < 0:
        what = "a cell in quotes begins here and does not end"
        raise MalformedDocument(source, start, what, "close the quotes, or double those inside")
    return place


def cell_text(source: str, cell: Cell) -> Passage:
    """What a cell holds.

    source (str): The file.
    cell (Cell): One of its cells.
    RETURNS (Passage): Its text, without quotes, with its places.
    """
    builder = PassageBuilder(source)
    place = cell.start
    while cell.is_quoted and (found := source.find(QUOTE * 2, place, cell.end)) >= 0:
        builder.take(place, found)
        builder.put(QUOTE, found, found + 2)
        place = found + 2
    builder.take(place, cell.end)
    return builder.build()


def _read_strings(
    source: str, columns: Sequence[str], strings: Iterable[JsonString]
) -> Iterator[Passage]:
    found = list(strings)
    keys = {".".join(key for key in each.path if not key.startswith("#")) for each in found}
    there = ", ".join(sorted(keys - {""}))
    if not columns and found:
        raise UnknownColumns(f"say which keys have prose, by name or * for all: {there}")
    for column in columns if found else ():
        if not any(matches([column], each.path) for each in found):
            raise UnknownColumns(f"there is no text by the key {column!r}; there are: {there}")
    wanted = (each for each in found if matches(columns, each.path))
    return _read(string_origin(source, each.start, each.end) for each in wanted)


def _read(origins: Iterable[Passage]) -> Iterator[Passage]:
    for origin in origins:
        yield from compose(read_text(origin.text), origin)
