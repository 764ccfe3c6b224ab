"""`spacy sdcl tune`: choose the threshold on one's own development pairs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import DEFAULT_MODEL, GpuId, Model, Variant, fail, open_pipeline, reported_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..evaluation.tuning import Row


def tune(
    pairs: Annotated[
        Path, typer.Argument(help="Development pairs, in any format that evaluate reads.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A folder for the pipeline with the threshold."),
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="At least this strict precision."),
    ] = None,
    max_fpr: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=1.0,
            help="At most this share of correct sentences changed.  [default: 0.01]",
            show_default=False,
        ),
    ] = None,
    correct: Annotated[
        list[Path] | None,
        typer.Option(
            help="Correct sentences, one a line, for that share. May be repeated; each file counts "
            "alike."
        ),
    ] = None,
    leave_out: Annotated[
        list[Path] | None,
        typer.Option(
            help="Lines that are not correct after all, or rows of alarms; may be repeated."
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=0, help="At most this many correct sentences a file, 0 for all.")
    ] = 3000,
    model: Model = DEFAULT_MODEL,
    variant: Variant = None,
    report: Annotated[Path | None, typer.Option(help="The table as JSON.")] = None,
    gpu_id: GpuId = -1,
) -> None:
    """Choose the threshold for your text.

    Of all thresholds within --precision or --max-fpr, that of the best strict correction F1 is
    taken. Exit codes: 0; 1 if no threshold is careful enough; 2 for wrong usage.
    """
    import json

    from ..data.records import atomic_path
    from ..evaluation import tuning
    from ..evaluation.cleaning import LeftOut

    if precision is not None and max_fpr is not None:
        fail("Give --precision or --max-fpr, not both.")
    with reported_errors():
        if output is not None:
            tuning.check_folder(output)
        found, sentences = tuning.read_development(
            pairs, correct or [], limit=limit, left_out=LeftOut(leave_out or ())
        )
        if precision is None:
            tuning.check_correct_sentences(found, sentences)
        nlp = open_pipeline(model, gpu_id=gpu_id, variant=variant)
        rows = tuning.score_thresholds(nlp, found, sentences)
    bound = tuning.MAX_FPR if max_fpr is None else max_fpr
    chosen = tuning.choose(rows, max_fpr=bound, precision=precision)
    eager = tuning.best_of_all(rows)
    _print_rows(rows, chosen)
    if chosen is not None and len(chosen.rates) > 1:
        rates = (f"{name} {rate:.4f}" for name, rate in chosen.rates.items())
        typer.echo(f"false positives by file: {', '.join(rates)}")
    typer.echo(f"without the bound, for the setting recall: {eager.threshold}")
    if report is not None:
        with reported_errors(), atomic_path(report) as temporary:
            content = json.dumps(tuning.report(rows, chosen), indent=2)
            temporary.write_text(content + "\n", encoding="utf-8")
    if chosen is None:
        fail("No threshold is careful enough: loosen the bound, or train longer.", 1)
    if not chosen.pairs.correction.tp:
        typer.echo("Warning: with this threshold no development sentence is corrected.", err=True)
    if output is not None:
        with reported_errors():
            tuning.save_tuned(nlp, output, careful=chosen.threshold, recall=eager.threshold)
        typer.echo(f"Saved to {output}")


def _print_rows(rows: "Sequence[Row]", chosen: "Row | None") -> None:
    typer.echo("threshold  precision  recall      F1  false positives")
    for row in rows:
        figures = row.pairs.correction
        mark = "  <- chosen" if row is chosen else ""
        typer.echo(
            f"{row.threshold:9.3f}  {figures.precision:9.3f}  {figures.recall:6.3f}  "
            f"{figures.f1:6.3f}  {row.false_positive_rate:15.4f}{mark}"
        )
