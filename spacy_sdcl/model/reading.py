"""Texts of any length through a network: what it predicts at each place of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

import numpy as np
from thinc.api import ArgsKwargs, Model, deserialize_attr, serialize_attr
from thinc.types import Floats1d

from ..types import Candidate, CharPrediction, Doubts, Pair
from .encoding import Window, cut_windows, encode_windows, group_windows
from .network import SDCLNetwork
from .predictions import Predictions, find_doubts, find_predictions, reader_of
from .threads import note_threads

# Texts to correct, or in training pairs; predictions for each text, or the three losses.
InT = Sequence[str] | Sequence[Pair]
OutT = list[list[CharPrediction]] | Floats1d
SDCLModel = Model[InT, OutT]

# Beyond this the network is sure: evidence that says otherwise is next to never right.
DOUBT = 0.998
# Above any probability: all places are named.
EVERYWHERE = 1.1
SMALLEST = np.float32(1e-30)
# Windows that are encoded at a time: a bound on memory however long the texts are.
WINDOWS_AT_ONCE = 2048


@dataclass(frozen=True)
class PredictionSettings:
    """How texts are read. Not stored with the weights: what the config says when they are loaded holds.

    batch_characters (int): Padded characters that are read at once.
    quantization (str): "int8", or None for full precision.
    """

    batch_characters: int
    quantization: str | None


@serialize_attr.register(PredictionSettings)
def _serialize_settings(_: Any, value: Any, name: str, model: SDCLModel) -> bytes:
    return b""


@deserialize_attr.register(PredictionSettings)
def _deserialize_settings(
    settings: PredictionSettings, value: bytes, name: str, model: SDCLModel
) -> PredictionSettings:
    return settings


def get_network(model: SDCLModel) -> SDCLNetwork | None:
    """The model's network.

    model (Model): The model.
    RETURNS (SDCLNetwork): The network; None before initialisation.
    """
    return model.shims[0]._model


def read_doubts(model: SDCLModel, texts: Sequence[str], *, doubt: float = DOUBT) -> Doubts:
    """Read texts for whoever weighs what the network says with other evidence.

    model (Model): The model; it must have a network.
    texts (Sequence[str]): The texts.
    doubt (float): Places where the written character has less than this probability are named.
    RETURNS (Doubts): The places of all texts.
    """
    note_threads()
    points = cast(SDCLNetwork, get_network(model)).vocabulary.points
    parts = []
    for group, found in _read(model, texts, find_doubts, doubt=doubt):
        places, ids, scores, source_scores = (part.cpu().numpy() for part in found)
        row, column = places.T
        text = np.array([window.text for window in group], dtype=np.int64)[row]
        start = np.array([window.start for window in group], dtype=np.int64)[row] + column - 1
        logs = (np.log(np.maximum(each, SMALLEST)) for each in (scores, source_scores))
        parts.append((text, start, points[ids], *logs))
    if not parts:
        empty, rows = np.zeros(0, dtype=np.int64), np.zeros((0, 1), dtype=np.float32)
        return Doubts(empty, empty, rows.astype(np.uint32), rows, rows[:, 0])
    columns = [np.concatenate(part) for part in zip(*parts, strict=True)]
    order = np.lexsort((columns[1], columns[0]))
    return Doubts(*(column[order] for column in columns))


def predict_texts(model: SDCLModel, texts: Sequence[str]) -> list[list[CharPrediction]]:
    """Find the places where another character is likelier than the written one.

    model (Model): The model; it must have a network.
    texts (Sequence[str]): The texts.
    RETURNS (list): The predictions for each text, in its order.
    """
    tokens = cast(SDCLNetwork, get_network(model)).vocabulary.tokens
    found: list[list[CharPrediction]] = [[] for _ in texts]
    for group, predictions in _read(model, texts, find_predictions):
        columns = (part.tolist() for part in predictions)
        for (row, column), targets, scores, source_score in zip(*columns, strict=True):
            window = group[row]
            start = window.start + column - 1
            candidates = tuple(map(Candidate, (tokens[i] for i in targets), scores))
            found[window.text].append(CharPrediction(start, candidates, source_score))
    for each in found:
        each.sort()
    return found


def _read(
    model: SDCLModel, texts: Sequence[str], find: Callable[..., Predictions], **settings: Any
) -> Iterator[tuple[list[Window], Predictions]]:
    network = cast(SDCLNetwork, get_network(model))
    ids = [network.vocabulary.encode(text) for text in texts]
    is_candidate = network.vocabulary.is_candidate
    prediction: PredictionSettings = model.attrs["prediction"]
    # Text without Chinese has nothing to correct.
    windows = (
        window
        for number, text in enumerate(texts)
        for window in cut_windows(text, network.window, number=number)
        if is_candidate[ids[number][window.first : window.last]].any()
    )
    options = {"quantization": prediction.quantization, **settings}
    while some := list(islice(windows, WINDOWS_AT_ONCE)):
        pads = reader_of(network, quantization=prediction.quantization).pads
        for group in group_windows(some, prediction.batch_characters, pads=pads):
            batch = encode_windows(group, ids, network.vocabulary)
            yield group, model.shims[0].predict(ArgsKwargs(args=(batch, find), kwargs=options))
