"""`spacy sdcl explain`: what was considered in a sentence, and why it was kept or dropped."""

import json
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import (
    DEFAULT_MODEL,
    AsJson,
    Model,
    Threshold,
    Variant,
    open_pipeline,
    reported_errors,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..evidence.explaining import Grounds
    from ..types import Decision

    # A character at a place of a text to its sound.
    Reading = Callable[[str, int, str], str]

# Characters around one that tell how it is read.
CONTEXT = 8
# Candidates in the table, at most, and how likely they must be; JSON has all.
SHOWN = 5
LEAST_SHOWN = 0.01


def explain(
    text: Annotated[str, typer.Argument(help="A sentence.")],
    model: Model = DEFAULT_MODEL,
    threshold: Threshold = None,
    variant: Variant = None,
    as_json: AsJson = False,
) -> None:
    """Show what was considered in a sentence, and why.

    Each place where another character was likelier is listed with candidates, the evidence on the
    best of them, and verdict.
    With the package pypinyin, the sounds of the characters are shown too.
    """
    from ..evaluation.figures import corrector_of, prepare_docs

    with reported_errors():
        nlp = open_pipeline(model, threshold, variant=variant)
        pipe = corrector_of(nlp)
        [doc] = prepare_docs(nlp, [text])
        [decisions] = pipe.explain([doc])
        evidence = None
        if pipe.loaded_evidence is not None:
            evidence = [pipe.grounds(doc, each) for each in decisions]
        corrected = nlp(text)._.corrected
    reading, hint = _load_reading()
    if as_json:
        records = [_as_record(text, each, reading) for each in decisions]
        for each, grounds in zip(records, evidence or [], strict=False):
            each["evidence"] = grounds and grounds._asdict()
        record = {"text": text, "corrected": corrected, "decisions": records}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
        return
    typer.echo(corrected)
    if decisions:
        _print_table(text, decisions, reading, evidence)
    else:
        typer.echo("No character was found likelier than the one that is written.")
    if hint:
        typer.echo(hint, err=True)


def _as_record(text: str, decision: "Decision", reading: "Reading | None") -> dict[str, Any]:
    record = {**decision._asdict(), "verdict": _verdict(decision)}
    record["candidates"] = [each._asdict() for each in decision.candidates]
    if reading is not None:
        record["pinyin"] = reading(text, decision.start, decision.source)
        for each in record["candidates"]:
            each["pinyin"] = reading(text, decision.start, each["target"])
    return record


def _verdict(decision: "Decision") -> str:
    if not decision.kept:
        return "left"
    return "corrected" if decision.target != decision.source else "flagged"


def _print_table(
    text: str,
    decisions: "list[Decision]",
    reading: "Reading | None",
    evidence: "list[Grounds | None] | None" = None,
) -> None:
    rows = []
    for number, each in enumerate(decisions):
        candidates = [
            (f"{target} {reading(text, each.start, target)}" if reading else target)
            + f" {score:.3f}"
            for target, score in each.candidates[:SHOWN]
            if score >= LEAST_SHOWN
        ]
        sound = [reading(text, each.start, each.source)] if reading else []
        rows.append(
            [
                str(each.start + 1),
                each.source,
                *sound,
                "\n".join(candidates),
                *([_describe(evidence[number])] if evidence is not None else []),
                _verdict(each),
                f"{each.reason}: {each.detail}",
            ]
        )
    columns = {
        "place": True,
        "written": True,
        "pinyin": reading is not None,
        "candidates": True,
        "evidence": evidence is not None,
        "verdict": True,
        "why": True,
    }
    header = [name for name, is_shown in columns.items() if is_shown]
    if not sys.stdout.isatty() or find_spec("rich") is None:
        # For other programs, and for those who read it by ear: no frames.
        for row in [header, *rows]:
            typer.echo("\t".join(cell.replace("\n", ", ") for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*header)
    styles = {"corrected": "green", "flagged": "yellow", "left": "dim"}
    for row, each in zip(rows, decisions, strict=True):
        # As Text: a bracket is no markup here.
        table.add_row(*map(Text, row), style=styles[_verdict(each)])
    Console().print(table)


def _describe(grounds: "Grounds | None") -> str:
    if grounds is None:
        return ""
    words = [
        f"of {length}" if length else "none" for length in (grounds.word, grounds.word_written)
    ]
    return "\n".join(
        [
            f"network {grounds.network:.3f} (written {grounds.network_written:.3f})",
            f"n-grams {grounds.gain:+.1f} itself",
            f"{grounds.gain_following:+.1f} what follows",
            f"word {words[0]} (written {words[1]})",
            f"sound {grounds.sound or 'other'}",
            f"shape {grounds.shape:.2f}",
        ]
    )


def _load_reading() -> "tuple[Reading | None, str]":
    from ..extras import import_extra

    try:
        pypinyin = import_extra("pypinyin", "pinyin")
    except ImportError as error:
        return None, f"No pinyin is shown. {error}"

    def reading(text: str, place: int, character: str) -> str:
        # The same character is read in two ways, and its neighbours tell which.
        before = text[max(0, place - CONTEXT) : place]
        after = text[place + len(character) : place + len(character) + CONTEXT]
        around = before + character + after
        style = pypinyin.Style.TONE
        readings = pypinyin.lazy_pinyin(around, style=style, errors=lambda other: list(other))
        return "".join(readings[len(before) : len(before) + len(character)])

    return reading, ""
