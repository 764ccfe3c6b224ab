"""Measured figures in the tables of READMEs and model cards.

A table between `<!-- figures: NAME -->` and `<!-- end -->` keeps its header and its first column; the
rest is filled.
"""

import re
import statistics
from collections.abc import Mapping
from typing import Any

from .tables import digits, percent

BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n\n)(.*?)(\n\n<!-- end -->)", re.DOTALL)
COLUMNS = (
    *(f"sdcl_correction_{x}" for x in "prf"),
    "sdcl_detection_f",
    *(f"sdcl_correction_loose_{x}" for x in "prf"),
    "sdcl_char_f",
    "sdcl_fpr",
)

# What these are measured at differs from one measurement to the next: their first cells are not kept.
OWN_LABELS = frozenset({"thresholds"})


def make_tables(
    evaluated: dict[str, Any] | None = None,
    untouched: dict[str, Any] | None = None,
    thresholds: dict[str, Any] | None = None,
    benchmarks: Mapping[str, dict[str, Any]] | None = None,
) -> dict[str, list[list[str]]]:
    """Lay figures out in rows, shares in percent.

    evaluated (dict[str, Any]): What `evaluate` wrote.
    untouched (dict[str, Any]): What `untouched` wrote.
    thresholds (dict[str, Any]): What `tune` reported.
    benchmarks (Mapping[str, dict[str, Any]]): What `make bench` wrote, by kind of processor, each the same
        rows.
    RETURNS (dict[str, list[list[str]]]): The rows of each table, without their first cells but in those of
        `OWN_LABELS`.
    """
    tables = {}
    if evaluated is not None:
        for each in evaluated["settings"]:
            tables[each["setting"]] = [
                [percent(scores[name]) for name in COLUMNS] for scores in each["sets"].values()
            ]
    if untouched is not None:
        tables["untouched"] = [[str(count) for count in untouched["sentences"].values()]]
        for shares in untouched["untouched"].values():
            tables["untouched"].append([percent(share) for share in shares.values()])
    if thresholds is not None:
        tables["thresholds"] = [
            [
                f"{row['threshold']:g}",
                *(percent(row[f"sdcl_correction_{x}"]) for x in "prf"),
                f"{100 * row['fpr']:.2f}",
            ]
            for row in thresholds["thresholds"]
        ]
    if benchmarks:
        cells = {k: [benchmark_cells(row) for row in b["rows"]] for k, b in benchmarks.items()}
        tables |= {f"benchmark_{kind}": rows for kind, rows in cells.items()}
        tables["speed"] = [
            [cell for median, spread, goal in kinds for cell in (f"{median} ({spread})", goal)]
            for kinds in zip(*cells.values(), strict=True)
            if any(goal for _, _, goal in kinds)
        ]
    return tables


def benchmark_cells(row: dict[str, Any]) -> list[str]:
    """Lay out one row of the benchmark.

    row (dict[str, Any]): "values", "unit" and "goal".
    RETURNS (list[str]): Median with unit, least to greatest, goal.
    """
    values = row["values"]
    median = f"{digits(statistics.median(values))} {row['unit']}".rstrip()
    return [median, f"{digits(min(values))} to {digits(max(values))}", row["goal"]]


def fill(text: str, tables: dict[str, list[list[str]]]) -> str:
    """Fill the marked tables of a text.

    text (str): Markdown.
    tables (dict[str, list[list[str]]]): The rows of each table, as `make_tables` lays them out.
    RETURNS (str): The text with the rows.
    RAISES (ValueError): If a table whose first cells stay has another number of rows than there are figures.
    """

    def replace(match: re.Match[str]) -> str:
        start, name, table, end = match.groups()
        if name not in tables:
            return match[0]
        lines, rows = table.split("\n"), tables[name]
        if name not in OWN_LABELS:
            if len(lines) != len(rows) + 2:
                raise ValueError(f"The table {name} has {len(lines) - 2} rows, not {len(rows)}.")
            labels = [line.split("|")[1].strip() for line in lines[2:]]
            rows = [[label, *row] for label, row in zip(labels, rows, strict=True)]
        filled = [f"| {' | '.join(row)} |" for row in rows]
        return start + "\n".join([*lines[:2], *filled]) + end

    return BLOCK.sub(replace, text)
