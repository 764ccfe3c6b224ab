"""Test sets of the SIGHAN bake-offs: a file of passages and a file of their corrections."""

import re
from collections.abc import Iterator
from pathlib import Path

from ..types import Pair
from .records import KEPT, SKIPPED, OnProblem, Report, check_pair, iter_lines

# 2014 and 2015 write (pid=...), 2013 wrote (NID=...). Only the separator goes: an ideographic
# space that begins a passage is counted by the locations.
_INPUT = re.compile(r"\(\s*[pn]id\s*=\s*(?P<id>[^)\s]+)\s*\)[ \t]*(?P<text>.*)", re.I | re.S)


def read_test(path: Path, on_problem: OnProblem, *, truth: Path) -> Iterator[Pair]:
    """Read a test set: lines "(pid=ID) TEXT", and lines "ID, location, character, ..." or "ID, 0".

    A correction that leaves its character as it was is reported, but its passage kept: published
    figures are taken over the whole of a test set.

    path (Path): The file of passages.
    on_problem (OnProblem): Is called with each problem of either file.
    truth (Path): The file of corrections.
    YIELDS (Pair): The passages in the order of their file.
    """
    report = Report(path, on_problem)
    report_truth = Report(truth, on_problem)
    corrections = _read_truth(truth, report_truth)
    seen: dict[str, int] = {}
    for line, text in iter_lines(path, report):
        match = _INPUT.match(text.lstrip())
        if match is None:
            if text.strip():
                report(line, f"malformed record: no (pid=ID) before the text{SKIPPED}")
            continue
        id = match["id"]
        if id in seen:
            report(line, f"repeated id: passage {id!r}, first in line {seen[id]}{SKIPPED}")
            continue
        seen[id] = line
        if id not in corrections:
            report(line, f"bad id: passage {id!r} has no line in the truth{SKIPPED}")
            continue
        truth_line, characters = corrections[id]
        if characters is None:
            continue  # Reported with the truth.
        source = match["text"]
        outside = [location for location in characters if location > len(source)]
        if outside:
            report_truth(truth_line, f"bad location: {outside[0]} of {len(source)}{SKIPPED}")
            continue
        target = list(source)
        for location, char in characters.items():
            if target[location - 1] == char:
                message = f"correction without effect: {char!r} at {location} of {id!r}{KEPT}"
                report_truth(truth_line, message)
            target[location - 1] = char
        pair = check_pair(source, "".join(target), id, line, report)
        if pair is not None:
            yield pair
    for id, (truth_line, characters) in corrections.items():
        if id not in seen and characters is not None:
            report_truth(truth_line, f"bad id: no passage {id!r}{SKIPPED}")


def _read_truth(path: Path, report: Report) -> dict[str, tuple[int, dict[int, str] | None]]:
    """Read corrections by passage id, as line and characters by location; None for bad ones."""
    corrections: dict[str, tuple[int, dict[int, str] | None]] = {}
    for line, text in iter_lines(path, report):
        id, *fields = (part.strip() for part in text.split(","))
        if not text.strip():
            continue
        characters: dict[int, str] | None = {}
        try:
            characters = _parse_corrections(fields)
        except ValueError as err:
            report(line, f"{err} (passage {id!r}){SKIPPED}")
            characters = None
        if id not in corrections:
            corrections[id] = line, characters
            continue
        first_line, first = corrections[id]
        if first == characters:
            report(line, f"repeated id: {id!r}, the same as in line {first_line}{KEPT}")
        elif first is not None and characters is not None:
            report(line, f"repeated id: {id!r} contradicts line {first_line}{SKIPPED}")
            corrections[id] = first_line, None
    return corrections


def _parse_corrections(fields: list[str]) -> dict[int, str]:
    if fields == ["0"]:
        return {}
    if not fields or len(fields) % 2:
        raise ValueError("malformed record: not pairs of location and character")
    characters: dict[int, str] = {}
    for location, char in zip(fields[::2], fields[1::2], strict=True):
        if not location.isdecimal() or int(location) < 1:
            raise ValueError(f"bad location: {location!r}")
        if len(char) != 1:
            raise ValueError(f"unequal lengths: {char!r} for one character")
        if characters.setdefault(int(location), char) != char:
            raise ValueError(f"contradictory mistakes: two characters at {location}")
    return characters
