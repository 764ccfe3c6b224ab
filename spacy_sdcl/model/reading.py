"""Texts of any length through a network: what it predicts at each place of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

import numpy as np
from thinc.api import ArgsKwargs, Model, deserialize_attr, serialize_attr
from thinc.types import Floats1d

from ..types import Candidate, CharPrediction, Doubts, Pair, ReadPart
from .doubts import doubts_of, in_order, join_doubts
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
# What is read at a time, so that memory is bounded however long the texts are: so many windows, or as
# many characters as so many full groups have.
WINDOWS_AT_ONCE = 2048
GROUPS_AT_ONCE = 16


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
    parts = (part.doubts for part in read_in_parts(model, texts, doubt=doubt))
    return join_doubts(parts)


def read_in_parts(
    model: SDCLModel, texts: Sequence[str], *, doubt: float = DOUBT
) -> Iterator[ReadPart]:
    """Do what `read_doubts` does, part after part: of a long text, few places are in memory at a time.

    model, texts, doubt: As above.
    YIELDS (ReadPart): Parts, the last of which ends behind the last text.
    """
    note_threads()
    points = cast(SDCLNetwork, get_network(model)).vocabulary.points
    for text, end, groups in _read(model, texts, find_doubts, doubt=doubt):
        parts = (doubts_of(group, found, points) for group, found in groups)
        yield ReadPart(in_order(join_doubts(parts)), text, end)


def predict_texts(model: SDCLModel, texts: Sequence[str]) -> list[list[CharPrediction]]:
    """Find the places where another character is likelier than the written one.

    model (Model): The model; it must have a network.
    texts (Sequence[str]): The texts.
    RETURNS (list): The predictions for each text, in its order.
    """
    tokens = cast(SDCLNetwork, get_network(model)).vocabulary.tokens
    found: list[list[CharPrediction]] = [[] for _ in texts]
    everything = chain.from_iterable(groups for *_, groups in _read(model, texts, find_predictions))
    for group, predictions in everything:
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
) -> Iterator[tuple[int, int, Iterator[tuple[list[Window], Predictions]]]]:
    """Read texts in parts: of each, up to where it goes, as a `ReadPart` has it, and what is found."""
    network = cast(SDCLNetwork, get_network(model))
    prediction: PredictionSettings = model.attrs["prediction"]
    options = {"quantization": prediction.quantization, **settings}
    # Of a long text they are there as long as it is read.
    ids = [network.vocabulary.encode(text).astype(np.int32) for text in texts]
    is_candidate = network.vocabulary.is_candidate
    most = GROUPS_AT_ONCE * prediction.batch_characters

    def read(windows: Sequence[Window]) -> Iterator[tuple[list[Window], Predictions]]:
        pads = reader_of(network, quantization=prediction.quantization).pads
        for group in group_windows(windows, prediction.batch_characters, pads=pads):
            batch = encode_windows(group, ids, network.vocabulary)
            yield group, model.shims[0].predict(ArgsKwargs(args=(batch, find), kwargs=options))

    windows: list[Window] = []
    characters = 0
    for number, text in enumerate(texts):
        for window in cut_windows(text, network.window, number=number):
            # Text without Chinese has nothing to correct.
            if is_candidate[ids[number][window.first : window.last]].any():
                windows.append(window)
            characters += window.end - window.start
            if len(windows) == WINDOWS_AT_ONCE or characters >= most:
                yield number, window.last, read(windows)
                windows, characters = [], 0
    yield len(texts), 0, read(windows)
