"""Which strings are words or names: a set of fingerprints with a level of frequency each.

False alarms are mostly names and terms that a network has not read (美团, 阿司匹林); a list of words
settles many of them, and says of many errors that what is written is no word while what would be is.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from .alphabet import FIRST_CHARACTER, Alphabet

# A place is looked up in words of these lengths.
LENGTHS = (2, 3, 4, 5)
# A filter has so many times as many places as there are words, as a power of two.
FILTER_BITS = 2
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)


class Lexicon:
    """Words as 32-bit fingerprints: of strings that are no words, about one in ten thousand is taken
    for one.

    fingerprints (np.ndarray): Ascending, each once, uint32.
    levels (np.ndarray): round(log2(1 + frequency)) of each, at least 1, uint8.
    """

    def __init__(self, fingerprints: np.ndarray, levels: np.ndarray) -> None:
        self.fingerprints, self.levels = fingerprints, levels
        # Which beginnings fingerprints have: most strings are no words, which one look tells.
        bits = max(int(np.ceil(np.log2(max(len(fingerprints), 1)))), 1) + FILTER_BITS
        self._shift = np.uint32(max(32 - bits, 0))
        self._filter = np.zeros(1 << min(bits, 32), dtype=bool)
        self._filter[fingerprints >> self._shift] = True

    def __len__(self) -> int:
        return len(self.fingerprints)

    def arrays(self) -> dict[str, np.ndarray]:
        """RETURNS (dict): What the lexicon is made again of, by the names of the parameters."""
        return {"fingerprints": self.fingerprints, "levels": self.levels}

    def level(self, words: np.ndarray) -> np.ndarray:
        """Look strings up.

        words (np.ndarray): Symbols, shape (n, length).
        RETURNS (np.ndarray): Their levels, 0 for what is no word, uint8, shape (n,).
        """
        return self.level_of([words[:, place] for place in range(words.shape[1])])

    def level_of(self, columns: Sequence[np.ndarray]) -> np.ndarray:
        """Look strings up that lie apart: all first symbols in one array, all second in the next.

        columns (Sequence[np.ndarray]): Symbols, as many arrays as strings have, all of one shape.
        RETURNS (np.ndarray): The strings' levels, 0 for what is no word, uint8, same shape.
        """
        levels = np.zeros(columns[0].shape, dtype=np.uint8)
        if not len(self):
            return levels
        wanted = fingerprint(columns)
        possible = self._filter.take(wanted >> self._shift)
        # No word has anything else: what reaches into the text before must not be taken for one.
        for column in columns:
            possible &= column >= FIRST_CHARACTER
        at = np.flatnonzero(possible)
        wanted = wanted.reshape(-1)[at]
        places = np.minimum(self.fingerprints.searchsorted(wanted), len(self) - 1)
        there = self.fingerprints[places] == wanted
        levels.reshape(-1)[at[there]] = self.levels[places[there]]
        return levels


def fingerprint(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Fingerprints of strings of one length.

    columns (Sequence[np.ndarray]): Symbols, as many arrays as strings have, all of one shape.
    RETURNS (np.ndarray): uint32, same shape.
    """
    value = np.full(columns[0].shape, len(columns), dtype=np.uint64)
    for column in columns:
        value ^= column
        value *= _FACTOR
        value ^= value >> np.uint64(29)
    value *= _MIX
    return (value >> np.uint64(32)).astype(np.uint32)


def build_lexicon(
    words: Mapping[str, float] | Iterable[tuple[str, float]], alphabet: Alphabet
) -> Lexicon:
    """Make a lexicon.

    words (Mapping): Words with their frequencies. Those of other lengths than LENGTHS, or with
        something else than listed Chinese characters, are left out.
    alphabet (Alphabet): The symbols.
    RETURNS (Lexicon): The lexicon.
    """
    pairs = words.items() if isinstance(words, Mapping) else words
    by_length: dict[int, list[tuple[str, float]]] = {length: [] for length in LENGTHS}
    for word, frequency in pairs:
        if len(word) in by_length:
            by_length[len(word)].append((word, frequency))
    prints, levels = [], []
    for length, members in by_length.items():
        if not members:
            continue
        symbols = alphabet.encode("".join(word for word, _ in members)).reshape(-1, length)
        known = (symbols >= FIRST_CHARACTER).all(1)
        frequencies = np.array([frequency for _, frequency in members], dtype=np.float64)[known]
        prints.append(fingerprint(list(symbols[known].T)))
        levels.append(np.clip(np.round(np.log2(1 + frequencies)), 1, 255).astype(np.uint8))
    if not prints:
        return Lexicon(np.zeros(0, np.uint32), np.zeros(0, np.uint8))
    flat, level = np.concatenate(prints), np.concatenate(levels)
    order = np.lexsort((-level.astype(np.int64), flat))
    flat, level = flat[order], level[order]
    first = np.ones(len(flat), dtype=bool)
    first[1:] = flat[1:] != flat[:-1]
    return Lexicon(flat[first], level[first])
