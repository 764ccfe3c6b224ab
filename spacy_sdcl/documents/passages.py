"""Passages: what is read of a document, and which part of it stands for each character."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

# Stands for what belongs to a sentence and is not prose: a picture, a formula, a piece of code.
OBJECT = "\ufffc"


class Passage(NamedTuple):
    """A piece of prose as a reader sees it: without markup, and without line ends in its sentences.

    text (str): The prose.
    starts, ends (np.ndarray): Where the part of the document's source begins and ends that stands
        for each character (itself, an entity, an escape), in characters of the source, ascending;
        int64, shape (len(text),).
    """

    text: str
    starts: np.ndarray
    ends: np.ndarray


class PassageBuilder:
    """Puts a passage together from parts of a source, in their order.

    source (str): The document as it is written.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._texts: list[str] = []
        self._starts: list[np.ndarray] = []
        self._ends: list[np.ndarray] = []

    def take(self, start: int, end: int) -> None:
        """Add characters that stand for themselves.

        start, end (int): Their place in the source.
        """
        if start < end:
            places = np.arange(start, end, dtype=np.int64)
            self._add(self.source[start:end], places, places + 1)

    def put(self, text: str, start: int, end: int) -> None:
        """Add what a part of the source stands for: the character of an entity, `OBJECT`, a space.

        text (str): What is read there.
        start, end (int): The part of the source.
        """
        self._add(text, np.full(len(text), start), np.full(len(text), end))

    def build(self) -> Passage:
        """Give what has been added, and begin anew."""
        nothing = np.zeros(0, dtype=np.int64)
        starts, ends = ([nothing, *places] for places in (self._starts, self._ends))
        passage = Passage("".join(self._texts), np.concatenate(starts), np.concatenate(ends))
        self._texts, self._starts, self._ends = [], [], []
        return passage

    def finish(self) -> Iterator[Passage]:
        """Yield the passage, if there is more in it than spaces and `OBJECT`s; begin the next one."""
        passage = self.build()
        if passage.text.replace(OBJECT, " ").strip():
            yield passage

    def _add(self, text: str, starts: np.ndarray, ends: np.ndarray) -> None:
        self._texts.append(text)
        self._starts.append(starts)
        self._ends.append(ends)


def leave_out(passages: Iterable[Passage], parts: Iterable[tuple[int, int]]) -> Iterator[Passage]:
    """Leave out what comes from some parts of the source.

    passages (Iterable[Passage]): Passages.
    parts (Iterable[tuple[int, int]]): Where the parts begin and end in the source.
    YIELDS (Passage): What is left, each run of it a passage of its own.
    """
    starts, ends = merged(parts)
    for passage in passages:
        # The last part that begins before a character ends is the only one that can reach it.
        before = np.searchsorted(starts, passage.ends) - 1
        kept = (before < 0) | (ends[before] <= passage.starts) if len(starts) else before < 0
        if kept.all():
            yield passage
            continue
        edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            yield Passage(
                passage.text[first:last], passage.starts[first:last], passage.ends[first:last]
            )


def merged(parts: Iterable[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Put parts in order, those that touch as one.

    parts (Iterable[tuple[int, int]]): Where the parts begin and end.
    RETURNS (tuple[np.ndarray, np.ndarray]): Where the parts begin, and where they end; int64.
    """
    disjoint: list[tuple[int, int]] = []
    for start, end in sorted(part for part in parts if part[0] < part[1]):
        if disjoint and start <= disjoint[-1][1]:
            disjoint[-1] = (disjoint[-1][0], max(end, disjoint[-1][1]))
        else:
            disjoint.append((start, end))
    places = np.array(disjoint, dtype=np.int64).reshape(-1, 2)
    return places[:, 0], places[:, 1]
