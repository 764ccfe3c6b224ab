"""What a network is not sure of, put together from the groups and parts that it reads."""

from collections.abc import Iterable, Sequence

import numpy as np

from ..types import Doubts
from .encoding import Window
from .predictions import Predictions

SMALLEST = np.float32(1e-30)


def doubts_of(group: Sequence[Window], found: Predictions, points: np.ndarray) -> Doubts:
    """Bring what was found in a group of windows to places of their texts.

    group (Sequence[Window]): The windows.
    found (Predictions): What was found in them.
    points (np.ndarray): The code points of the vocabulary's tokens.
    RETURNS (Doubts): The same, in the order of the windows.
    """
    places, ids, scores, source_scores = (part.cpu().numpy() for part in found)
    row, column = places.T
    text = np.array([window.text for window in group], dtype=np.int64)[row]
    start = np.array([window.start for window in group], dtype=np.int64)[row] + column - 1
    logs = (np.log(np.maximum(each, SMALLEST)) for each in (scores, source_scores))
    return Doubts(text, start, points[ids], *logs)


def join_doubts(parts: Iterable[Doubts]) -> Doubts:
    """Put parts together.

    parts (Iterable[Doubts]): Doubts, in the order of the texts.
    RETURNS (Doubts): All of them.
    """
    filled = [part for part in parts if len(part.text)]
    if not filled:
        none, rows = np.zeros(0, dtype=np.int64), np.zeros((0, 1), dtype=np.float32)
        return Doubts(none, none, rows.astype(np.uint32), rows, rows[:, 0])
    if len(filled) == 1:
        return filled[0]
    return Doubts(*(np.concatenate(columns) for columns in zip(*filled, strict=True)))


def in_order(doubts: Doubts) -> Doubts:
    """Put doubts into the order of the texts.

    doubts (Doubts): Doubts in any order.
    RETURNS (Doubts): The same.
    """
    order = np.lexsort((doubts.start, doubts.text))
    return Doubts(*(column[order] for column in doubts))
