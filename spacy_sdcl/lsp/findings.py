"""What was found in a document."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..files.reports import rule_of
from ..files.units import CorrectedLine, Reading, Unit
from ..language.characters import is_cjk

PHRASES = "phrases"
# An editor's menu is no place for characters that are hardly possible.
LEAST_OFFERED = 0.01


class Finding(NamedTuple):
    """A place where something is wrong.

    start, end (int): Its offsets in the document, in characters.
    source (str): What is written there.
    targets (tuple[tuple[str, float], ...]): What may be written instead, with its probability; the
        correction comes first.
    is_sure (bool): Whether there is a correction; if not, the place is only flagged.
    rule (str): A name in `reports.RULES`.
    phrases (tuple[str, ...]): What a writer may want to protect.
    """

    start: int
    end: int
    source: str
    targets: tuple[tuple[str, float], ...]
    is_sure: bool
    rule: str
    phrases: tuple[str, ...]


def with_phrases(passage: Reading, corrections: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add what a writer may want to protect to corrections of a passage.

    passage (Reading): The passage.
    corrections (Sequence[dict]): What was found in it, in the order of its text.
    RETURNS (list[dict]): The same with a field more.
    """
    wrong = {place for each in corrections for place in range(each["start"], each["end"])}
    return [
        {**each, PHRASES: _phrases(passage.text, each["start"], each["end"], wrong)}
        for each in corrections
    ]


def _phrases(text: str, start: int, end: int, wrong: set[int]) -> tuple[str, ...]:
    # Of a name, several characters may be found wrong.
    while start - 1 in wrong:
        start -= 1
    while end in wrong:
        end += 1
    # One character alone would be protected in every word: with its neighbour it says more.
    found = []
    if start and is_cjk(text[start - 1]):
        found.append(text[start - 1 : end])
    if is_cjk(text[end : end + 1]):
        found.append(text[start : end + 1])
    return tuple(found) or (text[start:end],)


def findings_of(units: Sequence[Unit]) -> Iterator[Finding]:
    """Tell where corrections are in the whole document.

    units (Sequence[Unit]): All units of it, in order, with their corrections.
    YIELDS (Finding): What was found, in order.
    """
    place = 0
    for unit in units:
        for line in unit.lines:
            place += len(line.line.prefix.decode("utf-8"))
            for correction in line.corrections:
                yield _finding(line, correction, place)
            place += len(line.text) + len(line.line.ending)


def _finding(line: CorrectedLine, correction: dict[str, Any], place: int) -> Finding:
    source, target = correction["source"], correction["target"]
    is_sure = target != source
    targets = {target: correction["score"]} if is_sure else {}
    # What several characters are written as together has no other candidates.
    if len(target) == 1:
        for each in correction.get("candidates", ()):
            if each["score"] >= LEAST_OFFERED:
                targets.setdefault(each["target"], each["score"])
    targets.pop(source, None)
    return Finding(
        place + correction["start"],
        place + correction["end"],
        source,
        tuple(targets.items()),
        is_sure,
        rule_of(correction),
        correction[PHRASES],
    )
