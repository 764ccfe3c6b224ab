"""Whether probabilities are what they say: of corrections at probability p, a share of about p is right."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..extras import import_extra
from ..types import Doubts, Pair
from .bundle import Evidence
from .weighing import LEAST, weigh

# Finer where thresholds lie.
EDGES = (LEAST, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)


class Guesses(NamedTuple):
    """The likeliest other character of places, whatever its probability.

    probability (np.ndarray): What it is said to be, shape (places,).
    is_right (np.ndarray): Whether it is the right one, bool, same shape.
    weight (np.ndarray): How much the place counts, same shape.
    """

    probability: np.ndarray
    is_right: np.ndarray
    weight: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence["Guesses"]) -> "Guesses":
        """Put guesses together.

        parts (Sequence[Guesses]): The parts, at least one.
        RETURNS (Guesses): All.
        """
        return cls(*(np.concatenate(column) for column in zip(*parts, strict=True)))


class Bin(NamedTuple):
    """Guesses of about one probability.

    low, high (float): The bounds of it.
    probability (float): Their mean probability.
    right (float): The share of them that is right.
    number (int): How many there are.
    """

    low: float
    high: float
    probability: float
    right: float
    number: int


def guess(
    evidence: Evidence,
    pairs: Iterable[Pair],
    read: Callable[[Sequence[str]], Doubts],
    *,
    weight: float = 1.0,
) -> Guesses:
    """Weigh pairs to which the judge was not fitted.

    evidence (Evidence): The evidence, with a judge.
    pairs (Iterable[Pair]): Misspelt and right texts.
    read (Callable): Reads texts with the network.
    weight (float): How much each place counts.
    RETURNS (Guesses): The guesses.
    """
    pairs = list(pairs)
    found = weigh(evidence, [pair.source for pair in pairs], read)
    rows = [
        (each.candidates[0].score, pair.target[each.start] == each.candidates[0].target)
        for pair, predictions in zip(pairs, found, strict=True)
        for each in predictions
    ]
    scores, right = np.array(rows, dtype=np.float64).reshape(-1, 2).T
    return Guesses(scores, right.astype(bool), np.full(len(rows), weight))


def calibration(guesses: Guesses, edges: Sequence[float] = EDGES) -> list[Bin]:
    """Compare probabilities with what came of them.

    guesses (Guesses): The guesses.
    edges (Sequence[float]): The bounds of the bins, ascending.
    RETURNS (list[Bin]): The bins that are not empty.
    """
    number = np.searchsorted(edges, guesses.probability, side="right") - 1
    # The last bin has its upper bound, too.
    number = np.minimum(number, len(edges) - 2)
    bins = []
    for place, (low, high) in enumerate(pairwise(edges)):
        inside = number == place
        weight = guesses.weight[inside]
        if weight.sum() > 0:
            probability = np.average(guesses.probability[inside], weights=weight)
            right = np.average(guesses.is_right[inside], weights=weight)
            bins.append(Bin(low, high, float(probability), float(right), int(inside.sum())))
    return bins


def plot_calibration(curves: dict[str, list[Bin]], picture: Path) -> None:
    """Draw the share that is right over the probability.

    curves (dict[str, list[Bin]]): Bins by the name of what they are of.
    picture (Path): The PNG to write.
    RAISES (ImportError): If matplotlib is not installed.
    """
    figure = import_extra("matplotlib.figure", "train").Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.7", label="as it should be")
    for name, bins in curves.items():
        probabilities, shares = [each.probability for each in bins], [each.right for each in bins]
        axes.plot(probabilities, shares, "o-", label=name)
    axes.set_xlabel("probability of corrections")
    axes.set_ylabel("share that is right")
    axes.set_aspect("equal")
    axes.legend()
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, dpi=120)
