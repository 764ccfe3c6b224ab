"""Units to corrected lines, a batch at a time: memory does not grow with the input."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from spacy.language import Language

from .lines import Line
from .units import CorrectedLine, OnUnreadable, Unit, text_units

# A longer line is read in overlapping parts: spaCy refuses very long texts, and several of its
# tokenizers take time that grows with the square of the length.
LONGEST_TEXT = 5_000
# Characters that are corrected at a time, at most, however long the lines are.
CHARACTERS_AT_ONCE = 100_000


def correct_batches(
    nlp: Language,
    lines: Iterable[Line],
    *,
    encoding: str = "utf-8",
    batch_size: int = 256,
    on_unreadable: OnUnreadable = lambda line, reason: None,
) -> Iterator[list[CorrectedLine]]:
    """Correct lines of plain text. They are pulled when they are needed: an input may be endless.

    nlp (Language): A pipeline with a corrector.
    lines (Iterable[Line]): The lines.
    encoding (str): Their encoding.
    batch_size (int): Lines to correct at a time.
    on_unreadable (Callable): Is called with each line that is no text, and the reason.
    YIELDS (list[CorrectedLine]): The lines in order, a batch at a time.
    """
    units = text_units(lines, encoding=encoding, on_unreadable=on_unreadable)
    return correct_units(nlp, units, batch_size=batch_size)


def correct_units(
    nlp: Language, units: Iterable[Unit], *, batch_size: int = 256
) -> Iterator[list[CorrectedLine]]:
    """Correct units, each with all its lines in one batch.

    nlp (Language): A pipeline with a corrector.
    units (Iterable[Unit]): The units.
    batch_size (int): A batch ends with the first unit that makes it so many lines.
    YIELDS (list[CorrectedLine]): The lines in order, a batch at a time.
    """
    batch: list[Unit] = []
    count = size = 0
    for unit in units:
        batch.append(unit)
        count += len(unit.lines)
        size += sum(len(each.text) for each in unit.lines)
        if count >= batch_size or size >= CHARACTERS_AT_ONCE:
            yield _correct(nlp, batch)
            batch, count, size = [], 0, 0
    if batch:
        yield _correct(nlp, batch)


def _correct(nlp: Language, batch: Sequence[Unit]) -> list[CorrectedLine]:
    read = [(unit, passage) for unit in batch for passage in unit.passages]
    at_once = max(1, sum(len(unit.lines) for unit in batch))
    found = correct_texts(nlp, [passage.text for _, passage in read], at_once=at_once)
    for (unit, passage), corrections in zip(read, found, strict=True):
        unit.put(passage, corrections)
    return [each for unit in batch for each in unit.lines]


def correct_texts(
    nlp: Language, texts: Sequence[str], *, at_once: int
) -> list[list[dict[str, Any]]]:
    """Correct texts of any length.

    nlp (Language): A pipeline with a corrector.
    texts (Sequence[str]): The texts.
    at_once (int): How many, or parts of long ones, go through the pipeline together.
    RETURNS (list[list[dict]]): What was found in each, as in `doc._.corrections`.
    """
    from ..model.encoding import cut_windows

    found: list[list[dict[str, Any]]] = [[] for _ in texts]
    windows = [
        window
        for number, text in enumerate(texts)
        for window in cut_windows(text, LONGEST_TEXT, number=number)
    ]
    for first in range(0, len(windows), at_once):
        part = windows[first : first + at_once]
        pieces = [texts[window.text][window.start : window.end] for window in part]
        # Else every new word would stay in the vocabulary.
        with nlp.memory_zone():
            for window, doc in zip(part, nlp.pipe(pieces, batch_size=len(pieces)), strict=True):
                for correction in doc._.corrections:
                    start = window.start + correction["start"]
                    if window.first <= start < window.last:
                        end = window.start + correction["end"]
                        found[window.text].append({**correction, "start": start, "end": end})
    return found
