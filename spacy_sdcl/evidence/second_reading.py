"""Second reading: a sentence that may be changed is read again with its changes.

What was right fits: the network is sure of it, and of what stands around it. What was wrong leaves new
doubts.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from ..model.encoding import SENTENCE_ENDS
from ..types import CharPrediction, Doubts
from .candidates import UNLISTED
from .stretches import Span, whole_spans

SENTENCE = re.compile(f"[^{SENTENCE_ENDS}]*[{SENTENCE_ENDS}]+|[^{SENTENCE_ENDS}]+")
# Places on either side whose doubts are summed.
AROUND, BESIDE = 8, 2
# A written character of less than even odds.
DOUBTFUL = float(np.log(0.5))
# The logarithm for another character where the network has no doubts.
UNNAMED = -7.0
SMALLEST = 1e-6
NAMES = (
    "judge: log odds",
    "judge: log p of the written",
    "judge: p of the next candidate",
    "first reading: log p of the written",
    "first reading: log p of the candidate",
    "second reading: log p of the candidate",
    "second reading: log p of the written",
    "doubts around, first reading",
    "doubts around, second reading",
    "doubts around, difference",
    "doubts beside, first reading",
    "doubts beside, second reading",
    "doubts beside, difference",
    "changes of the sentence",
    "doubtful places, first reading",
    "doubtful places, second reading",
    "characters of the sentence",
)


class Piece(NamedTuple):
    """A sentence that may be changed.

    text (int): The index of its text.
    start, end (int): Where it is in the text.
    changes (dict[int, CharPrediction]): What may be changed, by the places in the text.
    """

    text: int
    start: int
    end: int
    changes: dict[int, CharPrediction]

    def changed(self, text: str) -> str:
        """RETURNS (str): The sentence with its changes."""
        return "".join(
            self.changes[place].candidates[0].target if place in self.changes else char
            for place, char in enumerate(text[self.start : self.end], start=self.start)
        )


def find_pieces(
    texts: Sequence[str],
    found: Sequence[Sequence[CharPrediction]],
    least: float,
    held: Sequence[Collection[int]] | None = None,
    *,
    spans: Sequence[Span] | None = None,
) -> Iterator[Piece]:
    """Find the sentences that may be changed.

    texts (Sequence[str]): The texts.
    found (Sequence): The predictions for each, or for each part.
    least (float): The probability from which a change is made.
    held (Sequence[Collection[int]]): The places of each text that stay as they are.
    spans (Sequence[Span]): Whole sentences of texts, where only they were weighed; None for all.
    YIELDS (Piece): The sentences, in order.
    """
    if spans is None:
        spans = whole_spans(texts)
    for (number, start, end), predictions in zip(spans, found, strict=True):
        stay = held[number] if held else ()
        changes = {
            each.start: each
            for each in predictions
            if each.candidates[0].score >= least and each.start not in stay
        }
        if not changes:
            continue
        bounds = [match.span() for match in SENTENCE.finditer(texts[number], start, end)]
        starts = [first for first, _ in bounds]
        sentence_of = {place: bisect_right(starts, place) - 1 for place in sorted(changes)}
        for sentence, places in groupby(sentence_of, key=sentence_of.__getitem__):
            yield Piece(number, *bounds[sentence], {place: changes[place] for place in places})


def compare_readings(
    texts: Sequence[str],
    pieces: Sequence[Piece],
    first: Doubts,
    second: Doubts,
    held: Sequence[Collection[int]] | None = None,
) -> np.ndarray:
    """What both readings say of each change.

    texts (Sequence[str]): The texts.
    pieces (Sequence[Piece]): Their sentences that may be changed.
    first (Doubts): Where the network has doubts in the texts.
    second (Doubts): Where it has them in the sentences with their changes.
    held (Sequence[Collection[int]]): The places of each text that stay as they are: doubts of an
        address or a protected name say nothing of what stands beside it.
    RETURNS (np.ndarray): float32, shape (changes, len(NAMES)), in the order of pieces and places.
    """
    places = [(number, place) for number, piece in enumerate(pieces) for place in piece.changes]
    number, place = np.array(places, dtype=np.int64).reshape(-1, 2).T
    text, start, end = (
        np.array([piece[column] for piece in pieces], dtype=np.int64)[number] for column in range(3)
    )
    changes = [each for piece in pieces for each in piece.changes.values()]
    written = [texts[pieces[i].text][at] for i, at in places]
    wanted = np.array([ord(each.candidates[0].target) for each in changes], dtype=np.int64)
    apart = list(_held_in(pieces, held)) if held else []
    of_piece, of_text, at, offset = np.array(apart, dtype=np.int64).reshape(-1, 4).T
    before = _Looked(first, text, place, start, end, (of_text << 32) + at)
    behind = _Looked(
        second,
        number,
        place - start,
        np.zeros_like(start),
        end - start,
        (of_piece << 32) + at - offset,
    )
    score = np.array([each.candidates[0].score for each in changes])
    around = before.doubts(AROUND), behind.doubts(AROUND)
    beside = before.doubts(BESIDE), behind.doubts(BESIDE)
    columns = (
        np.log(score + SMALLEST) - np.log(1 - score + SMALLEST),
        np.log(np.array([each.source_score for each in changes]) + SMALLEST),
        [each.candidates[1].score if len(each.candidates) > 1 else 0.0 for each in changes],
        before.log_written,
        before.log_p(wanted),
        behind.log_written,
        behind.log_p(np.array(list(map(ord, written)), dtype=np.int64)),
        *around,
        around[1] - around[0],
        *beside,
        beside[1] - beside[0],
        [len(pieces[i].changes) for i in number],
        before.doubtful,
        behind.doubtful,
        end - start,
    )
    return np.stack([np.asarray(each, dtype=np.float32) for each in columns], axis=1)


def _held_in(
    pieces: Sequence[Piece], held: Sequence[Collection[int]]
) -> Iterator[tuple[int, int, int, int]]:
    # The places that stay in each sentence. A long text may have many of both.
    for text, of_text in groupby(enumerate(pieces), key=lambda each: each[1].text):
        places = sorted(held[text])
        for number, piece in of_text:
            low, high = (bisect_left(places, place) for place in (piece.start, piece.end))
            for place in places[low:high]:
                yield number, text, place, piece.start


class _Looked:
    """A reading, looked at from the places of changes, in the bounds of their sentences."""

    def __init__(
        self,
        doubts: Doubts,
        text: np.ndarray,
        place: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        apart: np.ndarray,
    ) -> None:
        self._doubts = doubts
        self._text, self._place, self._low, self._high = text << 32, place, low, high
        self._keys = (doubts.text << 32) + doubts.start
        at = np.minimum(
            np.searchsorted(self._keys, self._text + place), max(len(self._keys) - 1, 0)
        )
        self._row = at
        self._there = (
            self._keys[at] == self._text + place if len(self._keys) else np.zeros(len(at), bool)
        )
        others = ~np.isin(self._keys, self._text + place)
        logs = np.where(np.isin(self._keys, apart), 0, doubts.log_written.astype(np.float64))
        self._sums = np.concatenate([[0.0], np.cumsum(np.where(others, logs, 0))])
        self._doubtful = np.concatenate([[0], np.cumsum(logs < DOUBTFUL)])

    @property
    def log_written(self) -> np.ndarray:
        """The logarithm of the probability of what stands at each place."""
        if not len(self._keys):
            return np.zeros(len(self._place))
        return np.where(self._there, self._doubts.log_written[self._row], 0.0)

    def log_p(self, points: np.ndarray) -> np.ndarray:
        """That of another character at each place."""
        if not len(self._keys):
            return np.full(len(points), UNNAMED)
        logs = self._doubts.log_p[self._row]
        is_it = self._doubts.candidates[self._row] == points[:, None]
        named = np.where(is_it, logs, -np.inf).max(1, initial=-np.inf)
        found = np.where(is_it.any(1), named, logs.min(1, initial=0.0) - UNLISTED)
        return np.where(self._there, found, UNNAMED)

    def doubts(self, reach: int) -> np.ndarray:
        """The sum of the logarithms around each place, without the changed ones."""
        first = np.maximum(self._place - reach, self._low)
        last = np.minimum(self._place + reach + 1, self._high)
        return self._between(self._sums, first, last)

    @property
    def doubtful(self) -> np.ndarray:
        """The number of doubtful places in the sentence."""
        return self._between(self._doubtful, self._low, self._high)

    def _between(self, sums: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        start = np.searchsorted(self._keys, self._text + first)
        return sums[np.searchsorted(self._keys, self._text + last)] - sums[start]
