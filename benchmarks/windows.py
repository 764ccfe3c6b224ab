"""How often a decision depends on where a window is cut.

Texts of 1,000 characters, from correct texts of fifteen kinds and paragraphs with errors, are read as they
are, and again with 1 to 60 other characters before them, which move the cuts until sentence ends bring
both to the same ones. Compared is what is more than a window behind those characters: nothing but the
cuts can make a difference there. So windows are also cut without the margin that is read around them,
and anywhere, to see what margins and sentence ends do.
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
from spacy_sdcl.model.architecture import get_network
from spacy_sdcl.model.encoding import Window
from spacy_sdcl.types import SETTINGS

ASSETS = Path(__file__).parent.parent / "project" / "assets"
# How a text is written is decided once for all of it.
TRADITIONAL = "traditional"
LENGTH = 1_000

Cut = Callable[..., Iterator[Window]]
Decisions = dict[tuple[int, int], str]

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


def decisions(nlp: Language, texts: list[str], cut: Cut, first: int, before: str = "") -> Decisions:
    """What is changed behind the first characters of each text, by text and place in it."""
    with patch.object(reading, "cut_windows", cut):
        docs = list(nlp.pipe(before + text for text in texts))
    return {
        (number, each["start"] - len(before)): each["target"]
        for number, doc in enumerate(docs)
        for each in doc._.corrections
        if each["start"] - len(before) >= first
    }


def moved(text: str, cut: Cut, size: int, first: int, before: str) -> tuple[int, int]:
    """How many windows behind the first characters end elsewhere, and of how many."""
    ends = {window.last for window in cut(text, size)}
    others = [window.last - len(before) for window in cut(before + text, size)]
    others = [end for end in others if end > first]
    return sum(end not in ends for end in others), len(others)


def differences(one: Decisions, other: Decisions) -> int:
    """Places that are decided otherwise."""
    return sum(one.get(place) != other.get(place) for place in one.keys() | other.keys())


@app.command()
def windows(
    model: str = typer.Option("zh_sdcl_sm", help="An embedded model, or a pipeline"),
    most: int = typer.Option(60, help="Most characters before the text"),
    step: int = typer.Option(5, help="Take only every so many of these numbers"),
) -> None:
    """Print a table."""
    whole = long_text()
    texts = [whole[start : start + LENGTH] for start in range(0, len(whole), LENGTH)]
    other = (ASSETS / "sentences.txt").read_text("utf-8").replace("\n", "")
    befores = [other[:count] for count in range(1, most + 1, step)]
    rows = []
    for setting in SETTINGS:
        nlp = load_pipeline(model, threshold=setting)
        # The network is read with the first text.
        nlp("我们")
        size = get_network(nlp.get_pipe("sdcl_corrector").model).window
        thousands = sum(max(0, len(text) - size) for text in texts) / 1000
        ways: dict[str, Cut] = {
            "anywhere": anywhere,
            "at sentence ends": without_margin,
            "at sentence ends, with a margin": encoding.cut_windows,
        }
        for way, cut in ways.items():
            plain = decisions(nlp, texts, cut, size)
            counts = [
                differences(plain, decisions(nlp, texts, cut, size, before)) for before in befores
            ]
            ends = [moved(text, cut, size, size, before) for text in texts for before in befores]
            elsewhere = sum(some for some, _ in ends) / sum(of for _, of in ends)
            mean = sum(counts) / len(counts)
            rows.append(
                [
                    f"`{setting}`, cut {way}",
                    f"{100 * elsewhere:.0f}",
                    f"{len(plain) / thousands:.2f}",
                    f"{mean / thousands:.2f}",
                    f"{max(counts) / thousands:.2f}",
                ]
            )
    typer.echo(f"{1000 * thousands:,.0f} characters, {len(befores)} other beginnings")
    header = [
        "per 1,000 characters",
        "% of the cuts moved",
        "decisions",
        "otherwise, mean",
        "most",
    ]
    typer.echo(markdown_table(header, rows))


if __name__ == "__main__":
    app()
