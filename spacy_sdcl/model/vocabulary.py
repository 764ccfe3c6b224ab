"""One id per character, so that ids and characters always align."""

from collections.abc import Iterable, Sequence

import numpy as np

from ..language.characters import is_cjk

PAD, UNK, CLS, SEP, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL_TOKENS = (PAD, UNK, CLS, SEP, MASK)


class Vocabulary:
    """The encoder's vocabulary, looked up character by character.

    A word-piece tokenizer joins "abc" and drops spaces, so that its pieces no longer say which
    character they stand for. Every character here has exactly one id: its own, that of its lower
    case, or that of [UNK].

    tokens (Sequence[str]): The vocabulary in the order of its ids, with the five special tokens.
    RAISES (ValueError): If a special token is missing.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = list(tokens)
        self._ids = {token: i for i, token in enumerate(self.tokens)}
        missing = [token for token in SPECIAL_TOKENS if token not in self._ids]
        if missing:
            raise ValueError(
                f"The vocabulary lacks {', '.join(missing)}: a BERT-type vocabulary holds "
                f"{', '.join(SPECIAL_TOKENS)}."
            )
        self.pad, self.unk, self.cls, self.sep, self.mask = (
            self._ids[token] for token in SPECIAL_TOKENS
        )
        # The only characters that are ever corrected, or corrected to.
        self.candidates = np.array(
            [i for i, token in enumerate(self.tokens) if is_cjk(token)], dtype=np.int64
        )
        self.is_candidate = np.zeros(len(self.tokens), dtype=bool)
        self.is_candidate[self.candidates] = True
        # The code points of tokens of one character, 0 of others.
        self.points = np.array(
            [ord(token) if len(token) == 1 else 0 for token in self.tokens], dtype=np.uint32
        )

    @classmethod
    def from_characters(cls, characters: Iterable[str]) -> "Vocabulary":
        """Make a vocabulary of the special tokens and the given characters.

        characters (Iterable[str]): Single characters, in the order of their ids; repeats are
            dropped.
        RETURNS (Vocabulary): The vocabulary.
        """
        return cls([*SPECIAL_TOKENS, *dict.fromkeys(characters)])

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> np.ndarray:
        """Look up each character of a text.

        text (str): Any text.
        RETURNS (np.ndarray): int64 ids, shape (len(text),).
        """
        return np.fromiter((self._lookup(char) for char in text), dtype=np.int64, count=len(text))

    def _lookup(self, char: str) -> int:
        found = self._ids.get(char)
        if found is None:
            found = self._ids[char] = self._ids.get(char.lower(), self.unk)
        return found
