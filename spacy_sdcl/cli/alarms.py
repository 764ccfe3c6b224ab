"""`spacy sdcl alarms`: what a model changes in text that should be correct."""

from collections.abc import Iterator
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
    pairs: Annotated[
        Path | None,
        typer.Option(help="Write the rows as pairs of text and corrected text, JSONL, too."),
    ] = None,
    variant: Variant = None,
    gpu_id: GpuId = -1,
) -> None:
    """List what a model changes in text that should be correct.

    A row has the line's hash, file and number, the probability, and the text with [wrong→right].
    Keep the rows of true errors for `tune --leave-out`.
    """
    from ..data.formats import write_jsonl
    from ..evaluation.cleaning import find_alarms, text_hash
    from ..types import Pair

    with reported_errors():
        for file in files:
            # Before the model is loaded, and before any row is printed.
            file.open("rb").close()
        nlp = open_pipeline(model, threshold, gpu_id, variant=variant)

        def found() -> Iterator[Pair]:
            for each in find_alarms(nlp, files):
                place = f"{each.file}:{each.line}"
                typer.echo(f"{text_hash(each.text)}\t{place}\t{each.score:.3f}\t{each.marked}")
                yield Pair(each.text, each.corrected, place)

        if pairs is not None:
            write_jsonl(found(), pairs)
        else:
            for _ in found():
                pass
