"""Texts to padded batches of windows.

A text longer than the encoder's window is cut into pieces, at the end of a sentence where there is
one, and each piece is read with a margin of what is around it, so that every character is seen in
context. How a text is cut depends on that text alone.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch

from ..types import Pair
from .batches import PairBatch, TextBatch
from .vocabulary import Vocabulary

SENTENCE_ENDS = "。！？!?；;…\n"
CLAUSE_ENDS = "，、,：: "
# Share of the window that is read on either side of a piece, and as many characters at most: what a
# character depends on is in its sentence, however much an encoder could read.
MARGIN = 1 / 8
MOST_MARGIN = 24
# Windows that are longer than the shortest of a group by more than this are better read in another
# than padded to, once the group has so many characters that products with them are not slow.
MOST_STRETCH = 1.25
FEW_CHARACTERS = 128


class Window(NamedTuple):
    """A part of a text.

    text (int): Index of the text.
    start, end (int): What is read, in characters of the text.
    first, last (int): The part of it whose predictions are kept.
    """

    text: int
    start: int
    end: int
    first: int
    last: int


def cut_windows(text: str, size: int, *, number: int = 0) -> Iterator[Window]:
    """Cut a text into windows.

    text (str): A text of any length.
    size (int): Most characters in a window.
    number (int): The text's index.
    YIELDS (Window): Windows of at most `size` characters, whose kept parts are the text, each
        character once; none for the empty text.
    RAISES (ValueError): If not even one character fits in.
    """
    if size < 1:
        raise ValueError(f"A window must hold at least 1 character, not {size}.")
    length = len(text)
    margin = min(int(size * MARGIN), MOST_MARGIN) if length > size else 0
    longest = size - 2 * margin
    first = 0
    while first < length:
        last = first + longest
        last = length if last >= length else _best_cut(text, first + longest // 2, last)
        yield Window(number, max(0, first - margin), min(length, last + margin), first, last)
        first = last


def _best_cut(text: str, low: int, high: int) -> int:
    for ends in (SENTENCE_ENDS, CLAUSE_ENDS):
        cut = max(text.rfind(end, low, high) for end in ends)
        if cut >= 0:
            return cut + 1
    return high


def group_windows(
    windows: Sequence[Window], characters: int, *, pads: bool = True
) -> Iterator[list[Window]]:
    """Put windows of about one length together.

    windows (Sequence[Window]): Windows of any texts.
    characters (int): Characters in a group, padding among them, at most, unless one window has more.
    pads (bool): Whether windows of a group are padded to one length when they are read.
    YIELDS (list[Window]): The groups, shortest windows first.
    """
    group: list[Window] = []
    shortest = total = 0
    for window in sorted(windows, key=lambda w: w.end - w.start):
        # The windows ascend in length, so that the new one is the longest.
        length = window.end - window.start + 2
        full = (length * (len(group) + 1) if pads else total + length) > characters
        if group and (full or (pads and _stretched(shortest, length, len(group)))):
            yield group
            group, total = [], 0
        if not group:
            shortest = length
        group.append(window)
        total += length
    if group:
        yield group


def _stretched(shortest: int, longest: int, count: int) -> bool:
    return shortest * count >= FEW_CHARACTERS and longest > shortest * MOST_STRETCH


def encode_windows(
    windows: Sequence[Window], ids: Sequence[np.ndarray], vocabulary: Vocabulary
) -> TextBatch:
    """Lay windows into one padded array.

    windows (Sequence[Window]): The windows.
    ids (Sequence[np.ndarray]): The ids of all characters of each text, by the windows' indices.
    vocabulary (Vocabulary): Whose ids they are.
    RETURNS (TextBatch): The batch; wanted are the Chinese characters that have an id, in the
        kept parts of the windows.
    """
    longest = max(window.end - window.start for window in windows)
    input_ids = np.full((len(windows), longest + 2), vocabulary.pad, dtype=np.int64)
    kept = np.zeros(input_ids.shape, dtype=bool)
    input_ids[:, 0] = vocabulary.cls
    for row, (text, start, end, first, last) in enumerate(windows):
        input_ids[row, 1 : end - start + 1] = ids[text][start:end]
        input_ids[row, end - start + 1] = vocabulary.sep
        kept[row, first - start + 1 : last - start + 1] = True
    lengths = np.array([window.end - window.start + 2 for window in windows])
    attention_mask = np.arange(longest + 2) < lengths[:, None]
    return TextBatch(
        torch.from_numpy(input_ids),
        None if attention_mask.all() else torch.from_numpy(attention_mask),
        torch.from_numpy(kept & vocabulary.is_candidate[input_ids]),
    )


def encode_pairs(pairs: Sequence[Pair], vocabulary: Vocabulary, size: int) -> PairBatch:
    """Lay misspelt and correct texts into padded arrays.

    pairs (Sequence[Pair]): The texts; long ones are cut into windows.
    vocabulary (Vocabulary): The vocabulary.
    size (int): Most characters in a window.
    RETURNS (PairBatch): The batch. A character in the margin of two windows counts once; one
        whose correct form has no id counts nowhere.
    """
    windows = [
        window
        for number, pair in enumerate(pairs)
        for window in cut_windows(pair.source, size, number=number)
    ]
    source, target = (
        encode_windows(windows, [vocabulary.encode(text) for text in texts], vocabulary)
        for texts in ([pair.source for pair in pairs], [pair.target for pair in pairs])
    )
    is_character = np.zeros(source.input_ids.shape, dtype=bool)
    for row, (_, start, _, first, last) in enumerate(windows):
        is_character[row, first - start + 1 : last - start + 1] = True
    mask = source.attention_mask
    return PairBatch(
        source.input_ids,
        target.input_ids,
        torch.ones(source.input_ids.shape, dtype=torch.bool) if mask is None else mask,
        torch.from_numpy(is_character) & (target.input_ids != vocabulary.unk),
    )
