"""The symbols that n-grams are made of: characters, and classes of characters."""

from collections.abc import Iterable

import numpy as np

from ..language.characters import CJK_RANGES, is_cjk

# What is not a character: "nothing" pads short n-grams; the boundary stands around each sentence.
NOTHING, BOUNDARY, DIGIT, LATIN, OTHER_HAN, OTHER = range(6)
FIRST_CHARACTER = 6
# A symbol has 16 bits, so that four of them are one uint64.
MAX_SYMBOLS = 2**16 - 1

DIGIT_RANGES = (("0", "9"), ("０", "９"))
LATIN_RANGES = (("A", "Z"), ("a", "z"), ("À", "ɏ"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
# Beyond the last plane with Chinese characters, all code points are of the class of the others.
_TABLE_SIZE = CJK_RANGES[-1][1] + 2


class Alphabet:
    """Maps characters to symbols, so that n-grams have few kinds of them.

    Digits are one symbol, Latin letters another; characters that are not listed are "another Chinese
    character" or "another character". A line feed is the boundary of sentences.

    characters (Iterable[str]): Single characters, in the order of their symbols; repeats, digits,
        Latin letters, and what stands behind all Chinese characters in Unicode are left out.
    RAISES (ValueError): If there are more than fit into 16 bits, or one is no single character.
    """

    def __init__(self, characters: Iterable[str]) -> None:
        table = np.full(_TABLE_SIZE, OTHER, dtype=np.uint16)
        for first, last in CJK_RANGES:
            table[first : last + 1] = OTHER_HAN
        for symbol, ranges in ((DIGIT, DIGIT_RANGES), (LATIN, LATIN_RANGES)):
            for start, end in ranges:
                table[ord(start) : ord(end) + 1] = symbol
        table[ord("\n")] = BOUNDARY
        listed = list(dict.fromkeys(characters))
        wrong = [char for char in listed if len(char) != 1]
        if wrong:
            raise ValueError(
                f"An alphabet is of single characters, and {wrong[0]!r} is not one: leave special "
                "tokens of a vocabulary out."
            )
        self.characters = "".join(
            char
            for char in listed
            if ord(char) < _TABLE_SIZE - 1 and table[ord(char)] in (OTHER_HAN, OTHER)
        )
        if FIRST_CHARACTER + len(self.characters) > MAX_SYMBOLS:
            raise ValueError(
                f"An alphabet has at most {MAX_SYMBOLS - FIRST_CHARACTER} characters, not "
                f"{len(self.characters)}: take the commonest ones."
            )
        points = np.array([ord(char) for char in self.characters], dtype=np.int64)
        table[points] = np.arange(FIRST_CHARACTER, FIRST_CHARACTER + len(points))
        self._table = table

    def __len__(self) -> int:
        """Number of symbols, with those that are not characters."""
        return FIRST_CHARACTER + len(self.characters)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alphabet) and self.characters == other.characters

    def __hash__(self) -> int:
        return hash(self.characters)

    def chinese(self) -> np.ndarray:
        """RETURNS (np.ndarray): Which symbols are listed Chinese characters, bool, shape (symbols,)."""
        listed = [is_cjk(char) for char in self.characters]
        return np.array([False] * FIRST_CHARACTER + listed, dtype=bool)

    def encode(self, text: str) -> np.ndarray:
        """Map each character of a text to its symbol.

        text (str): Any text.
        RETURNS (np.ndarray): uint16 symbols, shape (len(text),).
        """
        return self.encode_points(
            np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        )

    def encode_points(self, points: np.ndarray) -> np.ndarray:
        """Map code points to symbols.

        points (np.ndarray): Code points, of any shape.
        RETURNS (np.ndarray): uint16 symbols, same shape.
        """
        return self._table[np.minimum(points, _TABLE_SIZE - 1)]
