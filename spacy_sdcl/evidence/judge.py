"""The judge: from the evidence on each candidate to one probability per candidate of a place.

A small network scores each candidate; "as written" has the score 0. The softmax over them is the
probability of each. It is fitted by `fitting.fit_judge`.
"""

from collections.abc import Mapping

import numpy as np

from .features import NAMES
from .pairs import Pairs

_PARTS = ("mean", "scale", "first", "first_bias", "second", "second_bias", "last", "direct", "bias")


class Judge:
    """Scores candidates by their features: two hidden layers with ReLU, and a direct linear part.

    Its last feature, behind those of `features.NAMES`, is the gain of the pair of what is written and
    the candidate.

    pairs (Pairs): The gains.
    weights (np.ndarray): float32. "mean" and "scale" of the features, shape
        (features,); "first" (features, hidden), "first_bias"; "second" (hidden, hidden),
        "second_bias"; "last" (hidden,); "direct" (features,); "bias" (1,).
    RAISES (ValueError): If a part is missing, or was fitted to other features.
    """

    def __init__(self, pairs: Pairs, **weights: np.ndarray) -> None:
        self.pairs = pairs
        missing = [part for part in _PARTS if part not in weights]
        if missing:
            raise ValueError(f"The judge lacks {', '.join(missing)}: fit it anew.")
        self.weights = {part: np.asarray(weights[part], dtype=np.float32) for part in _PARTS}
        known = self.weights["mean"].shape
        if known != (len(NAMES) + 1,):
            raise ValueError(
                f"The judge was fitted to {known[0]} features, this version has {len(NAMES) + 1}: "
                "fit it anew."
            )

    def arrays(self) -> dict[str, np.ndarray]:
        """RETURNS (dict): The weights by name."""
        return {"pair_keys": self.pairs.keys, "pair_gains": self.pairs.gains, **self.weights}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Judge":
        """Restore a judge.

        arrays (Mapping[str, np.ndarray]): What `arrays` returned.
        RETURNS (Judge): The judge.
        RAISES (ValueError): If a part is missing, or was fitted to other features.
        """
        weights = dict(arrays)
        empty = np.zeros(0, dtype=np.uint32)
        pairs = Pairs(weights.pop("pair_keys", empty), weights.pop("pair_gains", empty))
        return cls(pairs, **weights)

    def scores(self, features: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Score candidates.

        features (np.ndarray): Shape (candidates, features).
        keys (np.ndarray): The pairs of what is written and the candidate, shape (candidates,).
        RETURNS (np.ndarray): How much likelier each is than what is written, as logarithms of odds,
            float32, shape (candidates,).
        """
        w = self.weights
        features = np.concatenate([features, self.pairs.gain(keys)[:, None]], axis=1)
        inputs = (features - w["mean"]) * w["scale"]
        hidden = np.maximum(inputs @ w["first"] + w["first_bias"], 0)
        hidden = np.maximum(hidden @ w["second"] + w["second_bias"], 0)
        return hidden @ w["last"] + inputs @ w["direct"] + w["bias"]


def probabilities(scores: np.ndarray, is_candidate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The softmax of each place.

    scores (np.ndarray): Scores, shape (places, candidates).
    is_candidate (np.ndarray): True where there is a candidate, bool, same shape.
    RETURNS (tuple): The probability of each candidate, same shape, 0 where there is none; that of
        what is written, shape (places,).
    """
    scores = np.where(is_candidate, scores, -np.inf)
    highest = np.maximum(scores.max(1, initial=0), 0)
    weights = np.exp(scores - highest[:, None])
    written = np.exp(-highest)
    total = weights.sum(1) + written
    return weights / total[:, None], written / total
