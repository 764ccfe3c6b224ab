"""What the judge looks at: numbers for each candidate of each place, from all the evidence."""

from typing import NamedTuple

import numpy as np

from .alphabet import BOUNDARY, FIRST_CHARACTER
from .candidates import FROM_NETWORK, Places
from .lexicon import LENGTHS, Lexicon
from .likeness import Likeness
from .pairs import pair_keys
from .table import NgramTable
from .window import LOG_COUNT

# What comes again more often says no more, and a judge that was fitted to sentences has not seen it.
MOST_REPETITIONS = 2
# Below every difference of logarithms that occurs.
NOWHERE = -1e4
# The columns, by the evidence that they are of.
_LOG_COUNTS = tuple(f"{order}-gram {position}" for order in (2, 3, 4) for position in range(order))
NAMES = (
    "network: margin",
    "network: log p",
    "network: log p of the written",
    "network: lead over the next",
    "network: not listed",
    "network: rank 1",
    "network: rank 2 or 3",
    "n-grams: gain, itself",
    "n-grams: gain, what follows",
    "n-grams: written, itself",
    "n-grams: written, what follows",
    "n-grams: lead over the next",
    *(f"n-grams: {name}" for name in _LOG_COUNTS),
    *(f"n-grams: {name}, written" for name in _LOG_COUNTS),
    "frequency",
    "frequency of the written",
    "sound: same",
    "sound: other tone",
    "sound: near",
    "shape",
    "alike in nothing",
    *(f"word of {length}" for length in LENGTHS),
    *(f"word of {length}, written" for length in LENGTHS),
    "doubt two before",
    "doubt before",
    "doubt behind",
    "doubt two behind",
    "a boundary before",
    "a boundary behind",
    "written like the one before",
    "written like the one behind",
    "candidate like the one before",
    "candidate like the one behind",
    "written in the text, with the one before",
    "written in the text, with the one behind",
    "candidate in the text, with the one before",
    "candidate in the text, with the one behind",
)


class Evidences(NamedTuple):
    """The features of candidates, float32, shape (candidates, len(NAMES)), and where each stands.

    row (np.ndarray): The place of each, shape (candidates,).
    column (np.ndarray): Its column among the candidates of the place, same shape.
    keys (np.ndarray): The pair of what is written and the candidate, uint32, same shape.
    """

    features: np.ndarray
    row: np.ndarray
    column: np.ndarray
    keys: np.ndarray


def gather(places: Places, table: NgramTable, lexicon: Lexicon, likeness: Likeness) -> Evidences:
    """Look all the evidence up.

    places (Places): What is weighed.
    table (NgramTable): n-grams.
    lexicon (Lexicon): Words and names.
    likeness (Likeness): Sounds and shapes.
    RETURNS (Evidences): A row for each candidate.
    """
    is_candidate = places.is_candidate
    row, column = np.nonzero(is_candidate)
    count = places.candidates.shape[1]

    def of_candidates(values: np.ndarray) -> np.ndarray:
        return values[row, column]

    def lead(values: np.ndarray) -> np.ndarray:
        """How far each value is above the best of the others of its place, the written one's, 0, included."""
        # Beside nothing else, the lead is that over what is written.
        values = np.where(is_candidate, values, np.float32(NOWHERE))
        padded = np.concatenate([np.zeros((len(values), 1), values.dtype), values], axis=1)
        two = np.sort(padded, axis=1)[:, -2:] if count else padded[:, [0, 0]]
        best, second = two[:, 1:], two[:, :1]
        return np.where(values == best, values - second, values - best)

    margin = places.log_p - places.log_written[:, None]
    scores = table.replacement_scores(places.symbols, places.place, places.candidates)
    own = scores.own[:, 1:] - scores.own[:, :1]
    following = scores.following[:, 1:] - scores.following[:, :1]
    candidate = of_candidates(places.candidates)
    written = places.written[row]
    alike = likeness.compare(written, candidate)
    frequency = np.asarray(table.characters)[:, LOG_COUNT]
    symbols = np.concatenate([[BOUNDARY], places.symbols, [BOUNDARY]])
    before, behind = symbols[places.place][row], symbols[places.place + 2][row]
    words = word_levels(places, lexicon, row, candidate)
    columns = [
        of_candidates(margin),
        of_candidates(places.log_p),
        places.log_written[row],
        of_candidates(lead(margin)),
        column >= FROM_NETWORK,
        column == 0,
        (column == 1) | (column == 2),
        of_candidates(own),
        of_candidates(following),
        scores.own[row, 0],
        scores.following[row, 0],
        of_candidates(lead(own + following)),
        *scores.log_counts[row, column + 1].T,
        *scores.log_counts[row, 0].T,
        frequency[candidate],
        frequency[written],
        *alike,
        (alike.homophone + alike.other_tone + alike.near + alike.look) == 0,
        *words[0],
        *words[1],
        *places.around[row].T,
        before < FIRST_CHARACTER,
        behind < FIRST_CHARACTER,
        written == before,
        written == behind,
        candidate == before,
        candidate == behind,
        *np.log1p(repeated(places, row, candidate)),
    ]
    return Evidences(
        np.stack([each.astype(np.float32) for each in columns], 1),
        row,
        column,
        pair_keys(written, candidate),
    )


