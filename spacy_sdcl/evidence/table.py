"""The n-gram model in its compact form: one memory-mapped file, looked up in batches."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from safetensors.numpy import save

from ..data.records import atomic_path
from . import buckets
from .alphabet import BOUNDARY, NOTHING, Alphabet
from .codebook import make_codebook
from .kneser_ney import Estimate
from .levels import Levels
from .packing import BITS, ORDER, pack

# How the columns of the codebooks are scaled while they are made: an error in the logarithm of a
# probability or of a back-off weight matters alike, one in that of a count less.
_SCALES = np.array([1.0, 1.0, 0.25])
LOG_P, BACK_OFF, LOG_COUNT = range(3)
_HEADER = "ngrams"


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
    books (np.ndarray): The same of each code of n-grams of two, three and four, shape (3, codes, 3).
    words (np.ndarray): The hash table from n-grams to codes.
    """

    def __init__(
        self, alphabet: Alphabet, characters: np.ndarray, books: np.ndarray, words: np.ndarray
    ) -> None:
        self.alphabet = alphabet
        self.characters = characters
        self.books = books
        self.words = words
        # Columns of their own: a look-up reads one number, not three.
        self._columns = [np.ascontiguousarray(np.asarray(characters).T)]
        self._columns += [np.ascontiguousarray(np.asarray(book).T) for book in books]

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
        # Neither is ever predicted.
        values[0][[NOTHING, BOUNDARY], LOG_P] = 0.0
        books = np.zeros((ORDER - 1, buckets.MAX_CODE + 1, 3), dtype=np.float32)
        codes = []
        for book, level, value in zip(books, levels[1:], values[1:], strict=True):
            if not len(value):
                continue
            centres, cells = make_codebook(
                value * _SCALES, np.sqrt(level.counts.astype(float)), buckets.MAX_CODE
            )
            book[1 : len(centres) + 1] = centres / _SCALES
            codes.append(cells + 1)
        keys = np.concatenate([level.keys for level in levels[1:]])
        all_codes = np.concatenate([*codes, np.zeros(0, dtype=np.int64)])
        words = buckets.fill(keys, all_codes)
        return cls(alphabet, values[0].astype(np.float32), books, words)

    def to_bytes(self) -> bytes:
        """Write the table to bytes.

        RETURNS (bytes): A safetensors file.
        """
        arrays = {"characters": self.characters, "books": self.books, "words": self.words}
        header = json.dumps({"format": 1, "alphabet": self.alphabet.characters})
        return save({name: np.ascontiguousarray(a) for name, a in arrays.items()}, {_HEADER: header})

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
        return cls.from_buffer(np.memmap(path, dtype=np.uint8, mode="r"), str(path))

    @classmethod
    def from_buffer(cls, data: np.ndarray | bytes, name: str = "These bytes") -> "NgramTable":
        """Use the table in a buffer, without copying it.

        data (np.ndarray | bytes): A safetensors file.
        name (str): What an error calls it.
        RETURNS (NgramTable): The table.
        RAISES (ValueError): If it holds something else.
        """
        raw = np.frombuffer(data, dtype=np.uint8) if isinstance(data, bytes) else data
        problem = f"{name} is no table of n-grams: make it anew from counts."
        size = int.from_bytes(raw[:8].tobytes(), "little")
        try:
            header = json.loads(raw[8 : 8 + size].tobytes())
            values = json.loads(header["__metadata__"][_HEADER])
            arrays = {}
            for tensor, dtype in (("characters", "<f4"), ("books", "<f4"), ("words", "<u8")):
                start, end = header[tensor]["data_offsets"]
                array = raw[8 + size + start : 8 + size + end].view(dtype)
                arrays[tensor] = array.reshape(header[tensor]["shape"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(problem) from error
        if values["format"] != 1:
            raise ValueError(f"{name} is a table of a later version: update the package.")
        return cls(Alphabet(values["alphabet"]), **arrays)

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
        window = _Window(self, [ngrams[:, i] for i in range(ORDER)])
        return window.log_probability(ORDER - 1)

    def score(self, symbols: np.ndarray) -> np.ndarray:
        """Log probability of each character of sentences after those before it.

        symbols (np.ndarray): Symbols of one or more sentences, with a boundary between them, shape
            (n,).
        RETURNS (np.ndarray): float32, shape (n,); 0 at boundaries.
        """
        around = np.concatenate([np.full(ORDER - 1, BOUNDARY, symbols.dtype), symbols])
        return self.log_probabilities(np.lib.stride_tricks.sliding_window_view(around, ORDER))

    def log_counts(self, ngrams: np.ndarray) -> np.ndarray:
        """How well n-grams are known.

        ngrams (np.ndarray): Symbols, shape (n, k), k from 1 to 4.
        RETURNS (np.ndarray): float32 log(1 + count), shape (n,); 0 for unknown ones.
        """
        order = ngrams.shape[1]
        window = _Window(self, [ngrams[:, i] for i in range(order)])
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
        reach = ORDER - 1
        ends = np.full(reach, BOUNDARY, dtype=symbols.dtype)
        around = np.concatenate([ends, symbols, ends])
        columns = [around[places + i][:, None] for i in range(2 * reach + 1)]
        columns[reach] = np.concatenate(
            [columns[reach], candidates.astype(symbols.dtype)], axis=1
        )
        window = _Window(self, columns)
        shape = columns[reach].shape
        following = np.zeros(shape, dtype=np.float32)
        inside = np.ones((len(places), 1), dtype=bool)
        for end in range(reach + 1, 2 * reach + 1):
            inside = inside & (columns[end] > BOUNDARY)
            following += np.where(inside, window.log_probability(end), 0)
        counts = [
            window.log_count(end, order)
            for order in range(2, ORDER + 1)
            for end in range(reach, reach + order)
        ]
        return Replacements(window.log_probability(reach), following, np.stack(counts, axis=-1))


class _Window:
    """The codes of all n-grams of some columns of symbols, each looked up when it is needed.

    Columns are of shapes that broadcast, so that what is the same for all candidates of a place is
    looked up once.
    """

    def __init__(self, table: NgramTable, columns: list[np.ndarray]) -> None:
        self.table = table
        self.columns = columns
        self._keys: dict[tuple[int, int], np.ndarray] = {}
        self._codes: dict[tuple[int, int], np.ndarray] = {}

    def key(self, end: int, order: int) -> np.ndarray:
        if (end, order) not in self._keys:
            first = self.columns[end - order + 1].astype(np.uint64)
            if order > 1:
                shifted = first << np.uint64(BITS * (order - 1))
                first = shifted | self.key(end, order - 1)
            self._keys[end, order] = first
        return self._keys[end, order]

    def code(self, end: int, order: int) -> np.ndarray:
        """The code of the n-gram that ends with a column; for one character, its symbol."""
        if order == 1:
            return self.columns[end]
        if (end, order) not in self._codes:
            suffix, history = self.code(end, order - 1), self.code(end - 1, order - 1)
            if order == 2:
                possible = (suffix > BOUNDARY) & (history > NOTHING)
            else:
                possible = (suffix > 0) & (history > 0)
            codes = np.zeros(possible.shape, dtype=np.int64)
            asked = np.flatnonzero(possible)
            if len(asked):
                keys = np.broadcast_to(self.key(end, order), possible.shape).reshape(-1)[asked]
                codes.reshape(-1)[asked] = buckets.look_up(self.table.words, keys)
            self._codes[end, order] = codes
        return self._codes[end, order]

    def log_probability(self, end: int) -> np.ndarray:
        columns = self.table._columns
        result = columns[0][LOG_P].take(self.columns[end])
        for order in range(2, min(end + 1, ORDER) + 1):
            codes = self.code(end, order)
            back_off = columns[order - 2][BACK_OFF].take(self.code(end - 1, order - 1))
            known = columns[order - 1][LOG_P].take(codes)
            result = np.where(codes > 0, known, result + back_off)
        return np.where(self.columns[end] > BOUNDARY, result, np.float32(0))

    def log_count(self, end: int, order: int) -> np.ndarray:
        return self.table._columns[order - 1][LOG_COUNT].take(self.code(end, order))
