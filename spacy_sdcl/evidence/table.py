"""The n-gram model in its compact form: one memory-mapped file, looked up in batches."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..data.records import atomic_path
from ..model.storage import Kind, Stored, open_stored, pack, unpack
from . import buckets
from .alphabet import BOUNDARY, FIRST_CHARACTER, NOTHING, Alphabet
from .codebook import make_codebook
from .kneser_ney import Estimate
from .levels import Levels
from .packing import ORDER
from .window import LOG_P, Window

# How the columns of the codebooks are scaled while they are made: an error in the logarithm of a
# probability or of a back-off weight matters alike, one in that of a count less.
_SCALES = np.array([1.0, 1.0, 0.25])
_ARRAYS = ("characters", "book", "lengths", "words")
NGRAMS = Kind(
    key="ngrams",
    what="table of n-grams",
    format=2,
    sealed=2,
    remedy="Make it anew from counts, or install or copy the evidence again.",
)


class Replacements(NamedTuple):
    """What n-grams say of characters in the places of others.

    Of each place, the first column is the character as written, the others are its candidates.

    own (np.ndarray): Log probability of the character after those before it, shape (places,
        candidates + 1), float32.
    following (np.ndarray): That of the up to three characters after it, summed up.
    log_counts (np.ndarray): log(1 + count) of the n-grams that hold the place, shape (places,
        candidates + 1, 9): of two characters with the place last, first; of three with it last, in
        the middle, first; of four likewise. 0 for those that the table does not know.
    """

    own: np.ndarray
    following: np.ndarray
    log_counts: np.ndarray


class NgramTable:
    """Log probabilities and counts of character n-grams.

    An n-gram that is not in the table has its probability from shorter ones. All n-grams that an
    n-gram in the table contains are in it too, so longer ones are asked for only where shorter ones
    are known: that saves most of the look-ups, and most of the mistakes of fingerprints.

    alphabet (Alphabet): The symbols.
    characters (np.ndarray): Log probability, log back-off weight and log(1 + count) of each symbol,
        float32, shape (symbols, 3).
    book (np.ndarray): The same of each code that longer n-grams have, shape (codes, 3).
    lengths (np.ndarray): The length of the n-grams that have each code, uint8. A fingerprint that is
        taken for another one mostly gives a code of another length, and is so found out.
    words (np.ndarray): The hash table from n-grams to codes.
    """

    def __init__(
        self,
        alphabet: Alphabet,
        characters: np.ndarray,
        book: np.ndarray,
        lengths: np.ndarray,
        words: np.ndarray,
    ) -> None:
        self.alphabet = alphabet
        self.characters = characters
        self.book = book
        self.lengths = lengths
        self.words = words
        # Columns of their own: a look-up reads one number, not three.
        self.symbol_columns = np.ascontiguousarray(characters.T)
        self.code_columns = np.ascontiguousarray(book.T)

    @classmethod
    def make(
        cls, alphabet: Alphabet, levels: Levels, estimates: Sequence[Estimate]
    ) -> "NgramTable":
        """Make the compact form of a model.

        alphabet (Alphabet): The symbols.
        levels (Levels): The n-grams kept.
        estimates (Sequence[Estimate]): What the model says of them.
        RETURNS (NgramTable): The table.
        """
        values = [
            np.stack(
                [
                    np.log(np.maximum(of.probabilities, 1e-30)),
                    np.log(of.back_off),
                    np.log1p(level.counts),
                ],
                axis=1,
            )
            for level, of in zip(levels, estimates, strict=True)
        ]
        # These two are never predicted.
        values[0][[NOTHING, BOUNDARY], LOG_P] = 0.0
        longer = np.concatenate(values[1:])
        weights = np.sqrt(np.concatenate([level.counts for level in levels[1:]]).astype(float))
        length = np.repeat(np.arange(2, ORDER + 1), [len(level.keys) for level in levels[1:]])
        groups = [np.flatnonzero(length == of) for of in range(2, ORDER + 1)]
        centres, cells = make_codebook(
            longer * _SCALES, weights, [group for group in groups if len(group)], buckets.MAX_CODE
        )
        # Code 0 is that of unknown n-grams: no back-off, no count.
        book = np.zeros((len(centres) + 1, 3), dtype=np.float32)
        book[1:] = centres / _SCALES
        lengths = np.zeros(len(book), dtype=np.uint8)
        lengths[cells + 1] = length
        words = buckets.fill(np.concatenate([level.keys for level in levels[1:]]), cells + 1)
        return cls(alphabet, values[0].astype(np.float32), book, lengths, words)

    def to_bytes(self) -> bytes:
        """Write the table to bytes.

        RETURNS (bytes): A safetensors file.
        """
        return pack(NGRAMS, {"alphabet": self.alphabet.characters}, self.arrays())

    def arrays(self) -> dict[str, np.ndarray]:
        """RETURNS (dict): What the table is made again of, by the names of the parameters."""
        return {name: getattr(self, name) for name in _ARRAYS}

    def save(self, path: Path) -> None:
        """Write the table to a safetensors file.

        path (Path): The file.
        """
        with atomic_path(path) as temporary:
            temporary.write_bytes(self.to_bytes())

    @classmethod
    def open(cls, path: Path) -> "NgramTable":
        """Map a table into memory: what is looked up is read from the file when it is needed.

        path (Path): A safetensors file.
        RETURNS (NgramTable): The table.
        RAISES (ValueError): If the file holds something else.
        """
        return cls.from_stored(open_stored(NGRAMS, path))

    @classmethod
    def from_buffer(cls, data: np.ndarray | bytes, name: str = "These bytes") -> "NgramTable":
        """Use the table in a buffer, without copying it.

        data (np.ndarray | bytes): A safetensors file.
        name (str): What an error calls it.
        RETURNS (NgramTable): The table.
        RAISES (ValueError): If it holds something else, or is damaged.
        """
        return cls.from_stored(unpack(NGRAMS, data, name))

    @classmethod
    def from_stored(cls, stored: Stored) -> "NgramTable":
        """Use the table in a file that may hold other things beside it.

        stored (Stored): The file's arrays, and its "alphabet".
        RETURNS (NgramTable): The table.
        RAISES (ValueError): If there is no table in it.
        """
        alphabet = stored.values.get("alphabet")
        if not isinstance(alphabet, str):
            stored.refuse("has no alphabet")
        characters = stored.array("characters", dtype="<f4", shape=(None, None))
        if len(characters) != len(alphabet) + FIRST_CHARACTER:
            stored.refuse(f"has {len(characters)} rows for {len(alphabet)} characters")
        book = stored.array("book", dtype="<f4", shape=(None, 3))
        lengths = stored.array("lengths", dtype="u1", shape=(len(book),))
        words = stored.array("words", dtype="<u8")
        stored.check_finite()
        return cls(Alphabet(alphabet), characters, book, lengths, words)

    def window(self, columns: list[np.ndarray]) -> Window:
        """Look at all n-grams in some columns of symbols.

        columns (list[np.ndarray]): Symbols, at one place of the text after the other.
        RETURNS (Window): What the table says of them.
        """
        return Window(self, columns)

    def look_up(self, keys: np.ndarray, order: int) -> np.ndarray:
        """Look up the codes of n-grams of one length.

        keys (np.ndarray): Packed n-grams, shape (n,).
        order (int): Their length, 2 to 4.
        RETURNS (np.ndarray): int64 codes, shape (n,); 0 for unknown ones.
        """
        codes = buckets.look_up(self.words, keys)
        codes[self.lengths.take(codes) != order] = 0
        return codes

    def encode(self, text: str) -> np.ndarray:
        """Map each character to its symbol; a line feed to the boundary of sentences.

        text (str): Any text.
        RETURNS (np.ndarray): uint16 symbols, shape (len(text),).
        """
        return self.alphabet.encode(text)

    def log_probabilities(self, ngrams: np.ndarray) -> np.ndarray:
        """Log probabilities of the last symbols after the three before them.

        ngrams (np.ndarray): Symbols, shape (n, 4); where the history is shorter, 0 in front.
        RETURNS (np.ndarray): float32 natural logarithms, shape (n,); 0 for boundaries.
        """
        window = self.window([ngrams[:, i] for i in range(ORDER)])
        return window.log_probability(ORDER - 1)

    def score(self, symbols: np.ndarray) -> np.ndarray:
        """Log probability of each character of sentences after those before it.

        symbols (np.ndarray): Symbols of one or more sentences, with a boundary between them, shape
            (n,).
        RETURNS (np.ndarray): float32, shape (n,); 0 at boundaries.
        """
        around = np.concatenate([np.full(ORDER - 1, BOUNDARY, symbols.dtype), symbols])
        columns = [around[i : i + len(symbols)] for i in range(ORDER)]
        return self.window(columns).log_probability(ORDER - 1)

    def log_counts(self, ngrams: np.ndarray) -> np.ndarray:
        """How well n-grams are known.

        ngrams (np.ndarray): Symbols, shape (n, k), k from 1 to 4.
        RETURNS (np.ndarray): float32 log(1 + count), shape (n,); 0 for unknown ones.
        """
        order = ngrams.shape[1]
        window = self.window([ngrams[:, i] for i in range(order)])
        return window.log_count(order - 1, order)

    def replacement_scores(
        self, symbols: np.ndarray, places: np.ndarray, candidates: np.ndarray
    ) -> Replacements:
        """Score the candidates of places, each with the text around it as it is written.

        symbols (np.ndarray): Symbols of one or more sentences, with a boundary between them, shape
            (n,).
        places (np.ndarray): Places of characters among the symbols, shape (p,).
        candidates (np.ndarray): Symbols, shape (p, c).
        RETURNS (Replacements): The scores, shape (p, c + 1) with the written character first.
        """
        window = self._around(symbols, places, candidates)
        reach = ORDER - 1
        counts = [
            window.log_count(end, order)
            for order in range(2, ORDER + 1)
            for end in range(reach, reach + order)
        ]
        return Replacements(
            window.log_probability(reach), window.following(reach), np.stack(counts, axis=-1)
        )

    def replacement_gains(
        self, symbols: np.ndarray, places: np.ndarray, candidates: np.ndarray
    ) -> np.ndarray:
        """How much likelier a text is with each candidate in a place than as it is written.

        symbols, places, candidates (np.ndarray): As above.
        RETURNS (np.ndarray): Differences of log probabilities, float32, shape (p, c).
        """
        window = self._around(symbols, places, candidates)
        total = window.log_probability(ORDER - 1) + window.following(ORDER - 1)
        return total[:, 1:] - total[:, :1]

    def _around(self, symbols: np.ndarray, places: np.ndarray, candidates: np.ndarray) -> Window:
        reach = ORDER - 1
        around = _taken(symbols, places[:, None] + np.arange(-reach, reach + 1))
        columns = [around[:, at : at + 1] for at in range(2 * reach + 1)]
        columns[reach] = np.concatenate([columns[reach], candidates.astype(symbols.dtype)], axis=1)
        return self.window(columns)


def _taken(symbols: np.ndarray, places: np.ndarray) -> np.ndarray:
    inside = (places >= 0) & (places < len(symbols))
    taken = symbols.take(places, mode="clip")
    return np.where(inside, taken, np.array(BOUNDARY, dtype=symbols.dtype))
