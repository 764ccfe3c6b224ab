"""Print the last evaluation of pretraining runs as a table, best first: docs/ablations.md's rows."""

import json
from pathlib import Path

import typer

from ...metrics.tables import markdown_table
from ...pretraining.trainer import LOG_FILE

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def compare(runs: list[Path] = typer.Argument(..., help="Folders of runs")) -> None:
    """Print the table; runs that have no evaluation yet are named."""
    rows = []
    for run in runs:
        log = run / LOG_FILE
        lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
        evaluated = [line for line in map(json.loads, lines) if "dev_loss" in line]
        if evaluated:
            rows.append((run.name, evaluated[-1]))
        else:
            typer.echo(f"{run}: no evaluation yet", err=True)
    cells = [
        [
            name,
            f"{line['minutes']:.1f}",
            f"{line['characters'] / 1e6:.2f}",
            *(f"{line[figure]:.3f}" for figure in ("dev_loss", "dev_accuracy", "dev_f")),
        ]
        for name, line in sorted(rows, key=lambda row: row[1]["dev_loss"])
    ]
    header = ["run", "minutes", "million characters", "loss", "accuracy", "F1"]
    typer.echo(markdown_table(header, cells))
