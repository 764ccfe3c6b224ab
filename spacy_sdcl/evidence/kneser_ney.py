"""Interpolated modified Kneser-Ney: probabilities from counts (Chen & Goodman 1998).

Each n-gram that is kept gives up a discount, one of three by its count; what a history has given
up, and what belongs to n-grams that are not kept, goes to the next shorter history. A shorter
n-gram is counted by what the longer ones leave to it: once for each longer one kept, however often
that occurred, and as often as it occurred for those not kept. If all are kept, that is the number
of characters seen before it, as in Kneser and Ney's model; if none is, it is the plain count. So
a model from which most n-grams were pruned stays sharp, which others do not (Siivola et al. 2007).
"""

from typing import NamedTuple

import numpy as np

from .alphabet import BOUNDARY, NOTHING
from .counting import NgramCounts
from .levels import Levels
from .packing import BITS, ORDER, find, last_symbols, total_by_key

# What texts too small to tell are given: any falling share does.
DEFAULT_DISCOUNTS = (0.5, 1.0, 1.5)


class Estimate(NamedTuple):
    """What a model says of the n-grams of one level.

    own (np.ndarray): The probability left to the n-gram after its discount, float64.
    probabilities (np.ndarray): Its last symbol's probability after the others, float64.
    back_off (np.ndarray): The share of shorter histories in the probabilities after it, float64.
    weights (np.ndarray): How often this level decides over what comes after it, float64.
    """

    own: np.ndarray
    probabilities: np.ndarray
    back_off: np.ndarray
    weights: np.ndarray


def discounts(counts: NgramCounts) -> list[np.ndarray]:
    """The discounts of n-grams counted once, twice, and more often, from all that was counted.

    counts (NgramCounts): The counts.
    RETURNS (list[np.ndarray]): Four floats for each length 1 to 4: the discount of the count that is
        the index, the last for all above.
    """
    keys, numbers = counts.of_order(ORDER)
    of_counts = [np.bincount(np.minimum(numbers, 5), minlength=6)]
    of_counts[0][1] += counts.folded
    for order in range(ORDER - 1, 0, -1):
        shorter = np.sort(last_symbols(keys, order))
        keys, numbers = total_by_key(shorter, np.ones(len(shorter), dtype=np.int64))
        begins, begun = counts.of_order(order)
        at_start = begins >> np.uint64(BITS * (order - 1)) == BOUNDARY
        of_counts.append(
            np.bincount(np.minimum(np.concatenate([numbers, begun[at_start]]), 5), minlength=6)
        )
        keys = np.concatenate([keys, begins[at_start]])
    return [_three_discounts(of) for of in reversed(of_counts)]


def _three_discounts(of_counts: np.ndarray) -> np.ndarray:
    one, two, three, four = of_counts[1:5].tolist()
    found = np.array(DEFAULT_DISCOUNTS)
    if one and two and three and four:
        share = one / (one + 2 * two)
        exact = [
            1 - 2 * share * two / one,
            2 - 3 * share * three / two,
            3 - 4 * share * four / three,
        ]
        if all(0 < discount < i for i, discount in enumerate(exact, start=1)):
            found = np.array(exact)
    return np.concatenate([[0.0], found])


def estimate(levels: Levels, by_order: list[np.ndarray]) -> list[Estimate]:
    """Estimate the probabilities of the n-grams kept.

    levels (Levels): The n-grams.
    by_order (list[np.ndarray]): The discounts.
    RETURNS (list[Estimate]): One for each level.
    """
    adjusted = [_adjusted(levels, order) for order in range(1, ORDER + 1)]
    symbols = len(levels[0].keys)
    lower = np.full(symbols, 1 / (symbols - 2))
    lower[[NOTHING, BOUNDARY]] = 0.0
    total = adjusted[0].sum()
    owns: list[np.ndarray] = []
    probabilities: list[np.ndarray] = []
    back_offs: list[np.ndarray] = []
    weights: list[np.ndarray] = []
    for order, (level, number, steps) in enumerate(
        zip(levels, adjusted, by_order, strict=True), start=1
    ):
        kept = np.maximum(number - steps[np.minimum(number, 3)], 0.0)
        if order == 1:
            own = kept / max(total, 1)
            probability = own + (1 - own.sum()) * lower
        else:
            below = levels[order - 2]
            size = len(below.keys)
            claimed = np.bincount(level.histories, level.counts - number, minlength=size)
            weight = below.followed - claimed
            # Where n-grams were taken out of counts, a history may have nothing left of its own.
            own = kept / np.maximum(weight, 1)[level.histories]
            share = 1 - np.bincount(level.histories, own, minlength=size)
            # A share of exactly nothing has no logarithm; it comes of rounding alone.
            back_offs.append(np.maximum(share, 1e-9))
            weights.append(weight)
            probability = own + back_offs[-1][level.histories] * probabilities[-1][level.suffixes]
        owns.append(own)
        probabilities.append(probability)
    back_offs.append(np.ones(len(levels[-1].keys)))
    weights.append(np.zeros(len(levels[-1].keys)))
    return [Estimate(*of) for of in zip(owns, probabilities, back_offs, weights, strict=True)]


def _adjusted(levels: Levels, order: int) -> np.ndarray:
    level = levels[order - 1]
    counts = level.counts.copy()
    if order == 1:
        counts[[NOTHING, BOUNDARY]] = 0
    if order == ORDER:
        return counts
    longer = levels[order]
    taken = np.bincount(longer.suffixes, longer.counts - 1, minlength=len(counts))
    return np.maximum(counts - np.rint(taken).astype(np.int64), 0)


class KneserNey:
    """A model of which n-grams of any length can be asked; slow, for tests and measurements.

    levels (Levels): The n-grams kept.
    estimates (list[Estimate]): What the model says of them.
    """

    def __init__(self, levels: Levels, estimates: list[Estimate]) -> None:
        self.levels = levels
        self.estimates = estimates

    def log_probabilities(self, keys: np.ndarray) -> np.ndarray:
        """Log probabilities of last symbols after the three before them.

        keys (np.ndarray): n-grams of four, or shorter ones with nothing in front.
        RETURNS (np.ndarray): float64 natural logarithms.
        """
        result = np.log(self.estimates[0].probabilities[last_symbols(keys, 1).astype(np.int64)])
        for order in range(2, ORDER + 1):
            level, of = self.levels[order - 1], self.estimates[order - 1]
            asked = last_symbols(keys, order)
            is_long = asked >> np.uint64(BITS * (order - 1)) != NOTHING
            where, known = find(self.levels[order - 2].keys, asked >> np.uint64(BITS))
            known &= is_long
            result[known] += np.log(self.estimates[order - 2].back_off[where[known]])
            where, known = find(level.keys, asked)
            known &= is_long
            result[known] = np.log(of.probabilities[where[known]])
        return result