def word_levels(
    places: Places, lexicon: Lexicon, row: np.ndarray, candidate: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The levels of the commonest words that hold the place, by length.

    places (Places): The places.
    lexicon (Lexicon): The words.
    row (np.ndarray): The place of each candidate, shape (candidates,).
    candidate (np.ndarray): The candidates' symbols, same shape.
    RETURNS (tuple): With each candidate, and as written, one array a length, shape (candidates,).
    """
    reach = max(LENGTHS) - 1
    ends = np.full(reach, BOUNDARY, dtype=places.symbols.dtype)
    around = np.concatenate([ends, places.symbols, ends])
    windows = around[places.place[:, None] + np.arange(2 * reach + 1)]
    replaced = windows[row]
    replaced[:, reach] = candidate
    # All at once: of a sentence there are few, and each look-up has its costs.
    every = np.concatenate([replaced, windows])
    with_candidate, as_written = [], []
    for length in LENGTHS:
        starts = np.arange(reach - length + 1, reach + 1)
        parts = every[:, starts[:, None] + np.arange(length)]
        best = lexicon.level(parts.reshape(-1, length)).reshape(len(every), length).max(1)
        with_candidate.append(best[: len(row)])
        as_written.append(best[len(row) :][row])
    return with_candidate, as_written


def repeated(places: Places, row: np.ndarray, candidate: np.ndarray) -> list[np.ndarray]:
    """How often the pairs of the place's character and a neighbour occur elsewhere in the text.

    A name that no table knows comes again in its text.

    places (Places): The places.
    row (np.ndarray): The place of each candidate, shape (candidates,).
    candidate (np.ndarray): The candidates' symbols, same shape.
    RETURNS (list[np.ndarray]): As written, with the one before and with the one behind; the same
        with the candidate; each float32, shape (candidates,).
    """
    symbols = places.symbols.astype(np.uint64)
    number = np.cumsum(np.concatenate([[0], places.symbols[:-1] == BOUNDARY])).astype(np.uint64)
    inside = (places.symbols[:-1] >= FIRST_CHARACTER) & (places.symbols[1:] >= FIRST_CHARACTER)
    pairs = (number[:-1] << np.uint64(32) | symbols[:-1] << np.uint64(16) | symbols[1:])[inside]
    known, counts = np.unique(pairs, return_counts=True)
    around = np.concatenate([[BOUNDARY], places.symbols, [BOUNDARY]]).astype(np.uint64)
    text = number[places.place] << np.uint64(32)
    before, behind = around[places.place], around[places.place + 2]
    written = places.written.astype(np.uint64)
    found = []
    for first, second, own in (
        (before, written, 1),
        (written, behind, 1),
        (before[row], candidate, 0),
        (candidate, behind[row], 0),
    ):
        of = text if own else text[row]
        keys = of | first.astype(np.uint64) << np.uint64(16) | second.astype(np.uint64)
        at = np.minimum(np.searchsorted(known, keys), max(len(known) - 1, 0))
        there = known[at] == keys if len(known) else np.zeros(len(keys), dtype=bool)
        number_of = np.where(there, counts[at] - own if len(known) else 0, 0)
        number_of = np.minimum(number_of, MOST_REPETITIONS).astype(np.float32)
        found.append(number_of[row] if own else number_of)
    return found
