"""Count the correct sentences that a pipeline leaves alone, over all and by domain.

Corpora seldom say where a sentence comes from. A domain is a regular expression that tells its
sentences well enough: a sentence belongs to the first domain whose expression is found in it.
"""

import json
from itertools import islice
from pathlib import Path

import typer

from ...data.records import atomic_path, log_problem
from ...data.text import read_text
from ...evaluation.cleaning import LeftOut
from ...evaluation.untouched import DOMAINS, by_domain, unchanged
from ...loading import load_pipeline
from ...metrics.tables import markdown_table, percent
from ...types import SETTINGS
from ..options import reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
@reported_errors()
def untouched_command(
    text: Path = typer.Argument(..., help="Correct sentences, one a line, .txt or .xz"),
    model: str = typer.Option("zh_sdcl_sm", help="A pipeline, or the name of an embedded model"),
    threshold: list[str] = typer.Option(list(SETTINGS), help="A number, or a setting"),
    domain: list[str] = typer.Option(
        [f"{name}={expression}" for name, expression in DOMAINS.items()], help="NAME=EXPRESSION"
    ),
    skip: int = typer.Option(0, help="Leave out this many, such as those that tuning has seen"),
    limit: int = typer.Option(0, help="At most this many, 0 for all"),
    leave_out: list[Path] = typer.Option(
        [], help="Lines that are not correct after all, or rows of alarms; may be repeated"
    ),
    output: Path | None = typer.Option(None, "--output", "-o", help="The figures as JSON"),
) -> None:
    """Correct the sentences and print the table."""
    lines = islice(read_text(text, log_problem), skip, skip + limit if limit else None)
    left_out = LeftOut(leave_out)
    sentences = [line for line in lines if line not in left_out]
    groups = by_domain(sentences, dict(each.split("=", 1) for each in domain))
    shares: dict[str, dict[str, float]] = {}
    for each in threshold:
        nlp = load_pipeline(model, threshold=each if each in SETTINGS else float(each))
        left_alone = set(unchanged(nlp, sentences))
        shares[each] = {
            name: len(left_alone.intersection(group)) / max(len(group), 1)
            for name, group in groups.items()
        }
    header = ["untouched, percent", *groups]
    rows = [["sentences", *(str(len(group)) for group in groups.values())]]
    rows += [[f"`{each}`", *map(percent, shares[each].values())] for each in shares]
    typer.echo(markdown_table(header, rows))
    if output is not None:
        counts = {name: len(group) for name, group in groups.items()}
        with atomic_path(output) as temporary:
            record = {"model": model, "sentences": counts, "untouched": shares}
            temporary.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
