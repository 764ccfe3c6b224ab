"""Fewer n-grams: those stay without which the model would lose most (Stolcke 1998)."""

import numpy as np

from .kneser_ney import Estimate, estimate
from .levels import Levels, select

# What is lost changes as n-grams go, so they go in steps.
SHARE_OF_A_STEP = 0.6


def prune(levels: Levels, by_order: list[np.ndarray], size: int) -> Levels:
    """Leave out n-grams down to a number.

    levels (Levels): The n-grams.
    by_order (list[np.ndarray]): The discounts of the model.
    size (int): The number of n-grams of two or more characters that stay, at most.
    RETURNS (Levels): Those that stay: with each one, those that it contains.
    """
    while (now := number_of_ngrams(levels)) > size:
        aim = max(size, int(now * SHARE_OF_A_STEP))
        losses = entropy_losses(levels, estimate(levels, by_order))
        levels = select(levels, _most_valuable(levels, losses, aim))
    return levels


def number_of_ngrams(levels: Levels) -> int:
    """The number of n-grams of two or more characters.

    levels (Levels): The n-grams.
    RETURNS (int): Their number.
    """
    return sum(len(level.keys) for level in levels[1:])


def entropy_losses(levels: Levels, estimates: list[Estimate]) -> list[np.ndarray]:
    """How many nats of the counted text each n-gram saves.

    levels (Levels): The n-grams.
    estimates (list[Estimate]): What the model says of them.
    RETURNS (list[np.ndarray]): One number for each n-gram; nothing for single characters.
    """
    losses = [np.zeros(len(levels[0].keys))]
    for level, of, below in zip(levels[1:], estimates[1:], estimates[:-1], strict=True):
        shorter = below.probabilities[level.suffixes]
        covered = np.bincount(level.histories, shorter, minlength=len(below.back_off))
        share = below.back_off[level.histories]
        # Without the n-gram, its own part is added to the share of the shorter history.
        grown = share + of.own
        others = share * np.maximum(1 - covered[level.histories], 0)
        worse = of.probabilities * np.log(of.probabilities / (grown * shorter))
        better = others * np.log(grown / share)
        losses.append(below.weights[level.histories] * (worse - better))
    return losses


def _most_valuable(levels: Levels, losses: list[np.ndarray], size: int) -> list[np.ndarray]:
    values = np.sort(np.concatenate(losses[1:]))[::-1]
    low, high = 0, min(size, len(values) - 1)
    # Those that the best ones contain come along, so fewer than `size` can be chosen by value.
    while low < high:
        middle = (low + high + 1) // 2
        kept = _closed(levels, [loss >= values[middle] for loss in losses])
        if sum(int(mask.sum()) for mask in kept[1:]) <= size:
            low = middle
        else:
            high = middle - 1
        if high - low < size // 1000:
            break
    return _closed(levels, [loss > values[low] for loss in losses])


def _closed(levels: Levels, kept: list[np.ndarray]) -> list[np.ndarray]:
    kept = [np.ones(len(kept[0]), dtype=bool), *(mask.copy() for mask in kept[1:])]
    for order in range(len(levels) - 1, 1, -1):
        level, mask = levels[order], kept[order]
        kept[order - 1][level.suffixes[mask]] = True
        kept[order - 1][level.histories[mask]] = True
    return kept
