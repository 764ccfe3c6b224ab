"""Count false alarms in correct texts of many kinds, as people have them.

Each file is read twice: line by line, as if it were plain text, and as `spacy sdcl correct` reads it, by
its kind and with the lines of a passage together. Whatever is changed is an alarm; all of them are
printed with [wrong→right], to be read, and then the table.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import typer
from spacy.language import Language

from ...documents.kinds import DEFAULT, kind_of
from ...evaluation.cleaning import mark_changes
from ...files.correction import correct_units
from ...files.lines import Line, read_lines
from ...files.reading import read_units
from ...files.units import CorrectedLine
from ...language.characters import CJK_PATTERN
from ...loading import load_pipeline
from ...metrics.tables import markdown_table
from ...types import SETTINGS
from ..options import reported_errors

WAYS = {"line by line": False, "by kind": True}

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


class Count(NamedTuple):
    """What was changed in a file.

    characters (int): The Chinese characters of the file, whether they are read or not.
    marked (list[str]): The changed lines, with [wrong→right] at each change.
    alarms (int): The changes.
    """

    characters: int
    marked: list[str]
    alarms: int


def count_alarms(nlp: Language, file: Path, *, by_kind: bool) -> Count:
    """Count what a pipeline changes in a correct text.

    nlp (Language): The pipeline.
    file (Path): The text, in UTF-8.
    by_kind (bool): Read it as `sdcl correct` does; if not, each line by itself, as plain text.
    RETURNS (Count): The number, and the places.
    RAISES (OSError): If the file cannot be read.
    RAISES (ValueError): If it is not UTF-8, or not well formed for its kind.
    """
    lines = list(_corrected_lines(nlp, file, by_kind=by_kind))
    changed = [each for each in lines if each.changes]
    return Count(
        len(CJK_PATTERN.findall(file.read_text(encoding="utf-8"))),
        [mark_changes(each.text, each.changes) for each in changed],
        sum(len(each.changes) for each in changed),
    )


def _corrected_lines(nlp: Language, file: Path, *, by_kind: bool) -> Iterator[CorrectedLine]:
    def refuse(line: Line, reason: str | Exception) -> NoReturn:
        raise ValueError(f"{file}, line {line.number}: {reason}. Mend it, or leave it out.")

    kind = kind_of(file.name) if by_kind else DEFAULT
    units = read_units(
        read_lines([str(file)]),
        [kind],
        alone=not by_kind,
        on_unreadable=refuse,
        on_malformed=refuse,
    )
    for batch in correct_units(nlp, units):
        yield from batch


def alarm_rows(names: Sequence[str], counts: Sequence[Sequence[Count]]) -> list[list[str]]:
    """Lay out the counts, with a last row of all files.

    names (Sequence[str]): The files.
    counts (Sequence[Sequence[Count]]): For each, its counts in the order of the columns.
    RETURNS (list[list[str]]): Name, characters, and for each count the alarms and how many they are
        per 1,000 characters.
    """
    figures = [[of_file[0].characters, *(each.alarms for each in of_file)] for of_file in counts]
    figures.append([sum(column) for column in zip(*figures, strict=True)])
    return [
        [name, f"{characters:,}"]
        + [f"{alarms} ({1000 * alarms / max(characters, 1):.1f})" for alarms in of_file]
        for name, (characters, *of_file) in zip([*names, "all"], figures, strict=True)
    ]


@app.command()
@reported_errors()
def kinds_command(
    files: list[Path] = typer.Argument(..., help="Correct texts in UTF-8"),
    model: str = typer.Option("zh_sdcl_sm", help="A pipeline, or the name of an embedded model"),
    threshold: list[str] = typer.Option(list(SETTINGS), help="A number, or a setting"),
) -> None:
    """Print the alarms and the table."""
    counts: list[list[Count]] = [[] for _ in files]
    header = ["alarms (per 1,000 characters)", "characters"]
    for setting in threshold:
        nlp = load_pipeline(model, threshold=setting if setting in SETTINGS else float(setting))
        for way, by_kind in WAYS.items():
            header.append(f"`{setting}`, {way}")
            for file, of_file in zip(files, counts, strict=True):
                of_file.append(count_alarms(nlp, file, by_kind=by_kind))
                for marked in of_file[-1].marked:
                    typer.echo(f"{setting}, {way}: {file.name}: {marked}")
    typer.echo(markdown_table(header, alarm_rows([file.name for file in files], counts)))
