"""Make an HTML page of corrected sentences: what was wrong struck out, the correction beside it."""

from pathlib import Path

import typer

from ...annotations.rendering import render
from ...data.formats import read_pairs
from ...data.records import atomic_path, log_problem
from ...data.text import read_text
from ...loading import load_pipeline
from ..options import reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
@reported_errors()
def visualize(
    texts: Path = typer.Argument(..., help="A .txt of one sentence a line, or a file of pairs"),
    output: Path = typer.Argument(..., help="The page"),
    model: str = typer.Option("", help="A pipeline, or the name of an embedded model"),
    trained: Path | None = typer.Option(None, help="The pipeline if --model is not given"),
    embedded: str = typer.Option("zh_sdcl_sm", help="The embedded model if that is not there"),
    limit: int = typer.Option(500, help="At most this many sentences"),
) -> None:
    """Correct the sentences and write the page."""
    if not model:
        model = str(trained) if trained is not None and trained.is_dir() else embedded
    if texts.suffix == ".txt":
        lines = list(read_text(texts, log_problem))
    else:
        lines = [pair.source for pair in read_pairs(texts)]
    docs = list(load_pipeline(model).pipe(lines[:limit]))
    page = render(docs, style="diff", page=True, jupyter=False)
    with atomic_path(output) as temporary:
        temporary.write_text(page or "", encoding="utf-8")
    typer.echo(f"{output}: {len(docs)} sentences")
