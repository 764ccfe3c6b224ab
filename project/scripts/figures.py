"""Put measured figures into the tables of READMEs and model cards.

A table between `<!-- figures: NAME -->` and `<!-- end -->` keeps its header and its first column; the
rest is filled from what `evaluate`, `untouched`, `tune` and the benchmark wrote; a table whose file is
not given stays as it is. NAME is careful or recall (the test sets in a setting), untouched,
thresholds, benchmark (all its rows), or speed (those with a goal).
"""

import json
import re
import statistics
from pathlib import Path
from typing import Any

import typer

from spacy_sdcl.data.records import atomic_path
from spacy_sdcl.metrics.tables import digits, percent

BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n\n)(.*?)(\n\n<!-- end -->)", re.DOTALL)
COLUMNS = (
    *(f"sdcl_correction_{x}" for x in "prf"),
    "sdcl_detection_f",
    *(f"sdcl_correction_loose_{x}" for x in "prf"),
    "sdcl_char_f",
    "sdcl_fpr",
)

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def figures_command(
    documents: list[Path] = typer.Argument(..., help="Markdown files"),
    evaluated: Path | None = typer.Option(None, help="What evaluate wrote"),
    untouched: Path | None = typer.Option(None, help="What untouched wrote"),
    thresholds: Path | None = typer.Option(None, help="What tune reported"),
    benchmark: Path | None = typer.Option(None, help="What `make bench` wrote"),
) -> None:
    """Fill the tables of each document."""
    records = {
        name: json.loads(path.read_text(encoding="utf-8"))
        for name, path in {
            "evaluated": evaluated,
            "untouched": untouched,
            "thresholds": thresholds,
            "benchmark": benchmark,
        }.items()
        if path is not None
    }
    tables = make_tables(**records)
    for document in documents:
        text = document.read_text(encoding="utf-8")
        filled = fill(text, tables)
        with atomic_path(document) as temporary:
            temporary.write_text(filled, encoding="utf-8", newline="\n")
        typer.echo(f"{document}: {len(BLOCK.findall(text))} tables")


def make_tables(
    evaluated: dict[str, Any] | None = None,
    untouched: dict[str, Any] | None = None,
    thresholds: dict[str, Any] | None = None,
    benchmark: dict[str, Any] | None = None,
) -> dict[str, list[list[str]]]:
    """Lay figures out in rows, shares in percent.

    evaluated (Dict[str, Any]): What `evaluate` wrote.
    untouched (Dict[str, Any]): What `untouched` wrote.
    thresholds (Dict[str, Any]): What `tune` reported.
    benchmark (Dict[str, Any]): What `make bench` wrote.
    RETURNS (Dict[str, List[List[str]]]): The rows of each table, without their first cells.
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
                *(percent(row[f"sdcl_correction_{x}"]) for x in "prf"),
                f"{100 * row['fpr']:.2f}",
            ]
            for row in thresholds["thresholds"]
        ]
    if benchmark is not None:
        cells = [benchmark_cells(row) for row in benchmark["rows"]]
        tables["benchmark"] = cells
        tables["speed"] = [row for row in cells if row[-1]]
    return tables


def benchmark_cells(row: dict[str, Any]) -> list[str]:
    """Lay out one row of the benchmark.

    row (Dict[str, Any]): "values", "unit" and "goal".
    RETURNS (List[str]): Median with unit, least to greatest, goal.
    """
    values = row["values"]
    median = f"{digits(statistics.median(values))} {row['unit']}".rstrip()
    return [median, f"{digits(min(values))} to {digits(max(values))}", row["goal"]]


def fill(text: str, tables: dict[str, list[list[str]]]) -> str:
    """Fill the marked tables of a text.

    text (str): Markdown.
    tables (Dict[str, List[List[str]]]): The rows of each table, without their first cells.
    RETURNS (str): The text with the rows.
    RAISES (ValueError): If a table has another number of rows than there are figures.
    """

    def replace(match: re.Match[str]) -> str:
        start, name, table, end = match.groups()
        if name not in tables:
            return match[0]
        lines, rows = table.split("\n"), tables[name]
        if len(lines) != len(rows) + 2:
            raise ValueError(f"The table {name} has {len(lines) - 2} rows, not {len(rows)}.")
        labels = [line.split("|")[1].strip() for line in lines[2:]]
        filled = [f"| {' | '.join([a, *row])} |" for a, row in zip(labels, rows, strict=True)]
        return start + "\n".join([*lines[:2], *filled]) + end

    return BLOCK.sub(replace, text)


if __name__ == "__main__":
    app()
