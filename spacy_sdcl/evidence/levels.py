"""The n-grams that a model keeps, by length, with links from each to the shorter ones it needs."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .counting import NgramCounts
from .packing import ORDER, find, history, last_symbols


class Level(NamedTuple):
    """n-grams of one length.

    keys (np.ndarray): Ascending keys, uint64. Of length 1 there is every symbol, in order.
    counts (np.ndarray): How often each occurred, int64.
    followed (np.ndarray): How often a character came after it, int64.
    suffixes (np.ndarray): Place of the n-gram without its first symbol, one level below.
    histories (np.ndarray): Place of the n-gram without its last symbol, one level below.
    """

    keys: np.ndarray
    counts: np.ndarray
    followed: np.ndarray
    suffixes: np.ndarray
    histories: np.ndarray


Levels = list[Level]


def make_levels(counts: NgramCounts, least: Sequence[int] = (1, 1, 1, 1)) -> Levels:
    """Arrange counts by length.

    counts (NgramCounts): The counts.
    least (Sequence[int]): How often an n-gram of each length must occur to be kept; not falling, so
        that with each n-gram those that it contains are kept.
    RETURNS (Levels): The levels of lengths 1 to 4.
    RAISES (ValueError): If the minima fall.
    """
    if list(least) != sorted(least) or len(least) != ORDER:
        raise ValueError(f"`least` must be {ORDER} numbers that do not fall, not {list(least)}.")
    levels = [_characters(counts)]
    for order in range(2, ORDER + 1):
        keys, numbers = counts.of_order(order)
        often = numbers >= least[order - 1]
        levels.append(_link(keys[often], numbers[often], levels[-1].keys, order))
        below = levels[-2]
        histories, times = counts.of_histories(order)
        places, known = find(below.keys, histories)
        below.followed[places[known]] = times[known]
    return levels


def select(levels: Levels, kept: Sequence[np.ndarray]) -> Levels:
    """Leave n-grams out.

    levels (Levels): All n-grams.
    kept (Sequence[np.ndarray]): Bool, which of each level stay. Those of length 1 always do; with
        each n-gram those that it contains must.
    RETURNS (Levels): The others.
    """
    chosen = [levels[0]]
    for level, mask, mask_below in zip(levels[1:], kept[1:], kept[:-1], strict=True):
        new_places = np.cumsum(mask_below) - 1
        if len(chosen) == 1:
            new_places = np.arange(len(mask_below))
        chosen.append(
            Level(
                level.keys[mask],
                level.counts[mask],
                level.followed[mask],
                new_places[level.suffixes[mask]],
                new_places[level.histories[mask]],
            )
        )
    return chosen


def _characters(counts: NgramCounts) -> Level:
    keys = np.arange(len(counts.alphabet), dtype=np.uint64)
    numbers = np.zeros(len(keys), dtype=np.int64)
    known, found = counts.prefixes(1)
    numbers[known.astype(np.int64)] = found
    nowhere = np.zeros(len(keys), dtype=np.int64)
    return Level(keys, numbers, np.zeros_like(numbers), nowhere, nowhere)


def _link(keys: np.ndarray, counts: np.ndarray, below: np.ndarray, order: int) -> Level:
    suffixes, _ = find(below, last_symbols(keys, order - 1))
    histories, _ = find(below, history(keys))
    return Level(keys, counts, np.zeros_like(counts), suffixes, histories)
