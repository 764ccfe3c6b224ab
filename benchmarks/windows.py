"""How often a decision depends on where a window is cut.

One long text, the correct texts of fifteen kinds and paragraphs with errors, is read at once, and again
with 1 to 60 other characters before it, which move every cut. Decisions of the text's first thousand
characters are not compared: there the other characters are context, and may rightly matter. For
comparison windows are also cut without the margin that is read around them, and anywhere.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import typer
from line_ends import LAYOUTS, PARAGRAPHS, read_paragraph
from spacy.language import Language

from spacy_sdcl.documents.kinds import kind_of, read_passages
from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.metrics.tables import markdown_table
from spacy_sdcl.model import encoding, reading
from spacy_sdcl.model.encoding import Window
from spacy_sdcl.types import SETTINGS

ASSETS = Path(__file__).parent.parent / "project" / "assets"
# How a text is written is decided once for all of it.
TRADITIONAL = "traditional"
# More than a window.
FIRST = 1_000

Cut = Callable[..., Iterator[Window]]
Decisions = dict[int, str]

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


def long_text() -> str:
    """The prose of all the kinds, and after each a share of the paragraphs with errors."""
    files = [path for path in sorted((ASSETS / "kinds").iterdir()) if TRADITIONAL not in path.name]
    marked = (LAYOUTS / f"{PARAGRAPHS}.txt").read_text("utf-8").splitlines()
    wrong = [read_paragraph(line).text for line in marked]
    parts = []
    for number, file in enumerate(files):
        passages = read_passages(kind_of(file.name), file.read_text("utf-8"))
        parts += [each.text for each in passages]
        parts += wrong[number :: len(files)]
    return "\n".join(parts)


def without_margin(text: str, size: int, *, number: int = 0) -> Iterator[Window]:
    with patch.object(encoding, "MARGIN", 0):
        yield from encoding.cut_windows(text, size, number=number)


def anywhere(text: str, size: int, *, number: int = 0) -> Iterator[Window]:
    for first in range(0, len(text), size):
        last = min(first + size, len(text))
        yield Window(number, first, last, first, last)


def decisions(nlp: Language, text: str, cut: Cut, before: str = "") -> Decisions:
    """What is changed behind the text's first characters, by the place in the text."""
    with patch.object(reading, "cut_windows", cut):
        doc = nlp(before + text)
    places = ((each["start"] - len(before), each) for each in doc._.corrections)
    return {place: each["target"] for place, each in places if place >= FIRST}


def differences(one: Decisions, other: Decisions) -> int:
    """Places that are decided otherwise."""
    return sum(one.get(place) != other.get(place) for place in one.keys() | other.keys())


@app.command()
def windows(
    model: str = typer.Option("zh_sdcl_sm", help="An embedded model, or a pipeline"),
    most: int = typer.Option(60, help="Most characters before the text"),
    step: int = typer.Option(1, help="Take only every so many of these numbers"),
) -> None:
    """Print a table."""
    text = long_text()
    other = (ASSETS / "sentences.txt").read_text("utf-8").replace("\n", "")
    shifts = range(1, most + 1, step)
    rows = []
    for setting in SETTINGS:
        nlp = load_pipeline(model, threshold=setting)
        ways: dict[str, Cut] = {
            "anywhere": anywhere,
            "at sentence ends": without_margin,
            "at sentence ends, with a margin": encoding.cut_windows,
        }
        for way, cut in ways.items():
            whole = decisions(nlp, text, cut)
            counts = [
                differences(whole, decisions(nlp, text, cut, other[:shift])) for shift in shifts
            ]
            thousands = (len(text) - FIRST) / 1000
            mean = sum(counts) / len(counts)
            rows.append(
                [
                    f"`{setting}`, cut {way}",
                    str(len(whole)),
                    f"{mean:.2f}",
                    f"{max(counts)}",
                    f"{mean / thousands:.3f}",
                ]
            )
    typer.echo(f"{len(text) - FIRST:,} characters, {len(shifts)} other beginnings")
    header = ["windows", "decisions", "otherwise, mean", "most", "mean per 1,000 characters"]
    typer.echo(markdown_table(header, rows))


if __name__ == "__main__":
    app()
