"""Training passages in SGML: SIGHAN 2014 and 2015, the samples of 2013, and Wang271K.

    <ESSAY title="..."><TEXT><PASSAGE id="B1-1-1">...</PASSAGE> ... </TEXT>
    <MISTAKE id="B1-1-1" location="3"><WRONG>..</WRONG><CORRECTION>..</CORRECTION></MISTAKE></ESSAY>

    <DOC Nid="1"><P>...</P><TEXT><MISTAKE wrong_position=3>
    <WRONG>..</WRONG><CORRECT>..</CORRECT></MISTAKE></TEXT></DOC>

    <SENTENCE><TEXT>...</TEXT><MISTAKE><LOCATION>3</LOCATION>
    <WRONG>.</WRONG><CORRECTION>.</CORRECTION></MISTAKE></SENTENCE>

They are no XML (attributes without quotes, no root), so records are cut out by patterns; that also
confines a malformed one to itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import unescape

from ..types import Pair
from .records import (
    KEPT,
    SKIPPED,
    OnProblem,
    Report,
    TextFile,
    check_pair,
)

# Text may hold a stray "<", but none of the tags: an element that was never closed must not
# swallow the records after it.
_TAG = r"</?(?:ESSAY|DOC|SENTENCE|TEXT|PASSAGE|P|MISTAKE|WRONG|CORRECT|CORRECTION|LOCATION)\b"
_CONTENT = rf"[^<]*(?:(?!{_TAG})<[^<]*)*"
_BLOCK = re.compile(r"<(?:ESSAY|DOC|SENTENCE)\b(?P<attributes>[^<>]*)", re.I)
_RECORD = re.compile(r"<(?P<tag>PASSAGE|P|MISTAKE)\b|<TEXT\b[^<>]*>[^<]*[^<\s]", re.I)
_ELEMENT = re.compile(
    rf"<(?P<tag>PASSAGE|P|TEXT|WRONG|CORRECT|CORRECTION|LOCATION)\b[^<>]*>"
    rf"(?P<content>{_CONTENT})</(?P=tag)\s*>",
    re.I,
)
_MISTAKE = re.compile(
    r"<MISTAKE\b(?P<attributes>[^<>]*)>(?P<content>(?:(?!</?MISTAKE\b|<PASSAGE\b|<P\b).)*)"
    r"</MISTAKE\s*>",
    re.I | re.S,
)
_HEAD = re.compile(r"<[^<>]*")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


class _BadMistakeError(ValueError):
    """A mistake that cannot be applied to its passage; the message says why."""


@dataclass
class _Passage:
    id: str
    line: int
    text: str
    corrections: dict[int, str] = field(default_factory=dict)
    is_bad: bool = False


@dataclass
class _Mistake:
    id: str
    line: int
    location: str
    wrong: str
    correct: str
    flaw: str = ""


def read_sgml(path: Path, on_problem: OnProblem) -> Iterator[Pair]:
    """Read training passages.

    A passage is skipped as a whole where one of its mistakes cannot be applied: its other
    corrections would leave an error in the text that is held for correct.

    path (Path): The file.
    on_problem (OnProblem): Is called with each problem.
    YIELDS (Pair): The passages in the order of the file.
    """
    report = Report(path, on_problem)
    file = TextFile(path, report)
    starts = [match.start() for match in _BLOCK.finditer(file.text)]
    seen: dict[str, int] = {}
    # What comes before the first block may hold records too, where a file has no blocks.
    starts = [0, *(start for start in starts if start)]
    for start, end in zip(starts, [*starts[1:], len(file.text)], strict=True):
        yield from _read_block(file, start, end, seen, report)


def _read_block(
    file: TextFile, start: int, end: int, seen: dict[str, int], report: Report
) -> Iterator[Pair]:
    """Read one essay, document or sentence with its mistakes."""
    block = _BLOCK.match(file.text, start)
    block_id = _attributes(block["attributes"]).get("nid", "") if block else ""
    passages: list[_Passage] = []
    mistakes: list[_Mistake] = []
    lost: set[str] = set()
    for match in _RECORD.finditer(file.text, start, end):
        line = file.line(match.start())
        tag = (match["tag"] or "TEXT").upper()
        if tag == "MISTAKE":
            mistakes.append(_read_mistake(file, match.start(), end, block_id))
            continue
        element = _ELEMENT.match(file.text, match.start(), end)
        id = _attributes_at(file.text, match.start()).get("id", block_id)
        if element is None:
            report(line, f"malformed record: passage {id!r} is not closed{SKIPPED}")
        elif file.is_damaged(element.start(), element.end()):
            report(line, f"malformed record: passage {id!r} has a line not UTF-8{SKIPPED}")
        elif not id and tag == "PASSAGE":
            report(line, f"bad id: a passage has none{SKIPPED}")
        elif id and id in seen:
            report(line, f"repeated id: passage {id!r}, first in line {seen[id]}{SKIPPED}")
        else:
            passages.append(_Passage(id, line, unescape(element["content"])))
            if id:
                seen[id] = line
            continue
        lost.add(id)
    if block and not passages and not lost:
        report(file.line(start), f"malformed record: no passage{SKIPPED}")
    _apply(mistakes, passages, lost, report)
    for passage in passages:
        if not passage.is_bad:
            target = list(passage.text)
            for index, char in passage.corrections.items():
                target[index] = char
            pair = check_pair(passage.text, "".join(target), passage.id, passage.line, report)
            if pair is not None:
                yield pair


def _attributes_at(text: str, start: int) -> dict[str, str]:
    """The attributes of the tag that begins at an offset, even where it is not closed."""
    head = _HEAD.match(text, start)
    return _attributes(head[0]) if head else {}


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): unescape(quoted or single or bare).strip()
        for name, quoted, single, bare in _ATTRIBUTE.findall(text)
    }


def _read_mistake(file: TextFile, start: int, end: int, block_id: str) -> _Mistake:
    """Read a MISTAKE; what is unreadable of it becomes its `flaw`."""
    line = file.line(start)
    match = _MISTAKE.match(file.text, start, end)
    if match is None:
        id = _attributes_at(file.text, start).get("id", block_id)
        return _Mistake(id, line, "", "", "", flaw="malformed record: MISTAKE is not closed")
    found = _attributes(match["attributes"])
    for element in _ELEMENT.finditer(match["content"]):
        found[element["tag"].lower()] = unescape(element["content"]).strip()
    mistake = _Mistake(
        id=found.get("id", block_id),
        line=line,
        location=found.get("location", found.get("wrong_position", "")),
        wrong=found.get("wrong", ""),
        correct=found.get("correction", found.get("correct", "")),
    )
    if file.is_damaged(match.start(), match.end()):
        mistake.flaw = "malformed record: MISTAKE has a line not UTF-8"
    elif mistake.location == "0" and not mistake.wrong and not mistake.correct:
        pass  # The samples of 2013 say so that there is no mistake.
    elif not mistake.wrong or not mistake.correct:
        mistake.flaw = "malformed record: MISTAKE without a wrong or a correct phrase"
    elif len(mistake.wrong) != len(mistake.correct):
        lengths = f"{len(mistake.wrong)} and {len(mistake.correct)} characters"
        mistake.flaw = f"unequal lengths: {mistake.wrong!r}, {mistake.correct!r}: {lengths}"
    elif mistake.wrong == mistake.correct:
        mistake.flaw = f"correction without effect: {mistake.wrong!r}"
    elif not mistake.location.isdecimal():
        mistake.flaw = f"bad location: {mistake.location!r} is no number"
    return mistake


def _apply(
    mistakes: list[_Mistake], passages: list[_Passage], lost: set[str], report: Report
) -> None:
    """Enter the mistakes of a block in the passages that they name."""
    by_id = {passage.id: passage for passage in passages}
    # A document of one passage need not name it.
    if len(passages) == 1 and not lost:
        by_id[""] = passages[0]
    for mistake in mistakes:
        passage = by_id.get(mistake.id)
        if passage is not None:
            try:
                note = _correct(passage, mistake)
                if note:
                    report(mistake.line, f"{note}{KEPT}")
            except _BadMistakeError as err:
                outcome = "" if passage.is_bad else SKIPPED
                report(mistake.line, f"{err} (passage {passage.id!r}){outcome}")
                passage.is_bad = True
        elif mistake.id not in lost:
            report(mistake.line, f"bad id: no passage {mistake.id!r} for this MISTAKE{SKIPPED}")
            # Any passage that holds the phrase may be the one that was meant.
            for other in passages:
                if mistake.wrong in other.text and not other.is_bad:
                    report(
                        other.line,
                        f"uncertain passage: {other.id!r} may be meant by the MISTAKE in line "
                        f"{mistake.line}, which names no passage{SKIPPED}",
                    )
                    other.is_bad = True


def _correct(passage: _Passage, mistake: _Mistake) -> str:
    """Enter one mistake; RETURNS a note on how its place was found, "" where nothing was odd."""
    if mistake.flaw:
        raise _BadMistakeError(mistake.flaw)
    if not mistake.wrong:
        return ""
    changed = [
        i for i, (a, b) in enumerate(zip(mistake.wrong, mistake.correct, strict=True)) if a != b
    ]
    start, note = _find_phrase(passage.text, mistake.wrong, changed, int(mistake.location))
    for i in changed:
        known = passage.corrections.setdefault(start + i, mistake.correct[i])
        if known != mistake.correct[i]:
            raise _BadMistakeError(
                f"contradictory mistakes: {known!r} and {mistake.correct[i]!r} "
                f"for character {start + i + 1}"
            )
    return note


def _find_phrase(text: str, wrong: str, changed: list[int], location: int) -> tuple[int, str]:
    """Find where a wrong phrase begins.

    The location is that of a wrong character, counted from 1, but often some characters off. A
    phrase around the location, or one that occurs but once, leaves no doubt all the same.

    text (str): The passage.
    wrong (str): The phrase.
    changed (List[int]): Which of its characters are wrong.
    location (int): Where the file says that the error is.
    RETURNS (Tuple[int, str]): The offset of the phrase, and a note or "".
    """
    index = location - 1
    places = [i for i in range(len(text)) if text.startswith(wrong, i)]
    if not places:
        raise _BadMistakeError(f"WRONG does not occur: {wrong!r}")
    covering = [i for i in places if i <= index < i + len(wrong)]
    exact = [i for i in covering if index - i in changed]
    if len(covering) == 1 or len(exact) == 1:
        return (exact or covering)[0], ""
    # A single character tells too little about its place.
    if not covering and len(places) == 1 and len(wrong) > 1:
        return places[0], f"WRONG is not at its location: {wrong!r} is at {places[0] + 1} only"
    raise _BadMistakeError(
        f"WRONG is not at its location: {wrong!r} is not at {location} "
        f"but at {', '.join(str(i + 1) for i in places)}"
    )
