"""Places whose right character is known, as a judge is fitted to them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from ..types import Doubts, Pair
from .bundle import Evidence
from .candidates import find_places, texts_of_one_line
from .features import gather
from .fitting import Fit

# Pairs whose places are gathered at a time.
PAIRS_AT_ONCE = 512


def collect(
    evidence: Evidence,
    pairs: Iterable[Pair],
    read: Callable[[Sequence[str]], Doubts],
    *,
    weight: float = 1.0,
) -> Fit:
    """Gather the evidence on all places of pairs where a network has doubts.

    The n-grams must not have been counted on these texts, or they are believed too much.

    evidence (Evidence): The evidence; its judge is not used.
    pairs (Iterable[Pair]): Misspelt and right texts.
    read (Callable): Reads texts with the network.
    weight (float): How much each place counts.
    RETURNS (Fit): Their candidates, and which is right.
    """
    parts: list[Fit] = []
    places_before = texts_before = 0
    for some in in_parts(pairs):
        sources = [pair.source for pair in some]
        places = find_places(sources, read(sources), evidence.table, evidence.likeness)
        targets = texts_of_one_line([pair.target for pair in some])
        right = evidence.table.encode("".join(f"{text}\n" for text in targets))[places.place]
        found = gather(places, evidence.table, evidence.lexicon, evidence.likeness)
        candidates = places.candidates[found.row, found.column]
        parts.append(
            Fit(
                found.features,
                found.row + places_before,
                found.keys,
                places.text[found.row] + texts_before,
                candidates == right[found.row],
                np.full(len(places.place), weight, dtype=np.float32),
            )
        )
        places_before += len(places.place)
        texts_before += len(some)
    return Fit(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def in_parts(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """Yield pairs, so many as are gathered at a time.

    pairs (Iterable[Pair]): Pairs.
    YIELDS (list[Pair]): Some of them.
    """
    iterator = iter(pairs)
    while some := list(islice(iterator, PAIRS_AT_ONCE)):
        yield some
