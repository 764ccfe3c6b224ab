"""Evaluate on the project's test sets: `spacy sdcl evaluate` with the project's defaults."""

from pathlib import Path

import typer

from ...types import SETTINGS
from ..evaluate import run_evaluation
from ..options import read_threshold, reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
@reported_errors()
def evaluate_command(
    sets: list[Path] = typer.Argument(..., help="Files of pairs, or folders with *_test.jsonl"),
    output: Path = typer.Option(..., "--output", "-o", help="The JSON; the table goes beside it"),
    model: str = typer.Option("", help="A pipeline, or the name of an embedded model"),
    trained: Path | None = typer.Option(None, help="The pipeline if --model is not given"),
    embedded: str = typer.Option("zh_sdcl_sm", help="The embedded model if that is not there"),
    threshold: list[str] = typer.Option(
        list(SETTINGS), help="A number, or one of the model's own settings; one table for each"
    ),
    batch_size: int = typer.Option(256, help="Sentences at a time"),
    gpu_id: int = typer.Option(-1, help="The GPU, -1 for none"),
) -> None:
    """Find the test sets and the model, evaluate, print the table, write both files."""
    if not model:
        model = str(trained) if trained is not None and trained.is_dir() else embedded
    files = [file for path in sets for file in (_test_files(path) if path.is_dir() else [path])]
    if not files:
        typer.echo(f"No test set in {', '.join(map(str, sets))}: run `convert` first.", err=True)
        raise typer.Exit(1)
    run_evaluation(files, model, list(map(read_threshold, threshold)), output, batch_size, gpu_id)


def _test_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*_test.jsonl"))
