"""Put measured figures into the tables of READMEs and model cards.

A table between `<!-- figures: NAME -->` and `<!-- end -->` keeps its header and its first column; the
rest is filled from what `evaluate`, `untouched`, `tune` and the benchmark wrote; a table whose file is
not given stays as it is. NAME is careful or recall (the test sets in a setting), untouched,
thresholds, benchmark_KIND (all rows of the benchmark's file `results_KIND.json`, a kind of processor), or
speed (those with a goal, of all kinds side by side).
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
    benchmark: list[Path] = typer.Option([], help="What `make bench` wrote"),
) -> None:
    """Fill the tables of each document."""
    records = {
        name: json.loads(path.read_text(encoding="utf-8"))
        for name, path in {
            "evaluated": evaluated,
            "untouched": untouched,
            "thresholds": thresholds,
        }.items()
        if path is not None
    }
    benchmarks = {
        path.stem.removeprefix("results_"): json.loads(path.read_text(encoding="utf-8"))
        for path in benchmark
    }
    tables = make_tables(**records, benchmarks=benchmarks)
    for document in documents:
        text = document.read_text(encoding="utf-8")
        filled = fill(text, tables)
        with atomic_path(document) as temporary:
            temporary.write_text(filled, encoding="utf-8", newline="\n")
        typer.echo(f"{document}: {len(BLOCK.findall(text))} tables")
