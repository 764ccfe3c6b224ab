"""`spacy sdcl evaluate`: all figures on pairs of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from .options import (
    DEFAULT_MODEL,
    THRESHOLD_HELP,
    GpuId,
    Model,
    Variant,
    Writing,
    read_threshold,
    reported_errors,
)


def evaluate(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Files of sentences with their corrections: JSONL, JSON, tab-separated, SIGHAN's."
        ),
    ],
    model: Model = DEFAULT_MODEL,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold",
            "-t",
            help=f"{THRESHOLD_HELP} May be repeated; one table for each.  [default: the pipeline's]",
            show_default=False,
        ),
    ] = None,
    variant: Variant = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The figures as JSON; the tables go beside it as .md."),
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Sentences at a time.")] = 256,
    gpu_id: GpuId = -1,
) -> None:
    """Measure on pairs of your own.

    Every figure is printed, in percent. Strict ones are those that papers report, loose ones those
    of the SIGHAN tool.
    """
    with reported_errors():
        thresholds: list[float | str | None] = [None]
        if threshold:
            thresholds = [read_threshold(each) for each in threshold]
        run_evaluation(files, model, thresholds, output, batch_size, gpu_id, variant=variant)


def run_evaluation(
    files: list[Path],
    model: str,
    thresholds: list[float | str | None],
    output: Path | None,
    batch_size: int,
    gpu_id: int,
    *,
    variant: Writing | None = None,
) -> None:
    """Evaluate, print the tables, write both files.

    files (list[Path]): The test sets.
    model (str): A pipeline, or the name of an embedded model.
    thresholds (list): Numbers, names of settings, None for the pipeline's own.
    output (Path): The JSON; None to write nothing.
    batch_size (int): Sentences at a time.
    gpu_id (int): The GPU, -1 for none.
    variant (Writing): The characters of the texts, None for what the pipeline says.
    """
    import json

    import spacy

    from ..data.records import atomic_path
    from ..evaluation.figures import evaluate_settings, read_sets

    if gpu_id >= 0:
        spacy.require_gpu(gpu_id)
    record, tables = evaluate_settings(
        model,
        read_sets(files),
        thresholds=thresholds,
        batch_size=batch_size,
        variant=variant and variant.value,
    )
    typer.echo(tables)
    if output is not None:
        with atomic_path(output) as temporary:
            text = json.dumps(record, ensure_ascii=False, indent=2)
            temporary.write_text(text + "\n", encoding="utf-8")
        with atomic_path(output.with_suffix(".md")) as temporary:
            temporary.write_text(tables + "\n", encoding="utf-8")
