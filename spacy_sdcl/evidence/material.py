"""What a judge is fitted to, with a share of it held out."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..data.noise import NoiseRates, corrupt_text
from ..data.splits import split
from ..language.confusions import Confusions
from ..types import Doubts, Pair

Change = Callable[[Pair], Pair]
Read = Callable[[Sequence[str]], Doubts]


class Material(NamedTuple):
    """Pairs of one kind.

    name (str): What they are called.
    weight (float): How much each place in them counts.
    fitted (Sequence[Pair]): What the judge is fitted to.
    held_out (Sequence[Pair]): What it is tried on.
    read (Callable): Reads texts with a network that was not trained on these.
    """

    name: str
    weight: float
    fitted: Sequence[Pair]
    held_out: Sequence[Pair]
    read: Read

    @classmethod
    def of(
        cls,
        name: str,
        weight: float,
        pairs: Iterable[Pair],
        read: Read,
        *,
        held_out: float,
        change: Change | None = None,
    ) -> "Material":
        """Divide pairs, always alike: of one file, sources and targets fall on the same sides.

        name (str): What they are called.
        weight (float): How much each place in them counts.
        pairs (Iterable[Pair]): The pairs.
        read (Callable): Reads texts with a network that was not trained on these.
        held_out (float): The share that is held out.
        change (Callable): What is done to each pair afterwards, such as noise; None for nothing.
        RETURNS (Material): Both parts.
        """
        pairs = list(pairs)
        parts = split(pairs, size=round(held_out * len(pairs)))
        if change is not None:
            parts = (list(map(change, parts[0])), list(map(change, parts[1])))
        return cls(name, weight, *parts, read)


def as_correct(pair: Pair) -> Pair:
    """Take the right text of a pair as a text that is to be left as it is.

    pair (Pair): The pair.
    RETURNS (Pair): Its target, twice.
    """
    return Pair(pair.target, pair.target, pair.id)


def noising(confusions: Confusions, rates: NoiseRates, *, seed: int = 0) -> Change:
    """Make what misspells the right texts of pairs.

    confusions (Confusions): What may be mistaken for what.
    rates (NoiseRates): How much noise.
    seed (int): Of all that is random.
    RETURNS (Callable): Makes a pair of another with a misspelt source.
    """
    rng = np.random.default_rng(seed)

    def change(pair: Pair) -> Pair:
        return Pair(corrupt_text(pair.target, confusions, rates, rng), pair.target, pair.id)

    return change
