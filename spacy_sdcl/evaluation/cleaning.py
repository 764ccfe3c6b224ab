"""Text that should be correct: what a pipeline changes in it, and the lines that are left out.

Any large text has errors of its own, and they would count as false positives. A list of alarms,
without those that a person takes for false, is a list of lines to leave out. It names them by a hash,
so that it can be passed on where the text itself cannot.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from spacy.language import Language
from tqdm import tqdm

from ..data.records import log_problem
from ..data.text import read_numbered_text, read_text

HASH = re.compile(r"[0-9a-f]{16}")


class Alarm(NamedTuple):
    """A sentence that should be correct, and was changed.

    file (Path): The file that it is in.
    line (int): Its line, counted from 1.
    text (str): The sentence.
    score (float): The highest probability of its changes.
    marked (str): The sentence with its changes marked.
    corrected (str): The sentence with its changes made.
    """

    file: Path
    line: int
    text: str
    score: float
    marked: str
    corrected: str


def find_alarms(nlp: Language, files: Sequence[Path]) -> Iterator[Alarm]:
    """Find what a pipeline changes in files of correct sentences.

    nlp (Language): The pipeline.
    files (Sequence[Path]): The files, one sentence a line, plain or `.xz`.
    YIELDS (Alarm): The sentences that it changes, in order.
    RAISES (OSError): If a file cannot be read.
    """
    lines = (
        (line, (file, number))
        for file in files
        for number, line in read_numbered_text(file, log_problem)
    )
    docs = nlp.pipe(lines, as_tuples=True, batch_size=256)
    for doc, (file, number) in tqdm(docs, "correct", unit=" sentences", disable=None):
        changes = changes_of(doc._.corrections)
        if changes:
            score = max(each["score"] for each in changes)
            marked = mark_changes(doc.text, changes)
            yield Alarm(file, number, doc.text, score, marked, doc._.corrected)


def changes_of(corrections: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of a Doc's corrections that change something: others flag an error only.

    corrections (Iterable[Mapping]): As in `doc._.corrections`.
    RETURNS (list[Mapping]): The changes.
    """
    return [each for each in corrections if each["source"] != each["target"]]


def mark_changes(text: str, changes: Iterable[Mapping[str, Any]]) -> str:
    """Write a text with its changes.

    text (str): The text.
    changes (Iterable[Mapping]): As in `doc._.corrections`.
    RETURNS (str): The text, with [wrong→right] at each change.
    """
    pieces = []
    end = 0
    for each in changes:
        pieces += [text[end : each["start"]], f"[{each['source']}→{each['target']}]"]
        end = each["end"]
    return "".join([*pieces, text[end:]])


def text_hash(text: str) -> str:
    """What a list of lines to leave out knows a line by.

    text (str): The line, without white space around it.
    RETURNS (str): 16 hexadecimal digits.
    """
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class LeftOut:
    """Lines that are left out: in files of them, or of what their rows begin with, their hashes.

    files (Iterable[Path]): Files with a line, or a row of tab-separated cells, for each.
    RAISES (OSError): If one cannot be read.
    """

    def __init__(self, files: Iterable[Path] = ()) -> None:
        self._hashes = set()
        for file in files:
            for line in read_text(file, log_problem):
                first = line.partition("\t")[0]
                self._hashes.add(first if HASH.fullmatch(first) else text_hash(line))

    def __contains__(self, text: str) -> bool:
        return bool(self._hashes) and text_hash(text) in self._hashes
