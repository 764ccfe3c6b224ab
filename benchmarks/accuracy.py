"""What `quantization = "int8"` costs: figures on pairs with and without it, as a Markdown table."""

from pathlib import Path

import typer
from worker import make_pipeline

from spacy_sdcl.data.formats import read_pairs
from spacy_sdcl.metrics.scores import correction_scores
from spacy_sdcl.metrics.tables import markdown_table, percent
from spacy_sdcl.types import SETTINGS

COLUMNS = ("correction_p", "correction_r", "correction_f", "fpr")

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def accuracy(
    pairs: Path = typer.Argument(..., help="Pairs, such as corpus/sighan/sighan15_test.jsonl"),
    model: str = typer.Option("zh_sdcl_sm", help="An embedded model"),
) -> None:
    """Correct the pairs in both precisions, at both thresholds."""
    read = list(read_pairs(pairs))
    sources, golds = [pair.source for pair in read], [pair.target for pair in read]
    rows = []
    for setting in SETTINGS:
        corrected = {}
        for quantization in (None, "int8"):
            nlp = make_pipeline(model, setting, quantization)
            predicted = [doc._.corrected for doc in nlp.pipe(sources, batch_size=256)]
            corrected[quantization] = predicted
            scores = correction_scores(sources, golds, predicted).as_dict()
            name = f"`{setting}`, {quantization or 'float32'}"
            rows.append([name, *(percent(scores[f"sdcl_{column}"]) for column in COLUMNS)])
        alike = sum(a == b for a, b in zip(corrected[None], corrected["int8"], strict=True))
        typer.echo(f"{setting}: {alike} of {len(read)} sentences the same", err=True)
    typer.echo(markdown_table(["", "strict P", "R", "F1", "false-positive rate"], rows))


if __name__ == "__main__":
    app()
