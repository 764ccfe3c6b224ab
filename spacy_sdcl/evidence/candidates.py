"""Which places of texts are weighed, and which characters may stand there."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..types import Doubts
from .alphabet import FIRST_CHARACTER, NOTHING
from .likeness import Likeness
from .table import NgramTable

# The network's likeliest characters, and those that n-grams like better than what is written.
FROM_NETWORK = 8
FROM_NGRAMS = 5
# What the network did not list is taken to be so much less likely than the last that it did.
UNLISTED = 1.0
# Where the network gives the written character more than this, as a logarithm, the place is weighed
# only if n-grams like one of its few likeliest candidates better by this much.
LITTLE_DOUBT = float(np.log(0.98))
FEW = 4
LEAST_GAIN = 2.0
# Places whose look-alikes and homophones are scored at a time.
CHUNK = 512
# Places of little doubt that are looked at at a time: some 8 MB.
SURE_AT_ONCE = 2048


class Places(NamedTuple):
    """Places of some texts, with the characters that may stand there.

    symbols (np.ndarray): All texts, a boundary behind each, uint16, shape (symbols,).
    place (np.ndarray): Where each place is in `symbols`, ascending, shape (places,).
    text (np.ndarray): Which text it is in, same shape.
    start (np.ndarray): Its offset in that text, same shape.
    written (np.ndarray): The symbol that is written there, same shape.
    log_written (np.ndarray): The network's log probability of it, float32, same shape.
    candidates (np.ndarray): Other symbols, the network's first, the likeliest first, NOTHING behind
        the last one of each part, shape (places, FROM_NETWORK + FROM_NGRAMS).
    log_p (np.ndarray): The network's log probability of them, float32, same shape.
    around (np.ndarray): That of what is written two before, before, behind and two behind, as far as
        it is weighed itself, else 0, float32, shape (places, 4).
    """

    symbols: np.ndarray
    place: np.ndarray
    text: np.ndarray
    start: np.ndarray
    written: np.ndarray
    log_written: np.ndarray
    candidates: np.ndarray
    log_p: np.ndarray
    around: np.ndarray

    def part(self, rows: slice) -> "Places":
        """Some of the places.

        rows (slice): Which.
        RETURNS (Places): They, of the same texts.
        """
        symbols, *others = self
        return Places(symbols, *(each[rows] for each in others))

    @property
    def is_candidate(self) -> np.ndarray:
        """True where there is a candidate, bool, shape (places, candidates)."""
        return self.candidates > NOTHING


def find_places(
    texts: Sequence[str], doubts: Doubts, table: NgramTable, likeness: Likeness
) -> Places:
    """Lay out what is to be weighed.

    texts (Sequence[str]): The texts.
    doubts (Doubts): What the network predicts at the places where it has doubts.
    table (NgramTable): Its alphabet has the symbols; chooses further candidates.
    likeness (Likeness): What they are chosen from.
    RETURNS (Places): The places that hold a listed Chinese character, without those of little doubt
        at which n-grams like nothing better than what is written.
    """
    symbols = table.encode("".join(f"{text}\n" for text in texts_of_one_line(texts)))
    offsets = np.cumsum([0, *(len(text) + 1 for text in texts)], dtype=np.int64)
    place = offsets[doubts.text] + doubts.start
    written = symbols[place]
    named = table.alphabet.encode_points(doubts.candidates)
    listed = (named >= FIRST_CHARACTER) & (named != written[:, None])
    candidates, order = _pushed_left(named, listed, FROM_NETWORK)
    kept = written >= FIRST_CHARACTER
    sure = (kept & (doubts.log_written > LITTLE_DOUBT)).nonzero()[0]
    for start in range(0, len(sure), SURE_AT_ONCE):
        rows = sure[start : start + SURE_AT_ONCE]
        likely = candidates[rows, :FEW]
        gains = table.replacement_gains(symbols, place[rows], likely)
        gains[likely == NOTHING] = -np.inf
        kept[rows] = gains.max(1, initial=-np.inf) > LEAST_GAIN
    place, written, candidates = place[kept], written[kept], candidates[kept]
    log_p = np.take_along_axis(_widened(doubts.log_p[kept], FROM_NETWORK), order[kept], 1)
    floor = np.where(listed[kept], doubts.log_p[kept], 0).min(1, initial=0.0) - UNLISTED
    further = _liked_by_ngrams(symbols, place, candidates, table, likeness)
    return Places(
        symbols,
        place,
        doubts.text[kept],
        doubts.start[kept],
        written,
        doubts.log_written[kept],
        np.concatenate([candidates, further], axis=1),
        np.concatenate(
            [
                np.where(candidates > NOTHING, log_p, 0),
                np.where(further > NOTHING, floor[:, None], 0),
            ],
            axis=1,
            dtype=np.float32,
        ),
        _around(place, doubts.text[kept], doubts.log_written[kept]),
    )


def _around(place: np.ndarray, text: np.ndarray, log_written: np.ndarray) -> np.ndarray:
    # One step more between texts than their boundary: two before the first character is nothing.
    apart = place + text
    found = np.zeros((len(place), 4), dtype=np.float32)
    for column, distance in enumerate((-2, -1, 1, 2)):
        at = np.searchsorted(apart, apart + distance)
        at[at == len(apart)] = 0
        there = apart[at] == apart + distance
        found[there, column] = log_written[at[there]]
    return found


def texts_of_one_line(texts: Sequence[str]) -> list[str]:
    """Texts without line feeds, which would be the end of a sentence to n-grams: a text may be
    wrapped anywhere. Their lengths stay.
    """
    return [text.replace("\n", " ") for text in texts]


def _pushed_left(values: np.ndarray, kept: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    values, kept = _widened(values, width), _widened(kept, width)
    order = np.argsort(~kept, axis=1, kind="stable")[:, :width]
    rows = np.arange(len(order))[:, None]
    return np.where(kept[rows, order], values[rows, order], NOTHING).astype(np.uint16), order


def _widened(values: np.ndarray, width: int) -> np.ndarray:
    missing = width - values.shape[1]
    return np.pad(values, ((0, 0), (0, missing))) if missing > 0 else values


def _liked_by_ngrams(
    symbols: np.ndarray,
    place: np.ndarray,
    taken: np.ndarray,
    table: NgramTable,
    likeness: Likeness,
) -> np.ndarray:
    found = np.zeros((len(place), FROM_NGRAMS), dtype=np.uint16)
    alike = [likeness.of(symbol) for symbol in symbols[place].tolist()]
    order = np.argsort([len(each) for each in alike], kind="stable")
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        choices = np.zeros((len(rows), max(len(alike[rows[-1]]), 1)), dtype=np.uint16)
        for at, row in enumerate(rows):
            choices[at, : len(alike[row])] = alike[row]
        scores = table.replacement_gains(symbols, place[rows], choices)
        scores[choices == NOTHING] = -np.inf
        scores[(choices[:, :, None] == taken[rows][:, None, :]).any(2)] = -np.inf
        best = np.argsort(-scores, axis=1, kind="stable")[:, :FROM_NGRAMS]
        of = np.arange(len(rows))[:, None]
        found[rows, : best.shape[1]] = np.where(scores[of, best] > 0, choices[of, best], NOTHING)
    return found
