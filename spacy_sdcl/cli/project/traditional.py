"""Evaluate on Traditional test files beside the same ones in Simplified characters.

Both folders hold *_test.jsonl, as `convert.py sighan` writes them with --traditional and without.
"""

from pathlib import Path

import typer
from tqdm import tqdm

from ...component import SDCLCorrector
from ...data.formats import read_pairs
from ...loading import load_pipeline
from ...metrics.scores import correction_scores
from ...metrics.tables import markdown_table, percent
from ...types import SETTINGS
from ..options import reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
@reported_errors()
def traditional_command(
    simplified: Path = typer.Argument(..., help="The folder of the Simplified test sets"),
    traditional: Path = typer.Argument(..., help="The folder of the Traditional ones"),
    model: str = typer.Option("zh_sdcl_sm", help="A pipeline, or an embedded model"),
) -> None:
    """Print the table: strict correction, in percent."""
    # The text, and what the corrector is told of it.
    cases = [
        (simplified, "Simplified", "simplified"),
        (traditional, "Traditional", "traditional"),
        (traditional, "Traditional", "auto"),
        (traditional, "Traditional", "simplified"),
    ]
    files = sorted(simplified.glob("*_test.jsonl"))
    missing = [file.name for file in files if not (traditional / file.name).is_file()]
    if not files or missing:
        typer.echo(
            f"Both folders must hold the same *_test.jsonl: {missing or simplified}", err=True
        )
        raise typer.Exit(1)
    rows = []
    for setting in SETTINGS:
        nlp = load_pipeline(model, threshold=setting)
        corrector = nlp.get_pipe("sdcl_corrector")
        assert isinstance(corrector, SDCLCorrector)
        for folder, text, variant in cases:
            corrector.variant = variant
            cells = []
            for file in files:
                pairs = list(read_pairs(folder / file.name))
                docs = nlp.pipe((pair.source for pair in pairs), batch_size=256)
                corrected = [
                    doc._.corrected for doc in tqdm(docs, variant, len(pairs), disable=None)
                ]
                scores = correction_scores(
                    [pair.source for pair in pairs], [pair.target for pair in pairs], corrected
                )
                figures = scores.correction
                shares = (figures.precision, figures.recall, figures.f1)
                cells.append(" / ".join(map(percent, shares)))
                cells.append(percent(scores.false_positive_rate))
            rows.append([f"`{setting}`", text, f"`{variant}`", *cells])
    names = [file.stem.removesuffix("_test") for file in files]
    columns = [cell for name in names for cell in (f"{name} P / R / F1", "false positives")]
    typer.echo(markdown_table(["threshold", "text", "variant", *columns], rows))
