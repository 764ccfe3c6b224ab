"""Which columns of a table, or keys of JSON, are to be read."""

from collections.abc import Sequence

ALL = "*"


class UnknownColumns(ValueError):
    """The columns to be read were not named, or are not there."""


def choose(columns: Sequence[str], names: Sequence[str]) -> tuple[set[int], bool]:
    """Choose columns of a table.

    columns (Sequence[str]): What was asked for: names, numbers from 1, or "*" for all.
    names (Sequence[str]): What stands in the first row.
    RETURNS (tuple[set[int], bool]): The columns' places, from 0, and whether the first row is a
        heading: it is, where a column is named by it, or by "*".
    RAISES (UnknownColumns): If none was asked for, or one is not there.
    """
    there = ", ".join(f"{number} {name.strip()}" for number, name in enumerate(names, start=1))
    if not columns:
        raise UnknownColumns(f"say which columns are prose, by name, number or *: {there}")
    chosen: set[int] = set()
    has_heading = False
    stripped = [name.strip() for name in names]
    for column in columns:
        if column in stripped:
            chosen.update(place for place, name in enumerate(stripped) if name == column)
            has_heading = True
        elif column == ALL:
            chosen.update(range(len(names)))
            has_heading = True
        elif column.isdecimal() and 1 <= int(column) <= len(names):
            chosen.add(int(column) - 1)
        else:
            raise UnknownColumns(f"there is no column {column!r}; there are: {there}")
    return chosen, has_heading


def matches(columns: Sequence[str], path: Sequence[str]) -> bool:
    """Whether a value of JSON is to be read.

    columns (Sequence[str]): What was asked for: keys, keys joined by dots, or "*" for all.
    path (Sequence[str]): The keys that lead to the value, places in lists as "#0".
    RETURNS (bool): True if the last keys are the ones asked for.
    """
    keys = [key for key in path if not key.startswith("#")]
    dotted = "." + ".".join(keys)
    return any(column == ALL or dotted.endswith("." + column) for column in columns)
