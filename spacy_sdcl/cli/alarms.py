"""`spacy sdcl alarms`: what a model changes in text that should be correct."""

from pathlib import Path
from typing import Annotated

import typer

from .options import DEFAULT_MODEL, GpuId, Model, Threshold, Variant, open_pipeline, reported_errors


def alarms(
    files: Annotated[
        list[Path], typer.Argument(help="Correct sentences, one a line, plain or .xz.")
    ],
    model: Model = DEFAULT_MODEL,
    threshold: Threshold = None,
    variant: Variant = None,
    gpu_id: GpuId = -1,
) -> None:
    """List what a model changes in text that should be correct.

    A row has the line's hash, file and number, the probability, and the text with [wrong→right].
    Keep the rows of true errors for `tune --leave-out`.
    """
    from ..evaluation.cleaning import find_alarms, text_hash

    with reported_errors():
        for file in files:
            # Before the model is loaded, and before any row is printed.
            file.open("rb").close()
        nlp = open_pipeline(model, threshold, gpu_id, variant=variant)
        for each in find_alarms(nlp, files):
            place = f"{each.file}:{each.line}"
            typer.echo(f"{text_hash(each.text)}\t{place}\t{each.score:.3f}\t{each.marked}")
