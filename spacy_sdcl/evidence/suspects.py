"""Places of a text that may be errors, by n-grams alone: a cheap look before the network reads them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .alphabet import BOUNDARY, NOTHING
from .candidates import CHUNK
from .likeness import Likeness
from .packing import BITS
from .table import NgramTable

# How much likelier the text must be with another character, in nats, where the text has it so often that it
# would be learnt for good, and where not. With these, one sentence in some hundred is read.
OFTEN = 3
LEAST_GAIN, LEAST_GAIN_SELDOM = 6.0, 10.0
# What comes again is looked at in so many of its places.
EXAMPLES = 3


class Suspects(NamedTuple):
    """Places that are worth reading, in order.

    sentence (np.ndarray): The index of the sentence of each, shape (places,).
    start (np.ndarray): Its offset in the sentence, same shape.
    before, behind (np.ndarray): 1 where the character before it, or behind it, belongs to the string
        that is unknown elsewhere, else 0, same shape.
    times (np.ndarray): How often the text has that string, same shape.
    """

    sentence: np.ndarray
    start: np.ndarray
    before: np.ndarray
    behind: np.ndarray
    times: np.ndarray


def find_suspects(sentences: Sequence[str], general: NgramTable, likeness: Likeness) -> Suspects:
    """Find characters that do not go with a neighbour in any text counted, where one that sounds or looks
    alike would make the text much likelier.

    sentences (Sequence[str]): The text.
    general (NgramTable): Counted on other text.
    likeness (Likeness): What characters may be mistaken for.
    RETURNS (Suspects): The places; of a character that comes again between the same two, the first EXAMPLES.
    """
    text = "\n" + "\n".join(sentences) + "\n"
    symbols = general.encode(text)
    chinese = general.alphabet.chinese()
    places = np.flatnonzero(chinese[symbols])
    around = [symbols[places + i].astype(np.uint64) for i in (-1, 0, 1)]
    shift = np.uint64(BITS)
    before, behind = around[0] << shift | around[1], around[1] << shift | around[2]
    _, first, phrase = np.unique(
        before << shift | around[2], return_index=True, return_inverse=True
    )
    times = np.ones(len(first), dtype=np.int64)
    reaches = np.zeros((2, len(first)), dtype=np.int64)
    # Unknown beside one of its neighbours, or, if that comes again, between both.
    for keys, parts, inside in (
        (before, (0, 1), chinese[around[0]]),
        (behind, (1, 2), chinese[around[2]]),
        (before << shift | around[2], (0, 1, 2), chinese[around[0]] & chinese[around[2]]),
    ):
        _, number, counts = np.unique(keys, return_inverse=True, return_counts=True)
        occurs = counts[number][first]
        asked = inside[first] & ((occurs > 1) if len(parts) == 3 else True)
        asked = np.flatnonzero(asked & ~(reaches.any(0) if len(parts) == 3 else False))
        ngrams = np.stack([around[part][first[asked]] for part in parts], axis=1)
        found = asked[general.log_counts(ngrams.astype(np.uint16)) == 0]
        reaches[0, found] |= 0 in parts
        reaches[1, found] |= 2 in parts
        times[found] = np.maximum(times[found], occurs[found])
    alone = reaches.any(0)
    gains = np.full(len(first), -np.inf)
    gains[alone] = _best_gains(symbols, places[first[alone]], general, likeness)
    likely = gains >= np.where(times >= OFTEN, LEAST_GAIN, LEAST_GAIN_SELDOM)
    kept = np.flatnonzero(likely[phrase])
    kept = kept[_rank(phrase[kept]) < EXAMPLES]
    places, phrase = places[kept], phrase[kept]
    breaks = np.flatnonzero(symbols == BOUNDARY)
    sentence = np.searchsorted(breaks, places) - 1
    starts = places - breaks[sentence] - 1
    return Suspects(sentence, starts, reaches[0, phrase], reaches[1, phrase], times[phrase])


def _best_gains(
    symbols: np.ndarray, places: np.ndarray, table: NgramTable, likeness: Likeness
) -> np.ndarray:
    best = np.full(len(places), -np.inf, dtype=np.float32)
    order = np.argsort(symbols[places], kind="stable")
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        alike = [likeness.of(symbol) for symbol in symbols[places[rows]].tolist()]
        choices = np.zeros((len(rows), max(1, *map(len, alike))), dtype=np.uint16)
        for row, found in enumerate(alike):
            choices[row, : len(found)] = found
        gains = table.replacement_gains(symbols, places[rows], choices)
        best[rows] = np.where(choices == NOTHING, -np.inf, gains).max(1)
    return best


def _rank(groups: np.ndarray) -> np.ndarray:
    """How many of the same group stand before each."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
    sizes = np.diff(np.append(begins, len(ordered)))
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - np.repeat(begins, sizes)
    return rank
