"""The fit of a judge and its verifier: what verifies a judge must see it err as it does on new texts.

So two judges are fitted to a half of the texts each, and the verifier to what each says of the other
half; the judge that is kept is fitted to all.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from tqdm import tqdm

from ..types import Pair
from .bundle import Evidence
from .examples import collect, in_parts
from .fitting import fit_judge
from .material import Material, Read
from .second_reading import compare_readings, find_pieces
from .verifier import Checks, fit_verifier
from .weighing import LIKELY, weigh_once


def fit_evidence(
    evidence: Evidence, material: Sequence[Material], *, seed: int = 0, **options: Any
) -> None:
    """Fit judge and verifier, and put them into the evidence.

    evidence (Evidence): The evidence; the n-grams must not have been counted on the texts.
    material (Sequence[Material]): What to fit to.
    seed (int): Of all that is random.
    options (Any): Those of `fit_judge`.
    """
    halves = [[part._replace(fitted=part.fitted[side::2]) for part in material] for side in (0, 1)]
    fits = [
        [
            collect(evidence, _shown(part.fitted, "gather"), part.read, weight=part.weight)
            for part in half
            if part.fitted
        ]
        for half in halves
    ]
    checks = []
    for other, half in zip(fits[::-1], halves, strict=True):
        # A single pair has no other half.
        evidence.judge = fit_judge(other or fits[0], seed=seed, **options)
        checks += [
            collect_checks(evidence, _shown(part.fitted, "verify"), part.read, weight=part.weight)
            for part in half
            if part.fitted
        ]
    evidence.judge = fit_judge([*fits[0], *fits[1]], seed=seed, **options)
    known = [part for part in checks if len(part.weight)]
    evidence.verifier = fit_verifier(known, seed=seed) if known else None


def _shown(pairs: Sequence[Pair], what: str) -> Iterable[Pair]:
    return tqdm(pairs, what, unit=" pairs", disable=None)


def collect_checks(
    evidence: Evidence, pairs: Iterable[Pair], read: Read, *, weight: float = 1.0
) -> Checks:
    """Gather the likely changes of pairs, and what a second reading says of them.

    evidence (Evidence): The evidence, with a judge that was not fitted to these pairs.
    pairs (Iterable[Pair]): Misspelt and right texts.
    read (Callable): Reads texts with the network.
    weight (float): How much each change counts.
    RETURNS (Checks): The changes.
    """
    features, right = [], []
    for some in in_parts(pairs):
        texts = [pair.source for pair in some]
        first = read(texts)
        pieces = list(find_pieces(texts, weigh_once(evidence, texts, first), LIKELY))
        second = read([piece.changed(texts[piece.text]) for piece in pieces])
        features.append(compare_readings(texts, pieces, first, second))
        right += [
            some[piece.text].target[place] == each.candidates[0].target
            for piece in pieces
            for place, each in piece.changes.items()
        ]
    return Checks(
        np.concatenate(features), np.array(right, bool), np.full(len(right), weight, np.float32)
    )
