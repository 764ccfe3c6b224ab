"""Words and names that a text uses and the lexicon does not know: frequent, cohesive, free on both sides.

A string is a word if its parts come together far more often than by chance, and if what stands before and
after it varies (Sornil & Chaiwanarom 2004; Luo & Sun 2003 compare such measures for Chinese).
"""

from collections.abc import Sequence

import numpy as np

from .interpolation import number_of_characters
from .lexicon import LENGTHS, Lexicon
from .packing import ORDER
from .table import NgramTable

# A word occurs so often, at least, and once more for so many characters of the text.
LEAST, CHARACTERS_FOR_ONE = 3, 250_000
# The logarithm of how much oftener than by chance the parts of a word come together.
COHESION = 4.0
# The same where a part of two or more characters is a known word: 可能会 is none, 大三阳 is one.
COHESION_BESIDE_WORD = 7.0
# Characters that hardly any word has inside.
NEVER = "的了是和与及或在"
# The entropy, in nats, of the characters beside a word: three that are equally frequent have 1.1.
FREEDOM = 1.0
# A shorter text is taken for a part of one of so many characters: by itself, nothing in it is rare.
SHORT = 100_000
# A word is so many times as frequent as in other text.
KEYNESS = 5.0
# Characters that begin or end phrases, hardly ever words of their own.
NO_EDGE = "的了是在和与及或等也就都而这那有不我你您他她它们个为以于将被把对从到向由并且但如若则其之所者很更最已"


def find_new_words(
    sentences: Sequence[str], general: NgramTable, known: Lexicon, *, least: int | None = None
) -> dict[str, int]:
    """Find words that a lexicon does not have.

    sentences (Sequence[str]): The text.
    general (NgramTable): How frequent strings are elsewhere; words are of characters that it lists.
    known (Lexicon): The words that are known.
    least (int): How often a word must occur, or None to choose by the amount of text.
    RETURNS (dict[str, int]): The words with how often they occur, the most frequent first.
    """
    text = "\n" + "\n".join(sentences) + "\n"
    alphabet = general.alphabet
    symbols = alphabet.encode(text).astype(np.int64)
    least = LEAST + len(text) // CHARACTERS_FOR_ONE if least is None else least
    strings = _Strings(symbols, alphabet.chinese(), least)
    edges = np.zeros(len(alphabet), dtype=bool)
    edges[alphabet.encode(NO_EDGE)] = True
    never = alphabet.encode(NEVER)
    share = np.log(max(int(strings.chinese[symbols].sum()), 1)) - np.log(
        number_of_characters(general)
    )
    found: dict[str, int] = {}
    for length in LENGTHS:
        first, counts = strings.first[length], strings.counts[length]
        words = symbols[first[:, None] + np.arange(length)].astype(np.uint16)
        kept = ~edges[words[:, 0]] & ~edges[words[:, -1]] & (known.level(words) == 0)
        elsewhere = general.log_counts(words[:, :ORDER])
        kept &= np.log(counts) - elsewhere - share >= np.log(KEYNESS)
        cohesion = strings.cohesion(length)
        kept &= cohesion >= np.where(_has_word(words, known), COHESION_BESIDE_WORD, COHESION)
        kept &= ~np.isin(words, never).any(1)
        for side in (-1, length):
            kept &= strings.freedom(length, side) >= FREEDOM
        for place, count in zip(first[kept].tolist(), counts[kept].tolist(), strict=True):
            found[text[place : place + length]] = count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _has_word(strings: np.ndarray, known: Lexicon) -> np.ndarray:
    length = strings.shape[1]
    found = np.zeros(len(strings), dtype=bool)
    for start in range(length - 1):
        for end in range(start + 2, length + 1):
            if end - start < length:
                found |= known.level(strings[:, start:end]) > 0
    return found


class _Strings:
    """The frequent strings of Chinese characters of a text, by their length.

    symbols (np.ndarray): The text, with a boundary at both ends.
    chinese (np.ndarray): Which symbols are listed Chinese characters.
    least (int): How often a string must occur.
    """

    def __init__(self, symbols: np.ndarray, chinese: np.ndarray, least: int) -> None:
        self.symbols, self.chinese = symbols, chinese
        self.first: dict[int, np.ndarray] = {}
        self.counts: dict[int, np.ndarray] = {}
        # The number of the string of each length that begins at each place, -1 for none.
        self._number: dict[int, np.ndarray] = {}
        places = np.flatnonzero(chinese[symbols])
        shorter = symbols
        for length in range(1, max(LENGTHS) + 1):
            if length > 1:
                inside = places + 1 < len(symbols)
                places = places[inside]
                # What is frequent has frequent parts.
                places = places[self._number[length - 1][places + 1] >= 0]
            ends = symbols[places + length - 1]
            keys = shorter[places] * len(chinese) + ends
            _, at, number, counts = np.unique(
                keys, return_index=True, return_inverse=True, return_counts=True
            )
            often = counts >= least
            renumbered = np.where(often, np.cumsum(often) - 1, -1)
            numbers = np.full(len(symbols), -1, dtype=np.int64)
            numbers[places] = renumbered[number]
            self._number[length] = shorter = numbers
            self.first[length] = places[at[often]]
            self.counts[length] = counts[often]
            places = places[numbers[places] >= 0]

    def cohesion(self, length: int) -> np.ndarray:
        """How much oftener than by chance the two parts come together, where that is the least.

        length (int): The length of the strings.
        RETURNS (np.ndarray): Natural logarithms, one for each string.
        """
        first = self.first[length]
        total = np.log(max(int(self.chinese[self.symbols].sum()), SHORT))
        together = np.log(self.counts[length]) + total
        least = np.full(len(first), np.inf)
        for cut in range(1, length):
            before = self.counts[cut][self._number[cut][first]]
            after = self.counts[length - cut][self._number[length - cut][first + cut]]
            least = np.minimum(least, together - np.log(before) - np.log(after))
        return least

    def freedom(self, length: int, side: int) -> np.ndarray:
        """The entropy of what stands beside each string.

        length (int): The length of the strings.
        side (int): Where, from their first character.
        RETURNS (np.ndarray): Nats, one for each string. What is no Chinese character differs from
            every other: a word may always stand at the beginning of a line.
        """
        numbers = self._number[length]
        places = np.flatnonzero(numbers >= 0)
        beside = self.symbols[places + side]
        beside = np.where(self.chinese[beside], beside, len(self.chinese) + places)
        width = len(self.chinese) + len(self.symbols)
        pairs, counts = np.unique(numbers[places] * width + beside, return_counts=True)
        number = pairs // width
        shares = counts / self.counts[length][number]
        return np.bincount(number, -shares * np.log(shares), minlength=len(self.counts[length]))
