"""Predictions of a network: where another character is likelier than the written one."""

from typing import NamedTuple

import torch
from torch import Tensor

from .batches import TextBatch
from .network import SDCLNetwork
from .reader import PLACES_AT_ONCE, Reader

# So many characters are named at a place where another than the written one is likelier.
CANDIDATES = 10


class Predictions(NamedTuple):
    """The places where another character is likelier than the written one, in order of the batch.

    places (Tensor): Row and column of each in the batch, shape (found, 2).
    ids (Tensor): The likeliest characters, the likeliest first, shape (found, CANDIDATES).
    scores (Tensor): Their probabilities among all candidates, same shape.
    source_scores (Tensor): The probability of the written character, shape (found,).
    """

    places: Tensor
    ids: Tensor
    scores: Tensor
    source_scores: Tensor


def find_predictions(
    network: SDCLNetwork, batch: TextBatch, *, quantization: str | None = None
) -> Predictions:
    """Find the wanted places where another character is likelier than the written one.

    network (SDCLNetwork): The network.
    batch (TextBatch): The windows, on the network's device.
    quantization (str): "int8", or None for full precision.
    RETURNS (Predictions): The places, the likeliest characters and their probabilities.
    """
    reader = reader_of(network, quantization=quantization)
    states = reader.states(*batch)
    written = network.candidate_index[batch.input_ids[batch.is_wanted]]
    differing = (reader.best(states) != written).nonzero().squeeze(1)
    # Probabilities are computed where something differs only.
    probabilities = reader.logits(states[differing]).float().softmax(dim=-1)
    best = probabilities.topk(min(CANDIDATES, len(network.candidates)), dim=-1)
    return Predictions(
        places=batch.is_wanted.nonzero()[differing],
        ids=network.candidates[best.indices],
        scores=best.values,
        source_scores=probabilities.gather(1, written[differing].unsqueeze(1)).squeeze(1),
    )


def find_doubts(
    network: SDCLNetwork, batch: TextBatch, *, quantization: str | None = None, doubt: float
) -> Predictions:
    """Find the wanted places where the written character is not sure, be it the likeliest or not.

    network (SDCLNetwork): The network.
    batch (TextBatch): The windows, on the network's device.
    quantization (str): As in `make_product`.
    doubt (float): Places where the written character has less than this probability are named.
    RETURNS (Predictions): The places, the likeliest characters and their probabilities.
    """
    reader = reader_of(network, quantization=quantization)
    states = reader.states(*batch)
    written = network.candidate_index[batch.input_ids[batch.is_wanted]]
    parts = []
    for start in range(0, len(states), PLACES_AT_ONCE):
        # One pass, where `logsumexp` takes several.
        probabilities = reader.logits(states[start : start + PLACES_AT_ONCE]).float().softmax(-1)
        own = probabilities.gather(1, written[start : start + PLACES_AT_ONCE, None]).squeeze(1)
        doubtful = (own < doubt).nonzero().squeeze(1)
        best = probabilities[doubtful].topk(min(CANDIDATES, len(network.candidates)), dim=-1)
        parts.append((doubtful + start, best.indices, best.values, own[doubtful]))
    found, indices, scores, source_scores = (torch.cat(part) for part in zip(*parts, strict=True))
    return Predictions(
        places=batch.is_wanted.nonzero()[found],
        ids=network.candidates[indices],
        scores=scores,
        source_scores=source_scores,
    )


def reader_of(network: SDCLNetwork, *, quantization: str | None = None) -> Reader:
    """The network laid out for reading: made at the first use and after each change of weights.

    network (SDCLNetwork): The network, which keeps it.
    quantization (str): As in `make_product`.
    RETURNS (Reader): The reader.
    """
    reader = network.derived.get("reader")
    if reader is None or not reader.is_current(quantization):
        reader = network.derived["reader"] = Reader(network, quantization=quantization)
    return reader
