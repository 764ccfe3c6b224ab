"""Two wrong characters side by side, each of which hides the other: judged together."""

from typing import TYPE_CHECKING

import numpy as np

from .alphabet import BOUNDARY, NOTHING
from .candidates import Places
from .features import gather
from .judge import probabilities

if TYPE_CHECKING:
    from .bundle import Evidence

# So many of the best candidates of each place are paired with those of its neighbour.
BEST = 3
# What the n-grams and words of a place reach to.
REACH = 5


def judge_neighbours(
    evidence: "Evidence", places: Places, scores: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of candidates, those of two places side by side by what both would be.

    Of two neighbours a and b, the choices are: both as written (score 0), one of them changed (its
    own score), and both changed, with the score of a's candidate as the text is written plus that of
    b's candidate after the change of a, or the other way round, whichever is more.

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
    width = best.shape[1]
    # All combinations of the best candidates of a pair, (pairs, width, width).
    first = np.broadcast_to(best[left][:, :, None], (len(left), width, width))
    second = np.broadcast_to(best[left + 1][:, None, :], first.shape)
    rows = np.broadcast_to(left[:, None, None], first.shape)
    a, b = scores[rows, first], scores[rows + 1, second]
    possible = np.isfinite(a) & np.isfinite(b)
    rows, first, second = rows[possible], first[possible], second[possible]
    b_after_a = _score_beside(
        evidence, places, rows + 1, second, -1, places.candidates[rows, first]
    )
    a_after_b = _score_beside(evidence, places, rows, first, 1, places.candidates[rows + 1, second])
    both = np.full(possible.shape, -np.inf, dtype=np.float32)
    both[possible] = np.maximum(a[possible] + b_after_a, b[possible] + a_after_b)
    for pair, row in enumerate(left.tolist()):
        _mix(single, written, scores, best, both[pair], row)
    return single, written


def _score_beside(
    evidence: "Evidence",
    places: Places,
    rows: np.ndarray,
    columns: np.ndarray,
    side: int,
    neighbour: np.ndarray,
) -> np.ndarray:
    """Score candidates where the character beside them is another than the written one."""
    assert evidence.judge is not None
    ends = np.full(REACH, BOUNDARY, dtype=places.symbols.dtype)
    around = np.concatenate([ends, places.symbols, ends])
    windows = around[places.place[rows][:, None] + np.arange(2 * REACH + 1)]
    windows[:, REACH + side] = neighbour
    windows = np.concatenate([windows, np.full((len(rows), 1), BOUNDARY, windows.dtype)], axis=1)
    size = windows.shape[1]
    moved = Places(
        windows.reshape(-1),
        np.arange(len(rows)) * size + REACH,
        places.text[rows],
        places.start[rows],
        places.written[rows],
        places.log_written[rows],
        places.candidates[rows],
        places.log_p[rows],
        places.around[rows],
    )
    chosen = moved.candidates[np.arange(len(rows)), columns]
    # Only the candidate that is asked for is looked up; the lead over the others stays that of one.
    alone = np.full_like(moved.candidates, NOTHING)
    alone[np.arange(len(rows)), columns] = chosen
    found = gather(
        moved._replace(candidates=alone), evidence.table, evidence.lexicon, evidence.likeness
    )
    result = np.full(len(rows), -np.inf, dtype=np.float32)
    result[found.row] = evidence.judge.scores(found.features, found.keys)
    return result


def _mix(
    single: np.ndarray,
    written: np.ndarray,
    scores: np.ndarray,
    best: np.ndarray,
    both: np.ndarray,
    row: int,
) -> None:
    mine, theirs = scores[row], scores[row + 1]
    highest = max(0.0, float(mine.max()), float(theirs.max()), float(both.max()))
    one, other, pair = np.exp(mine - highest), np.exp(theirs - highest), np.exp(both - highest)
    none = np.exp(-highest)
    total = none + one.sum() + other.sum() + pair.sum()
    for at, own, sums in ((row, one, pair.sum(1)), (row + 1, other, pair.sum(0))):
        chances = own / total
        np.add.at(chances, best[at], sums / total)
        if chances.max() > single[at].max():
            single[at], written[at] = chances, 1 - chances.sum()
