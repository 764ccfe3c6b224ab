"""The verifier: from what two readings say of a change to the probability that it is right."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .second_reading import NAMES

_PARTS = ("mean", "scale", "first", "first_bias", "last", "bias")


class Verifier:
    """A hidden layer with ReLU over the features of `second_reading.NAMES`.

    weights (np.ndarray): float32. "mean" and "scale" of the features, shape (features,); "first"
        (features, hidden), "first_bias", "last" (hidden,), "bias" (1,).
    RAISES (ValueError): If a part is missing, or was fitted to other features.
    """

    def __init__(self, **weights: np.ndarray) -> None:
        missing = [part for part in _PARTS if part not in weights]
        if missing:
            raise ValueError(f"The verifier lacks {', '.join(missing)}: fit the judge anew.")
        self.weights = {part: np.asarray(weights[part], dtype=np.float32) for part in _PARTS}
        known = self.weights["mean"].shape
        if known != (len(NAMES),):
            raise ValueError(
                f"The verifier was fitted to {known[0]} features, this version has {len(NAMES)}: "
                "fit the judge anew."
            )

    def arrays(self) -> dict[str, np.ndarray]:
        """RETURNS (dict): The weights by name."""
        return dict(self.weights)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Verifier":
        """Restore a verifier.

        arrays (Mapping[str, np.ndarray]): What `arrays` returned.
        RETURNS (Verifier): The verifier.
        RAISES (ValueError): If a part is missing, or was fitted to other features.
        """
        return cls(**arrays)

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Verify changes.

        features (np.ndarray): Shape (changes, features).
        RETURNS (np.ndarray): The probability that each is right, float32, shape (changes,).
        """
        w = self.weights
        hidden = np.maximum((features - w["mean"]) * w["scale"] @ w["first"] + w["first_bias"], 0)
        return 1 / (1 + np.exp(-(hidden @ w["last"] + w["bias"])))


class Checks(NamedTuple):
    """Changes of which is known whether they are right.

    features (np.ndarray): float32, shape (changes, features).
    is_right (np.ndarray): bool, shape (changes,).
    weight (np.ndarray): How much each counts, float32, same shape.
    """

    features: np.ndarray
    is_right: np.ndarray
    weight: np.ndarray


def fit_verifier(
    data: Sequence[Checks],
    *,
    hidden: int = 24,
    members: int = 3,
    steps: int = 1500,
    batch: int = 1024,
    learning_rate: float = 5e-3,
    weight_decay: float = 1e-2,
    dropout: float = 0.2,
    seed: int = 0,
) -> Verifier:
    """Fit a verifier by the likelihood of what is right: several small networks, averaged.

    data (Sequence[Checks]): Changes of texts that the judge was not fitted to.
    hidden (int): Width of each network's hidden layer.
    members (int): Networks.
    steps (int): Steps of AdamW for each, with a learning rate that falls along a cosine.
    batch (int): Changes a step.
    learning_rate, weight_decay, dropout (float): Of the optimiser and the networks.
    seed (int): Of all that is random.
    RETURNS (Verifier): The verifier.
    """
    import torch
    from torch import nn

    features, is_right, weight = (np.concatenate(column) for column in zip(*data, strict=True))
    mean, scale = features.mean(0), 1 / np.maximum(features.std(0), 1e-3)
    inputs = torch.from_numpy((features - mean) * scale)
    right = torch.from_numpy(is_right.astype(np.float32))
    weights = torch.from_numpy(weight / weight.mean())
    parts = []
    for member in range(members):
        torch.manual_seed(seed + member)
        network = nn.Sequential(
            nn.Linear(features.shape[1], hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, 1),
        )
        optimizer = torch.optim.AdamW(
            network.parameters(), lr=learning_rate, weight_decay=weight_decay
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for _ in range(steps):
            chosen = torch.randint(len(inputs), (batch,))
            loss = nn.functional.binary_cross_entropy_with_logits(
                network(inputs[chosen]).squeeze(-1), right[chosen], weight=weights[chosen]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        parts.append([part.detach().numpy() for part in network.parameters()])
    first, first_bias, last, bias = zip(*parts, strict=True)
    return Verifier(
        mean=mean,
        scale=scale,
        first=np.concatenate(first).T.copy(),
        first_bias=np.concatenate(first_bias),
        last=np.concatenate([each[0] for each in last]) / members,
        bias=np.mean(bias, axis=0),
    )
