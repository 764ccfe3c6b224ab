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


def in_one_line(nlp: Language, texts: list[Text]) -> list[dict[tuple[int, int], str]]:
    """What is corrected in texts if each is one line, by the lines and offsets that it has in them."""
    lines = [Text(["".join(text.lines)], {}) for text in texts]
    found = []
    for text, each in zip(texts, read(nlp, lines, together=False), strict=True):
        places = [(i, j) for i, line in enumerate(text.lines) for j in range(len(line))]
        found.append({places[offset]: target for (_, offset), target in each.items()})
    return found


@app.command()
def line_ends(
    model: str = typer.Option("zh_sdcl_sm", help="An embedded model, or a pipeline"),
    threshold: str = typer.Option("careful", help="One of the model's settings"),
    show: bool = typer.Option(False, help="List the false alarms on other layouts"),
) -> None:
    """Print a table of errors, and one of false alarms on correct text."""
    nlp = load_pipeline(model, threshold=threshold)
    paragraphs = [
        read_paragraph(line)
        for line in (LAYOUTS / f"{PARAGRAPHS}.txt").read_text("utf-8").splitlines()
    ]
    rows = []
    for name, texts in with_errors(paragraphs).items():
        ways = [
            read(nlp, texts, together=False),
            read(nlp, texts, together=True),
            in_one_line(nlp, texts),
        ]
        lines, passages, whole = (count(texts, way) for way in ways)
        row = [name]
        for kind in ("near", "far"):
            row += [
                str(lines[kind]),
                *(str(each[f"{kind} found"]) for each in (lines, passages, whole)),
            ]
        rows.append([*row, str(lines["alarms"]), str(passages["alarms"])])
    near, far = (
        [f"errors {where}", "found: lines", "passages", "in one line"]
        for where in ("near a line end", "elsewhere")
    )
    head = ["", *near, *far, "false alarms: lines", "passages"]
    typer.echo(markdown_table(head, rows))
    typer.echo("")
    rows = []
    for name, texts in correct_texts(paragraphs).items():
        row = []
        for together in (False, True):
            found = read(nlp, texts, together=together)
            counts = count(texts, found)
            row.append(str(counts["alarms"]))
            for (line, offset), target in found[0].items() if show else ():
                text = texts[0].lines[line]
                shown = f"{text[:offset]}[{text[offset]}→{target}]{text[offset + 1 :]}"
                typer.echo(f"{name}:{line + 1}: {shown}", err=True)
        rows.append([name, str(counts["characters"]), *row])
    typer.echo(markdown_table(["correct text", "characters", "lines", "passages"], rows))


def with_errors(paragraphs: list[Paragraph]) -> dict[str, list[Text]]:
    sentences = [each for paragraph in paragraphs for each in split(paragraph) if each.errors]
    wrapped = {
        f"wrapped, {min(some)} to {max(some)} columns": [
            cut(each, wrap(each.text, width)) for width in some for each in paragraphs
        ]
        for some in (WIDTHS[:4], WIDTHS[4:8], WIDTHS[8:])
    }
    before = [cut(each, [place]) for each in sentences for place in each.errors if place]
    behind = [cut(each, [place + 1]) for each in sentences for place in each.errors]
    return {
        **wrapped,
        "a sentence, cut before the error": before,
        "a sentence, cut behind the error": behind,
    }


def correct_texts(paragraphs: list[Paragraph]) -> dict[str, list[Text]]:
    clean = list(map(correct, paragraphs))
    wrapped = [cut(each, wrap(each.text, width)) for width in WIDTHS for each in clean]
    others = {
        path.stem: [Text(path.read_text("utf-8").splitlines(), {})]
        for path in sorted(LAYOUTS.glob("*.txt"))
        if path.stem != PARAGRAPHS
    }
    return {"wrapped prose": wrapped, **others}


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
