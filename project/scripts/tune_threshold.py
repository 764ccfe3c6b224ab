"""Choose the threshold of a trained pipeline on development text.

Of all thresholds with a false-positive rate of at most --max-fpr (or a strict precision of at least
--precision) the one with the best strict correction F1 is taken.
"""

import json
from collections.abc import Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import typer
from tqdm import tqdm

from spacy_sdcl.component import SDCLCorrector
from spacy_sdcl.data.formats import read_pairs
from spacy_sdcl.data.records import atomic_path, log_problem
from spacy_sdcl.data.text import read_text
from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.metrics import CorrectionScores, correction_scores
from spacy_sdcl.model.architecture import get_network
from spacy_sdcl.types import CharCorrection, Pair

# Finer where careful thresholds lie.
THRESHOLDS = (*(i / 20 for i in range(16)), *(i / 100 for i in range(80, 100)), 0.995, 0.999, 1.0)

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


class Row(NamedTuple):
    """The figures of one threshold.

    threshold (float): The threshold.
    pairs (CorrectionScores): Over the development pairs.
    false_positive_rate (float): Over the correct sentences; those of the pairs where no others are
        given.
    """

    threshold: float
    pairs: CorrectionScores
    false_positive_rate: float


@app.command()
def tune_command(
    model: str = typer.Argument(..., help="A trained pipeline, or an embedded model"),
    pairs: Path = typer.Argument(..., help="Development pairs"),
    correct: list[Path] = typer.Option([], help="Correct sentences, one a line"),
    max_fpr: float = typer.Option(0.015, help="At most this share of correct sentences changed"),
    precision: float | None = typer.Option(None, help="Instead: at least this strict precision"),
    limit: int = typer.Option(3000, help="At most this many correct sentences, 0 for all"),
    output: Path | None = typer.Option(None, "--output", "-o", help="The pipeline with it"),
    report: Path | None = typer.Option(None, help="The table as JSON"),
) -> None:
    """Print the table of thresholds, choose one, save the pipeline with it."""
    nlp = load_pipeline(model)
    pipe = nlp.get_pipe("sdcl_corrector")
    assert isinstance(pipe, SDCLCorrector)
    found = list(read_pairs(pairs))
    lines = chain.from_iterable(read_text(path, log_problem) for path in correct)
    sentences = list(islice(lines, limit or None))
    # Everything that the model would change, once; the thresholds are applied to the scores.
    pipe.threshold = 0.0
    texts = [pair.source for pair in found] + sentences
    docs = [nlp.make_doc(text) for text in texts]
    predictions = [
        each
        for start in tqdm(range(0, len(docs), 256), "predict", unit=" batches", disable=None)
        for each in pipe.predict(docs[start : start + 256])
    ]
    rows = table_of_thresholds(
        found, predictions[: len(found)], sentences, predictions[len(found) :]
    )
    chosen = choose(rows, max_fpr=max_fpr, precision=precision)
    typer.echo("threshold  precision  recall      F1  false positives")
    for row in rows:
        figures = row.pairs.correction
        mark = "  <- chosen" if row is chosen else ""
        typer.echo(
            f"{row.threshold:9.3f}  {figures.precision:9.3f}  {figures.recall:6.3f}  "
            f"{figures.f1:6.3f}  {row.false_positive_rate:15.4f}{mark}"
        )
    eager = choose(rows, max_fpr=1.0)
    assert eager is not None
    typer.echo(f"without the bound, for the setting recall: {eager.threshold}")
    if report is not None:
        with atomic_path(report) as temporary:
            records = [
                {"threshold": row.threshold, "fpr": row.false_positive_rate, **row.pairs.as_dict()}
                for row in rows
            ]
            content = {
                "careful": chosen and chosen.threshold,
                "recall": eager.threshold,
                "thresholds": records,
            }
            temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    if chosen is None:
        typer.echo("No threshold is careful enough: loosen the bound, or train longer.", err=True)
        raise typer.Exit(1)
    if not chosen.pairs.correction.tp:
        typer.echo("Warning: with this threshold no development sentence is corrected.", err=True)
    if output is not None:
        # In the weights, not in the config: there a threshold is a user's choice.
        network = get_network(pipe.model)
        assert network is not None
        network.thresholds = {"careful": chosen.threshold, "recall": eager.threshold}
        pipe.threshold = None
        nlp.get_pipe_config("sdcl_corrector")["threshold"] = None
        nlp.to_disk(output)
        typer.echo(f"Saved to {output}")


def table_of_thresholds(
    pairs: Sequence[Pair],
    corrections: Sequence[list[CharCorrection]],
    sentences: Sequence[str] = (),
    sentence_corrections: Sequence[list[CharCorrection]] = (),
) -> list[Row]:
    """Score each threshold.

    pairs (Sequence[Pair]): Development pairs.
    corrections (Sequence[List[CharCorrection]]): All corrections of their sources, however unlikely.
    sentences (Sequence[str]): Correct sentences.
    sentence_corrections (Sequence[List[CharCorrection]]): All corrections of these.
    RETURNS (List[Row]): A row for each of THRESHOLDS.
    """
    sources, golds = [pair.source for pair in pairs], [pair.target for pair in pairs]
    # A sentence is changed if its likeliest correction is kept.
    highest = [max((c.score for c in found), default=-1.0) for found in sentence_corrections]
    rows = []
    for threshold in THRESHOLDS:
        predictions = [
            _apply(source, found, threshold)
            for source, found in zip(sources, corrections, strict=True)
        ]
        scores = correction_scores(sources, golds, predictions)
        rate = scores.false_positive_rate
        if sentences:
            rate = sum(score >= threshold for score in highest) / len(sentences)
        rows.append(Row(threshold, scores, rate))
    return rows


def choose(
    rows: Sequence[Row], *, max_fpr: float = 0.015, precision: float | None = None
) -> Row | None:
    """Choose a threshold.

    rows (Sequence[Row]): The figures of each.
    max_fpr (float): The false-positive rate that is allowed, unless a precision is asked for.
    precision (Optional[float]): The strict precision that is asked for.
    RETURNS (Optional[Row]): The best of those allowed, the highest threshold among equals; None if
        none is.
    """
    if precision is None:
        allowed = [row for row in rows if row.false_positive_rate <= max_fpr]
    else:
        allowed = [row for row in rows if row.pairs.correction.precision >= precision]
    return max(allowed, key=lambda row: (row.pairs.correction.f1, row.threshold), default=None)


def _apply(source: str, corrections: Sequence[CharCorrection], threshold: float) -> str:
    chars = list(source)
    for each in corrections:
        if each.score >= threshold:
            chars[each.start] = each.target
    return "".join(chars)


if __name__ == "__main__":
    app()
