"""What evidence and judge cost: time with them against that of the network alone, in one process.

Both take turns on each text, on one thread; counted is the time of this process alone, whatever else
the machine does. A row is the median of the ratios of the rounds, with the least and the greatest.
"""

import statistics
import time
from collections.abc import Sequence

import torch
import typer
from line_ends import LAYOUTS, PARAGRAPHS, read_paragraph
from processor import features
from spacy.language import Language
from texts import document, single

from spacy_sdcl.loading import blank_pipeline
from spacy_sdcl.metrics.tables import digits, markdown_table

LENGTH = 20

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


def make(evidence: str | None) -> Language:
    """The embedded model, with or without evidence."""
    nlp = blank_pipeline()
    nlp.add_pipe("sdcl_corrector", config={"evidence": evidence})
    return nlp


def with_errors() -> str:
    """Paragraphs of which each has several wrong characters."""
    lines = (LAYOUTS / f"{PARAGRAPHS}.txt").read_text("utf-8").splitlines()
    return "".join(read_paragraph(line).text for line in lines)


def shapes(count: int, length: int) -> dict[str, list[str]]:
    """What is timed.

    count (int): Sentences.
    length (int): Characters of the long texts, at most.
    RETURNS (dict): Texts by what they are.
    """
    wrong = with_errors()
    pieces = [wrong[start : start + LENGTH] for start in range(0, len(wrong) - LENGTH, LENGTH)]
    return {
        f"{count} sentences of {LENGTH} characters, one at a time": single(count, length=LENGTH),
        "the same of a text with errors in each line": pieces[:count],
        f"a text of {length:,} characters": [document(length)],
        f"a text of {len(wrong[:length]):,} characters with errors in each line": [wrong[:length]],
    }


def seconds(nlp: Language, texts: Sequence[str]) -> float:
    """The time of this process for some texts, one at a time."""
    start = time.process_time()
    for text in texts:
        nlp(text)
    return time.process_time() - start


@app.command()
def evidence_cost(
    rounds: int = typer.Option(7, help="How often each takes its turn"),
    count: int = typer.Option(30, help="Sentences"),
    length: int = typer.Option(10_000, help="Characters of the long texts"),
) -> None:
    """Time both ways, print the table."""
    torch.set_num_threads(1)
    judged, alone = make("auto"), make(None)
    rows = []
    for what, texts in shapes(count, length).items():
        seconds(judged, texts), seconds(alone, texts)
        times = [(seconds(judged, texts), seconds(alone, texts)) for _ in range(rounds)]
        ratios = [with_evidence / without for with_evidence, without in times]
        milliseconds = [1000 * min(each) / len(texts) for each in zip(*times, strict=True)]
        rows.append(
            [
                what,
                f"{digits(statistics.median(ratios))} x",
                f"{digits(min(ratios))} to {digits(max(ratios))}",
                *map(digits, milliseconds),
            ]
        )
    heads = ["", "against the network alone", "least to greatest", "ms, least", "alone"]
    typer.echo(f"{features()}, one thread\n\n{markdown_table(heads, rows)}")


if __name__ == "__main__":
    app()
