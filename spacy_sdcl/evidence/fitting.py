"""The fit of a judge to places whose right character is known."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from .judge import Judge
from .pairs import Pairs, held_out_gains


class Fit(NamedTuple):
    """Candidates with what is right at their places.

    features (np.ndarray): float32, shape (candidates, features).
    row (np.ndarray): The place of each, ascending, shape (candidates,).
    keys (np.ndarray): The pair of what is written and the candidate, uint32, same shape.
    group (np.ndarray): The sentence that each is in, same shape.
    is_right (np.ndarray): Whether the candidate is right there, bool, same shape. Where none is,
        what is written should stay, be it right or not.
    weight (np.ndarray): How much each place counts, float32, shape (places,).
    """

    features: np.ndarray
    row: np.ndarray
    keys: np.ndarray
    group: np.ndarray
    is_right: np.ndarray
    weight: np.ndarray


class _Scorer(nn.Module):
    def __init__(self, features: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.first = nn.Linear(features, hidden)
        self.second = nn.Linear(hidden, hidden)
        self.last = nn.Linear(hidden, 1, bias=False)
        self.direct = nn.Linear(features, 1)
        self.dropout = nn.Dropout(dropout)
        with torch.no_grad():
            self.direct.weight.zero_()
            self.direct.bias.fill_(-3.0)

    def forward(self, inputs: Tensor) -> Tensor:
        hidden = self.dropout(self.first(inputs).relu())
        hidden = self.dropout(self.second(hidden).relu())
        return (self.last(hidden) + self.direct(inputs)).squeeze(-1)


def fit_judge(
    data: Sequence[Fit],
    *,
    hidden: int = 64,
    steps: int = 3000,
    batch_places: int = 1024,
    learning_rate: float = 2e-3,
    weight_decay: float = 1e-3,
    dropout: float = 0.2,
    seed: int = 0,
) -> Judge:
    """Fit a judge by the likelihood of what is right.

    data (Sequence[Fit]): Places of several texts.
    hidden (int): Width of the hidden layers.
    steps (int): Steps of AdamW, with a learning rate that falls along a cosine.
    batch_places (int): Places a step.
    learning_rate, weight_decay, dropout (float): Of the optimiser and the network.
    seed (int): Of all that is random.
    RETURNS (Judge): The judge.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    keys = np.concatenate([each.keys for each in data])
    is_right = np.concatenate([each.is_right for each in data])
    group = np.concatenate([each.group for each in data])
    gains = held_out_gains(keys, is_right, group)
    features = np.concatenate([each.features for each in data])
    features = np.concatenate([features, gains[:, None]], axis=1)
    starts = np.cumsum([0] + [len(each.weight) for each in data])
    row = np.concatenate([each.row + start for each, start in zip(data, starts, strict=False)])
    weight = np.concatenate([each.weight for each in data])
    mean, spread = features.mean(0), features.std(0)
    scale = 1 / np.maximum(spread, 1e-3)
    inputs = torch.from_numpy((features - mean) * scale)
    ends = np.searchsorted(row, np.arange(len(weight) + 1))
    chances = weight / weight.sum()
    scorer = _Scorer(features.shape[1], hidden, dropout)
    optimizer = torch.optim.AdamW(scorer.parameters(), lr=learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    bar = tqdm(range(steps), desc="fit the judge", unit="step", disable=None)
    for _ in bar:
        places = rng.choice(len(weight), batch_places, p=chances)
        lengths = ends[places + 1] - ends[places]
        offsets = np.cumsum(lengths) - lengths
        members = np.arange(lengths.sum()) - np.repeat(offsets - ends[places], lengths)
        of = torch.from_numpy(np.repeat(np.arange(batch_places), lengths))
        loss = _loss(scorer(inputs[members]), of, torch.from_numpy(is_right[members]), batch_places)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if bar.n % 100 == 0:
            bar.set_postfix_str(f"loss {loss.item():.4f}")
    return Judge(
        Pairs.of(keys, is_right),
        mean=mean,
        scale=scale,
        first=_array(scorer.first.weight.T),
        first_bias=_array(scorer.first.bias),
        second=_array(scorer.second.weight.T),
        second_bias=_array(scorer.second.bias),
        last=_array(scorer.last.weight[0]),
        direct=_array(scorer.direct.weight[0]),
        bias=_array(scorer.direct.bias),
    )


def _loss(scores: Tensor, row: Tensor, is_right: Tensor, places: int) -> Tensor:
    # The softmax over the candidates of each place and what is written, which has the score 0.
    highest = scores.new_zeros(places).scatter_reduce(0, row, scores.detach(), "amax")
    total = (-highest).exp().index_add(0, row, (scores - highest[row]).exp())
    right = scores.new_zeros(places).index_add(0, row, scores * is_right)
    return (total.log() + highest - right).mean()


def _array(part: Tensor) -> np.ndarray:
    return part.detach().numpy().copy()
