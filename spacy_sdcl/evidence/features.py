"""What the judge looks at: numbers for each candidate of each place, from all the evidence."""

from typing import NamedTuple

import numpy as np

from .alphabet import BOUNDARY, FIRST_CHARACTER
from .candidates import FROM_NETWORK, Places
from .lexicon import LENGTHS, Lexicon
from .likeness import Likeness
from .pairs import pair_keys
from .repetitions import MOST_REPETITIONS, pair_numbers, text_numbers, written_pairs
from .table import NgramTable
from .window import LOG_COUNT

# What the words of a place reach to on either side.
REACH = max(LENGTHS) - 1
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


def gather(
    places: Places,
    table: NgramTable,
    lexicon: Lexicon,
    likeness: Likeness,
    *,
    only: np.ndarray | None = None,
    pairs: np.ndarray | None = None,
) -> Evidences:
    """Look all the evidence up.

    places (Places): What is weighed.
    table (NgramTable): n-grams.
    lexicon (Lexicon): Words and names.
    likeness (Likeness): Sounds and shapes.
    only (np.ndarray): The column of the one candidate of each place that is looked up, beside no
        other, shape (places,); None for all candidates.
    pairs (np.ndarray): What `written_pairs` says of the texts, where that is known.
    RETURNS (Evidences): A row for each candidate.
    """
    is_candidate = places.is_candidate
    if only is None:
        row, column = np.nonzero(is_candidate)
        offered, at = places.candidates, column + 1
    else:
        row, column = np.arange(len(only)), only
        offered, at = places.candidates[row, column][:, None], np.ones_like(row)

    def lead(values: np.ndarray) -> np.ndarray:
        """How far each value is above the best of the others of its place, the written one's, 0, included."""
        # Beside nothing else, the lead is that over what is written.
        if only is not None:
            return values[:, 0]
        values = np.where(is_candidate, values, np.float32(NOWHERE))
        padded = np.concatenate([np.zeros((len(values), 1), values.dtype), values], axis=1)
        padded.sort(axis=1)
        own, best, second = values[row, column], padded[row, -1], padded[row, -2]
        return own - np.where(own == best, second, best)

    log_p = places.log_p if only is None else places.log_p[row, column][:, None]
    margin = log_p - places.log_written[:, None]
    scores = table.replacement_scores(places.symbols, places.place, offered)
    own = scores.own[:, 1:] - scores.own[:, :1]
    following = scores.following[:, 1:] - scores.following[:, :1]
    candidate = offered[row, at - 1]
    written = places.written[row]
    alike = likeness.compare(written, candidate)
    frequency = np.asarray(table.characters)[:, LOG_COUNT]
    windows = _windows(places)
    before, behind = windows[row, REACH - 1], windows[row, REACH + 1]
    words = word_levels(windows, lexicon, row, candidate)
    columns = [
        margin[row, at - 1],
        log_p[row, at - 1],
        places.log_written[row],
        lead(margin),
        column >= FROM_NETWORK,
        column == 0,
        (column == 1) | (column == 2),
        own[row, at - 1],
        following[row, at - 1],
        scores.own[row, 0],
        scores.following[row, 0],
        lead(own + following),
        *scores.log_counts[row, at].T,
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
        *np.log1p(repeated(places, windows, row, candidate, pairs)),
    ]
    features = np.empty((len(columns), len(row)), dtype=np.float32)
    for number, each in enumerate(columns):
        features[number] = each
    return Evidences(features.T, row, column, pair_keys(written, candidate))


def _windows(places: Places) -> np.ndarray:
    ends = np.full(REACH, BOUNDARY, dtype=places.symbols.dtype)
    around = np.concatenate([ends, places.symbols, ends])
    return around[places.place[:, None] + np.arange(2 * REACH + 1)]


def word_levels(
    windows: np.ndarray, lexicon: Lexicon, row: np.ndarray, candidate: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The levels of the commonest words that hold the place, by length.

    windows (np.ndarray): Symbols around each place, REACH on either side, shape (places, 2 * REACH + 1).
    lexicon (Lexicon): The words.
    row (np.ndarray): The place of each candidate, shape (candidates,).
    candidate (np.ndarray): The candidates' symbols, same shape.
    RETURNS (tuple): With each candidate, and as written, one array a length, shape (candidates,).
    """
    replaced = windows[row]
    replaced[:, REACH] = candidate
    # All at once: of a sentence there are few, and each look-up has its costs.
    every = np.concatenate([replaced, windows])
    with_candidate, as_written = [], []
    for length in LENGTHS:
        first = REACH - length + 1
        columns = [every[:, first + i : first + i + length] for i in range(length)]
        best = lexicon.level_of(columns).max(1)
        with_candidate.append(best[: len(row)])
        as_written.append(best[len(row) :][row])
    return with_candidate, as_written


def repeated(
    places: Places,
    windows: np.ndarray,
    row: np.ndarray,
    candidate: np.ndarray,
    pairs: np.ndarray | None = None,
) -> np.ndarray:
    """How often the pairs of the place's character and a neighbour occur elsewhere in the text.

    A name that no table knows comes again in its text.

    places (Places): The places.
    windows (np.ndarray): As above.
    row (np.ndarray): The place of each candidate, shape (candidates,).
    candidate (np.ndarray): The candidates' symbols, same shape.
    pairs (np.ndarray): What `written_pairs` says of the texts, where that is known.
    RETURNS (np.ndarray): As written, with the one before and with the one behind; the same with the
        candidate; float32, shape (4, candidates).
    """
    if pairs is None:
        pairs, text = written_pairs(places.symbols), text_numbers(places.symbols)[places.place]
    else:
        text = places.text
    before, written, behind = windows[:, REACH - 1 : REACH + 2].T
    keys = np.concatenate(
        [
            pair_numbers(text, before, written),
            pair_numbers(text, written, behind),
            pair_numbers(text[row], before[row], candidate),
            pair_numbers(text[row], candidate, behind[row]),
        ]
    )
    counts = pairs.searchsorted(keys, "right") - pairs.searchsorted(keys)
    own = 2 * len(text)
    elsewhere = np.maximum(counts[:own].reshape(2, -1) - 1, 0)[:, row]
    found = np.concatenate([elsewhere, counts[own:].reshape(2, -1)])
    return np.minimum(found, MOST_REPETITIONS).astype(np.float32)
