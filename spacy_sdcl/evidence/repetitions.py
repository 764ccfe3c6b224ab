"""What comes again in a text: how often two characters stand side by side in it.

That is asked of the whole text, however it is weighed in parts, so that it is kept in few bytes.
"""

from collections.abc import Sequence

import numpy as np

from .alphabet import BOUNDARY, FIRST_CHARACTER
from .candidates import texts_of_one_line
from .stretches import Span
from .table import NgramTable

# What comes again more often says no more, and a judge that was fitted to sentences has not seen it.
MOST_REPETITIONS = 2
# Characters of a long text whose pairs are made at a time.
AT_ONCE = 65536


def pair_numbers(text: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """One number for each pair of characters and the text that it is in.

    text (np.ndarray): The number of the text, shape (pairs,).
    first, second (np.ndarray): Symbols, same shape.
    RETURNS (np.ndarray): uint64, same shape.
    """
    numbers = text.astype(np.uint64) << np.uint64(32)
    numbers |= first.astype(np.uint64) << np.uint64(16)
    numbers |= second.astype(np.uint64)
    return numbers


def written_pairs(symbols: np.ndarray) -> np.ndarray:
    """All pairs of neighbouring characters in texts.

    symbols (np.ndarray): All texts, a boundary behind each, shape (symbols,).
    RETURNS (np.ndarray): A number for each pair and the text that it is in, ascending, uint64.
    """
    at = np.flatnonzero(_are_pairs(symbols))
    return np.sort(pair_numbers(text_numbers(symbols)[at], symbols[at], symbols[at + 1]))


def text_numbers(symbols: np.ndarray) -> np.ndarray:
    """The number of the text that each character is in, by the boundaries before it.

    symbols (np.ndarray): As above.
    RETURNS (np.ndarray): int64, same shape.
    """
    return np.cumsum(symbols == BOUNDARY)


def _are_pairs(symbols: np.ndarray) -> np.ndarray:
    found: np.ndarray = (symbols[:-1] >= FIRST_CHARACTER) & (symbols[1:] >= FIRST_CHARACTER)
    return found


class Repetitions:
    """The pairs of texts that are weighed in parts.

    table (NgramTable): Its alphabet has the symbols.
    texts (Sequence[str]): The texts.
    """

    def __init__(self, table: NgramTable, texts: Sequence[str]) -> None:
        self._table = table
        self._texts = texts
        # Parts come in the order of the texts: of a long one, the pairs are made once.
        self._known: tuple[int, np.ndarray] | None = None

    def of(self, spans: Sequence[Span]) -> np.ndarray | None:
        """All pairs in the texts of some parts.

        spans (Sequence[Span]): The parts.
        RETURNS (np.ndarray): As `written_pairs`, by the number of the part instead of the text, but
            none more often than matters; None if the parts are whole texts, which hold all.
        """
        if all(self._is_whole(span) for span in spans):
            return None
        parts = [
            self._pairs(span.text).astype(np.uint64) | np.uint64(number << 32)
            for number, span in enumerate(spans)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _is_whole(self, span: Span) -> bool:
        return span.start == 0 and span.end == len(self._texts[span.text])

    def _pairs(self, number: int) -> np.ndarray:
        if self._known is None or self._known[0] != number:
            self._known = None
            self._known = number, pairs_of_text(self._table, self._texts[number])
        return self._known[1]


def pairs_of_text(table: NgramTable, text: str) -> np.ndarray:
    """All pairs of neighbouring characters in a text, which may be long.

    table (NgramTable): Its alphabet has the symbols.
    text (str): The text.
    RETURNS (np.ndarray): A number for each pair, ascending, uint32; what comes again more than
        MOST_REPETITIONS times is there once more than that.
    """
    pairs = np.empty(len(text), dtype=np.uint32)
    count = 0
    for start in range(0, len(text), AT_ONCE):
        [line] = texts_of_one_line([text[start : start + AT_ONCE + 1]])
        symbols = table.encode(line)
        some = symbols[:-1].astype(np.uint32) << np.uint32(16) | symbols[1:]
        some = some[_are_pairs(symbols)]
        pairs[count : count + len(some)] = some
        count += len(some)
    pairs = pairs[:count]
    pairs.sort()
    kept = np.ones(count, dtype=bool)
    most = MOST_REPETITIONS + 1
    kept[most:] = pairs[most:] != pairs[:-most]
    return pairs[kept]
