"""Arrow tables with corrections: the columns that are added, and their types."""

from collections.abc import Collection, Sequence
from typing import Any

from ..extras import import_extra
from .rows import CorrectedRow

EXTRA = "ray"
ROW_ID, CORRECTED, CORRECTIONS, ERROR = "row_id", "corrected", "corrections", "error"
ADDED = (CORRECTED, CORRECTIONS, ERROR)


def arrow() -> Any:
    """The package pyarrow.

    RETURNS (module): The package.
    RAISES (ImportError): If it is not installed.
    """
    return import_extra("pyarrow", EXTRA)


def added_fields() -> list[Any]:
    """The columns that are added to a table.

    RETURNS (list[pyarrow.Field]): `corrected`, `corrections`, `error`.
    """
    pa = arrow()
    candidate = pa.struct([("target", pa.string()), ("score", pa.float64())])
    correction = pa.struct(
        [
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("source", pa.string()),
            ("target", pa.string()),
            ("score", pa.float64()),
            ("candidates", pa.list_(candidate)),
            ("origin", pa.string()),
        ]
    )
    types = (pa.string(), pa.list_(correction), pa.string())
    return [pa.field(name, each) for name, each in zip(ADDED, types, strict=True)]


def add_columns(table: Any, rows: Sequence[CorrectedRow]) -> Any:
    """Add what was found to a table.

    table (pyarrow.Table): The table.
    rows (Sequence[CorrectedRow]): What became of each of its rows.
    RETURNS (pyarrow.Table): The table with three columns more.
    """
    pa = arrow()
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    for field, values in zip(added_fields(), columns, strict=True):
        table = table.append_column(field, pa.array(list(values), type=field.type))
    return table


def check_columns(
    names: Collection[str], column: str, *, added: Sequence[str] = ADDED, where: str, remedy: str
) -> None:
    """Check that a table has the column that is to be corrected, and room for those that are added.

    names (Collection[str]): The names of its columns.
    column (str): The column of texts.
    added (Sequence[str]): The names of what is added.
    where (str): What an error calls the table.
    remedy (str): How another column is named.
    RAISES (ValueError): If there is no such column, or one has a name that is needed.
    """
    if column not in names:
        raise ValueError(
            f"{where} has no column {column!r}, but {', '.join(map(repr, names)) or 'none at all'}: "
            f"{remedy}."
        )
    taken = [name for name in added if name in names]
    if taken:
        raise ValueError(
            f"{where} has a column {taken[0]!r} already, which a correction adds: rename it, or take "
            "it out."
        )


def open_table(file: Any, name: str) -> Any:
    """Open a file of Parquet.

    file (file): Its bytes.
    name (str): What an error calls it.
    RETURNS (pyarrow.parquet.ParquetFile): The file.
    RAISES (ValueError): If it is none.
    """
    arrow()
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(file)
    except ValueError as error:
        raise ValueError(f"{name} is no Parquet: {error}. --type names another kind.") from error
