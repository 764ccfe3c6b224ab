"""Names in neutral sentences: how often a pipeline takes one for an error."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from spacy.language import Language
from tqdm import tqdm

from ..data.records import Report, iter_lines, log_problem
from .cleaning import changes_of, mark_changes

SLOT = "{}"


class NameSentence(NamedTuple):
    """A name in a sentence.

    kind (str): What has the name, such as "firm".
    text (str): The sentence.
    start (int): Where the name begins, in characters.
    end (int): Where it ends.
    """

    kind: str
    text: str
    start: int
    end: int


class Verdict(NamedTuple):
    """What a pipeline does with a sentence.

    sentence (NameSentence): The sentence.
    inside (bool): Whether it changes the name.
    outside (bool): Whether it changes something else.
    marked (str): The sentence with [wrong→right] at each change.
    """

    sentence: NameSentence
    inside: bool
    outside: bool
    marked: str


def make_name_sentences(names: Path, frames: Path) -> list[NameSentence]:
    """Put each name into all frames of its kind.

    names (Path): A UTF-8 file of lines `kind<TAB>name`.
    frames (Path): One of lines `kind<TAB>sentence`, with {} where the name stands.
    RETURNS (list[NameSentence]): The sentences, by name.
    RAISES (ValueError): If a line is not as said, or a kind has no frame.
    """
    of_kind: dict[str, list[str]] = {}
    for kind, frame in _read_rows(frames):
        if frame.count(SLOT) != 1:
            raise ValueError(f"{frames}: {frame!r} must have one {SLOT} for the name.")
        of_kind.setdefault(kind, []).append(frame)
    sentences = []
    for kind, name in _read_rows(names):
        if kind not in of_kind:
            raise ValueError(
                f"{names}: {name!r} is a {kind!r}, but {frames} has frames for "
                f"{', '.join(of_kind) or 'nothing'} only."
            )
        for frame in of_kind[kind]:
            start = frame.index(SLOT)
            text = frame.replace(SLOT, name)
            sentences.append(NameSentence(kind, text, start, start + len(name)))
    return sentences


def judge_name_sentences(nlp: Language, sentences: Sequence[NameSentence]) -> list[Verdict]:
    """Correct the sentences, which are right as they stand.

    nlp (Language): The pipeline.
    sentences (Sequence[NameSentence]): The sentences.
    RETURNS (list[Verdict]): A verdict on each.
    """
    docs = nlp.pipe((each.text for each in sentences), batch_size=256)
    verdicts = []
    for doc, each in zip(
        tqdm(docs, "correct", len(sentences), disable=None), sentences, strict=True
    ):
        changes = changes_of(doc._.corrections)
        inside = [each.start <= change["start"] < each.end for change in changes]
        marked = mark_changes(each.text, changes)
        verdicts.append(Verdict(each, any(inside), not all(inside), marked))
    return verdicts


def _read_rows(path: Path) -> list[tuple[str, str]]:
    rows = []
    for number, line in iter_lines(path, Report(path, log_problem)):
        if not line.strip():
            continue
        kind, tab, text = (part.strip() if part != "\t" else part for part in line.partition("\t"))
        if not (kind and tab and text):
            raise ValueError(f"{path}:{number}: must be a kind and a text with a tab between them.")
        rows.append((kind, text))
    return rows
