"""What line ends cost: errors found and false alarms, each line read alone and passages read together.

The paragraphs are wrapped at many widths; verse, lists and other layouts are read as they are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import typer
from spacy.language import Language

from spacy_sdcl.documents.wrapping import width_of
from spacy_sdcl.files.correction import correct_units
from spacy_sdcl.files.lines import Line, Position
from spacy_sdcl.files.units import Unit, text_units
from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.metrics.tables import markdown_table

LAYOUTS = Path(__file__).parent / "layouts"
PARAGRAPHS = "paragraphs"
MARKED = re.compile(r"\[(.)→(.)\]")
WIDTHS = range(20, 81, 4)
# What must not stand at the beginning of a line.
HANGING = "，。、；：！？”’》）"
# An error is near a line end if no more than so many characters are between them.
NEAR = 2

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


class Text(NamedTuple):
    """Lines, and their errors: line and offset, and what is right there."""

    lines: list[str]
    errors: dict[tuple[int, int], str]


class Paragraph(NamedTuple):
    """A paragraph in one line, and its errors: offset, and what is right there."""

    text: str
    errors: dict[int, str]


def read_paragraph(marked: str) -> Paragraph:
    text, errors, end = "", {}, 0
    for match in MARKED.finditer(marked):
        text += marked[end : match.start()]
        errors[len(text)] = match.group(2)
        text += match.group(1)
        end = match.end()
    return Paragraph(text + marked[end:], errors)


def correct(paragraph: Paragraph) -> Paragraph:
    chars = list(paragraph.text)
    for place, right in paragraph.errors.items():
        chars[place] = right
    return Paragraph("".join(chars), {})


def cut(paragraph: Paragraph, places: Iterable[int]) -> Text:
    """A paragraph with line ends before some of its characters."""
    edges = [0, *places, len(paragraph.text)]
    lines, errors = [], {}
    for number, (start, end) in enumerate(pairwise(edges)):
        lines.append(paragraph.text[start:end])
        inside = {place: right for place, right in paragraph.errors.items() if start <= place < end}
        errors |= {(number, place - start): right for place, right in inside.items()}
    return Text(lines, errors)


def wrap(text: str, width: int) -> Iterator[int]:
    """Where the lines of a text begin, but for the first."""
    taken = 0
    for place, char in enumerate(text):
        if taken + width_of(char) > width and char not in HANGING:
            yield place
            taken = 0
        taken += width_of(char)


def near_an_end(text: Text) -> set[tuple[int, int]]:
    return {
        (line, offset)
        for line, offset in text.errors
        if (line and offset < NEAR)
        or (line < len(text.lines) - 1 and offset >= len(text.lines[line]) - NEAR)
    }


def read(nlp: Language, texts: list[Text], *, together: bool) -> list[dict[tuple[int, int], str]]:
    """What is corrected in texts, by line and offset."""
    units: list[Unit] = []
    for number, text in enumerate(texts):
        lines = [
            Line(str(number), b"", line.encode(), b"\n", Position(number, i, 0))
            for i, line in enumerate(text.lines)
        ]
        for part in [lines] if together else [[line] for line in lines]:
            units += text_units(part)
    found: list[dict[tuple[int, int], str]] = [{} for _ in texts]
    for batch in correct_units(nlp, units):
        for each in batch:
            for change in each.changes:
                place = (each.line.after.line, change["start"])
                found[each.line.after.file][place] = change["target"]
    return found


def count(texts: list[Text], found: list[dict[tuple[int, int], str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, each in zip(texts, found, strict=True):
        near = near_an_end(text)
        for place, right in text.errors.items():
            kind = "near" if place in near else "far"
            counts[kind] += 1
            counts[f"{kind} found"] += each.get(place) == right
        counts["alarms"] += sum(place not in text.errors for place in each)
        counts["characters"] += sum(map(len, text.lines))
    return counts


@app.command()
def line_ends(
    model: str = typer.Option("zh_sdcl_sm", help="An embedded model, or a pipeline"),
    show: bool = typer.Option(False, help="List the false alarms on other layouts"),
) -> None:
    """Print both tables."""
    nlp = load_pipeline(model)
    paragraphs = list(
        map(read_paragraph, (LAYOUTS / f"{PARAGRAPHS}.txt").read_text("utf-8").split("\n"))
    )
    paragraphs = [each for each in paragraphs if each.text]
    clean = list(map(correct, paragraphs))
    sentences = [each for paragraph in paragraphs for each in split(paragraph) if each.errors]
    groups = {
        "one line": [cut(each, []) for each in paragraphs],
        **{
            f"width {min(some)} to {max(some)}": [
                cut(each, wrap(each.text, width)) for width in some for each in paragraphs
            ]
            for some in (WIDTHS[:4], WIDTHS[4:8], WIDTHS[8:])
        },
        "a sentence cut before the error": [
            cut(each, [place]) for each in sentences for place in each.errors if place
        ],
        "a sentence cut behind the error": [
            cut(each, [place + 1]) for each in sentences for place in each.errors
        ],
    }
    rows = []
    for name, texts in groups.items():
        row = [name]
        for together in (False, True):
            counts = count(texts, read(nlp, texts, together=together))
            row += [
                f"{counts['near found']} of {counts['near']}",
                f"{counts['far found']} of {counts['far']}",
                str(counts["alarms"]),
            ]
        rows.append(row)
    head = [
        "",
        "lines: near an end",
        "elsewhere",
        "false",
        "passages: near an end",
        "elsewhere",
        "false",
    ]
    typer.echo(markdown_table(head, rows))
    correct_texts = {
        "wrapped prose": [cut(each, wrap(each.text, width)) for width in WIDTHS for each in clean]
    }
    for path in sorted(LAYOUTS.glob("*.txt")):
        if path.stem != PARAGRAPHS:
            correct_texts[path.stem] = [Text(path.read_text("utf-8").splitlines(), {})]
    rows = []
    for name, texts in correct_texts.items():
        row = []
        for together in (False, True):
            found = read(nlp, texts, together=together)
            counts = count(texts, found)
            row.append(str(counts["alarms"]))
            if show and name != "wrapped prose":
                for (line, offset), target in found[0].items():
                    shown = texts[0].lines[line]
                    typer.echo(
                        f"{name}:{line + 1}: {shown[:offset]}[{shown[offset]}→{target}]{shown[offset + 1 :]}",
                        err=True,
                    )
        rows.append([name, str(counts["characters"]), *row])
    typer.echo("")
    typer.echo(markdown_table(["correct text", "characters", "lines", "passages"], rows))


def split(paragraph: Paragraph) -> Iterator[Paragraph]:
    start = 0
    for match in re.finditer(r"[^。！？]+[。！？]", paragraph.text):
        start, end = match.span()
        inside = {
            place - start: right
            for place, right in paragraph.errors.items()
            if start <= place < end
        }
        yield Paragraph(match.group(), inside)


if __name__ == "__main__":
    app()
