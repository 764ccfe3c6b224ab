"""Measure the correction of unusual Traditional forms on correct Traditional sentences.

The sentences that it would change are printed with [wrong→right], to be read; then how many they are,
and how many errors of that kind it finds where one is written into each sentence that can have one.
"""

from pathlib import Path

import typer

from ...data.formats import read_pairs
from ...evaluation.usual import changed_forms, count_found
from ...metrics.tables import markdown_table
from ..options import reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
@reported_errors()
def usual_command(
    files: list[Path] = typer.Argument(..., help="Pairs whose targets are correct and Traditional"),
    seed: int = typer.Option(0, help="Of the errors that are written"),
) -> None:
    """Print the changed sentences and the table."""
    targets = (pair.target for file in files for pair in read_pairs(file))
    sentences = list(dict.fromkeys(targets))
    changes = list(changed_forms(sentences))
    for change in changes:
        typer.echo(change.marked)
    found = count_found(sentences, seed=seed)
    share = len(changes) / max(len(sentences), 1)
    header = ["sentences", "changed", "share of them", "errors written", "found"]
    row = [len(sentences), len(changes), f"{share:.3%}", found.made, found.found]
    typer.echo(markdown_table(header, [[str(cell) for cell in row]]))
