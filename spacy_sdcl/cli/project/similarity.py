"""Measure on development text what the weight of likeness (the setting `similarity`) does.

For each weight the thresholds are chosen anew, as tuning chooses them: `careful` under a bound on
the false positives, `recall` without it. Only decoding differs.
"""

from itertools import islice
from pathlib import Path

import typer
from tqdm import tqdm

from ...component import SDCLCorrector
from ...data.formats import read_pairs
from ...data.records import log_problem
from ...data.text import read_text
from ...evaluation.tuning import MAX_FPR, Row, choose, table_of_thresholds
from ...loading import load_pipeline
from ...metrics.tables import markdown_table, percent
from ...types import CharCorrection
from ..options import reported_errors

WEIGHTS = [0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 8.0]

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
@reported_errors()
def similarity_command(
    pairs: Path = typer.Argument(..., help="Development pairs"),
    correct: Path = typer.Argument(..., help="Correct sentences, one a line, .txt or .xz"),
    model: str = typer.Option("zh_sdcl_sm", help="A pipeline, or an embedded model"),
    weight: list[float] = typer.Option(WEIGHTS, help="The weights"),
    max_fpr: float = typer.Option(MAX_FPR, help="At most this share of correct sentences changed"),
    skip: int = typer.Option(0, help="Leave out this many correct sentences"),
    limit: int = typer.Option(3000, help="At most this many correct sentences, 0 for all"),
) -> None:
    """Print the table."""
    found = list(read_pairs(pairs))
    end = skip + limit if limit else None
    sentences = list(islice(read_text(correct, log_problem), skip, end))
    nlp = load_pipeline(model, threshold=0.0)
    pipe = nlp.get_pipe("sdcl_corrector")
    assert isinstance(pipe, SDCLCorrector)
    docs = [nlp.make_doc(text) for text in [*(pair.source for pair in found), *sentences]]
    rows = []
    for each in tqdm(weight, "weights", disable=None):
        pipe.similarity = each
        corrections: list[list[CharCorrection]] = []
        for start in range(0, len(docs), 256):
            corrections += pipe.predict(docs[start : start + 256])
        alarms = {str(correct): corrections[len(found) :]} if sentences else {}
        table = table_of_thresholds(found, corrections[: len(found)], alarms)
        chosen = [choose(table, max_fpr=bound) for bound in (max_fpr, 1.0)]
        rows.append([f"{each:g}", *(cell for row in chosen for cell in _cells(row))])
    parts = ("threshold", "P", "R", "F1", "false positives")
    header = ["weight", *(f"{name} {part}" for name in ("careful", "recall") for part in parts)]
    typer.echo(f"{len(found)} pairs, {len(sentences)} correct sentences, in percent")
    typer.echo(markdown_table(header, rows))


def _cells(row: Row | None) -> list[str]:
    if row is None:
        return ["none"] + [""] * 4
    scores = row.pairs.correction
    figures = (scores.precision, scores.recall, scores.f1, row.false_positive_rate)
    return [f"{row.threshold:g}", *map(percent, figures)]
