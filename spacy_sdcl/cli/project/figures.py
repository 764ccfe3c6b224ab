"""Put measured figures into the tables of READMEs and model cards.

A table between `<!-- figures: NAME -->` and `<!-- end -->` keeps its header and its first column; the
rest is filled from what `evaluate`, `untouched`, `tune` and the benchmark wrote; a table whose file is
not given stays as it is. NAME is careful or recall (the test sets in a setting), untouched,
thresholds, benchmark (all its rows), or speed (those with a goal).
"""

import json
from pathlib import Path

import typer

from ...data.records import atomic_path
from ...metrics.published import BLOCK, fill, make_tables

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
