"""Two wrong characters side by side, each of which hides the other: judged together."""

from typing import TYPE_CHECKING

import numpy as np

from .alphabet import BOUNDARY
from .candidates import Places
from .features import gather
from .judge import probabilities

if TYPE_CHECKING:
    from .bundle import Evidence

# So many of the best candidates of each place are paired with those of its neighbour.
BEST = 3
# The judge takes the first of two changes for granted when it scores the second. Less, and whole words are
# changed into others that sound alike (组织 into 阻止); more, and two errors side by side are not found.
RARER = 2.0
# What the n-grams and words of a place reach to.
REACH = 5
# Pairs whose features are in memory at a time: some 3 MB.
PAIRS_AT_ONCE = 128


def judge_neighbours(
    evidence: "Evidence", places: Places, scores: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of candidates, those of two places side by side by what both would be.

    Of two neighbours a and b, the choices are: both as written (score 0), one of them changed (its
    own score), and both changed, with the score of a's candidate as the text is written plus that of
    b's candidate after the change of a, or the other way round, whichever is less, less RARER.

    evidence (Evidence): The evidence, with a judge.
    places (Places): The places.
    scores (np.ndarray): The judge's score of each candidate by itself, -inf where there is none,
        shape (places, candidates).
    RETURNS (tuple): The probability of each candidate, same shape; that of what is written, shape
        (places,).
    """
    single, written = probabilities(scores, places.is_candidate)
    left = np.flatnonzero(np.diff(places.place) == 1)
    if not len(left) or not scores.shape[1]:
        return single, written
    best = np.argsort(-scores, axis=1, kind="stable")[:, :BEST]
    ranked = np.take_along_axis(scores, best, 1)
    # All combinations of the best candidates of two places, (pairs, BEST, BEST).
    there = np.isfinite(ranked)
    possible = there[left][:, :, None] & there[left + 1][:, None, :]
    for start in range(0, len(left), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        both = _score_both(evidence, places, scores, best, left[part], possible[part])
        _mix(single, written, scores, best, both, left[part])
    return single, written


def _score_both(
    evidence: "Evidence",
    places: Places,
    scores: np.ndarray,
    best: np.ndarray,
    left: np.ndarray,
    possible: np.ndarray,
) -> np.ndarray:
    """Score combinations of candidates of two places: -inf for those that cannot be."""
    pair, i, j = np.nonzero(possible)
    row = left[pair]
    first, second = best[row, i], best[row + 1, j]
    rows, columns = np.concatenate([row, row + 1]), np.concatenate([first, second])
    chosen = places.candidates[rows, columns]
    # Each has a text of its own, with what its neighbour would be, and a boundary behind.
    ends = np.full(REACH, BOUNDARY, dtype=places.symbols.dtype)
    around = np.concatenate([ends, places.symbols, ends])
    size = 2 * REACH + 2
    windows = np.full((len(rows), size), BOUNDARY, dtype=places.symbols.dtype)
    windows[:, :-1] = around[places.place[rows, None] + np.arange(size - 1)]
    windows[: len(pair), REACH + 1] = chosen[len(pair) :]
    windows[len(pair) :, REACH - 1] = chosen[: len(pair)]
    place = np.arange(len(rows)) * size + REACH
    moved = Places(windows.reshape(-1), place, *(each[rows] for each in places[2:]))
    # Only the candidate that is asked for is looked up; the lead over the others is that of one.
    found = gather(moved, evidence.table, evidence.lexicon, evidence.likeness, only=columns)
    assert evidence.judge is not None
    first_after, second_after = evidence.judge.scores(found.features, found.keys).reshape(2, -1)
    both = np.full(possible.shape, -np.inf, dtype=np.float32)
    both[possible] = (
        np.minimum(scores[row, first] + second_after, scores[row + 1, second] + first_after) - RARER
    )
    return both


def _mix(
    single: np.ndarray,
    written: np.ndarray,
    scores: np.ndarray,
    best: np.ndarray,
    both: np.ndarray,
    left: np.ndarray,
) -> None:
    mine, theirs = scores[left], scores[left + 1]
    highest = np.maximum(np.maximum(mine.max(1), theirs.max(1)), both.max((1, 2)))
    highest = np.maximum(highest, 0)[:, None]
    one, other = np.exp(mine - highest), np.exp(theirs - highest)
    pair = np.exp(both - highest[:, :, None])
    total = np.exp(-highest[:, 0]) + one.sum(1) + other.sum(1) + pair.sum((1, 2))
    # A place between two others is first the second of a pair, then the first of one.
    for rows, own, sums in ((left + 1, other, pair.sum(1)), (left, one, pair.sum(2))):
        own[np.arange(len(rows))[:, None], best[rows]] += sums
        chances = own / total[:, None]
        better = chances.max(1) > single[rows].max(1)
        single[rows[better]] = chances[better]
        written[rows[better]] = 1 - chances[better].sum(1)
