"""Counts of the n-grams of text, exact and in bounded memory.

Each place of a sentence is counted once, by the n-gram of four that begins there. The counts of
shorter n-grams follow: a pair occurred as often as all that begins with it. So one ascending array
of keys, with a count each, holds everything, and texts are added to one another by merging two.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file
from tqdm import tqdm

from ..data.records import OnProblem, atomic_path, log_problem
from ..data.text import read_text, text_files
from .alphabet import BOUNDARY, NOTHING, Alphabet
from .packing import BITS, ORDER, find, total_by_key

# Characters sorted at a time: 8 bytes each, and as much again while they are sorted.
BLOCK = 1 << 25
_CHUNK = 1 << 22


class NgramCounts:
    """How often each n-gram occurred.

    Where `fold` was used, an n-gram may have "nothing" as its last symbols: it stands for all the
    rare ones that begin with it, so that shorter n-grams keep their exact counts.

    alphabet (Alphabet): The symbols.
    keys (np.ndarray): The n-grams of four, each once, ascending, packed into uint64.
    counts (np.ndarray): One count each, uint32.
    folded (int): Number of n-grams that `fold` has taken out.
    """

    def __init__(
        self, alphabet: Alphabet, keys: np.ndarray, counts: np.ndarray, folded: int = 0
    ) -> None:
        self.alphabet = alphabet
        self.keys = keys
        self.counts = counts
        self.folded = folded

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def empty(cls, alphabet: Alphabet) -> "NgramCounts":
        """Counts of no text.

        alphabet (Alphabet): The symbols.
        RETURNS (NgramCounts): The counts.
        """
        return cls(alphabet, np.zeros(0, np.uint64), np.zeros(0, np.uint32))

    @classmethod
    def of(cls, alphabet: Alphabet, sentences: Iterable[str]) -> "NgramCounts":
        """Count a text that fits into memory; `count_sentences` counts those that may not.

        alphabet (Alphabet): The symbols.
        sentences (Iterable[str]): The sentences.
        RETURNS (NgramCounts): Their counts.
        """
        return _sorted_run(alphabet, ngrams_of_four(alphabet, sentences))

    def merged(self, other: "NgramCounts") -> "NgramCounts":
        """Counts of two texts together.

        other (NgramCounts): Counts over the same alphabet.
        RETURNS (NgramCounts): The sums.
        RAISES (ValueError): If the alphabets differ.
        """
        self._check_alphabet(other)
        more, less = (self, other) if len(self) >= len(other) else (other, self)
        places, known = find(more.keys, less.keys)
        counts = more.counts.copy()
        counts[places[known]] += less.counts[known]
        new = np.flatnonzero(~known)
        slots = np.searchsorted(more.keys, less.keys[new]) + np.arange(len(new))
        is_old = np.ones(len(more) + len(new), dtype=bool)
        is_old[slots] = False
        keys = np.empty(len(is_old), dtype=np.uint64)
        sums = np.empty(len(is_old), dtype=np.uint32)
        keys[is_old], sums[is_old] = more.keys, counts
        keys[slots], sums[slots] = less.keys[new], less.counts[new]
        return NgramCounts(self.alphabet, keys, sums, self.folded + other.folded)

    def without(self, other: "NgramCounts") -> "NgramCounts":
        """Counts of a text without a part of it.

        other (NgramCounts): Counts of the part, over the same alphabet.
        RETURNS (NgramCounts): The differences, without n-grams that no longer occur.
        RAISES (ValueError): If the alphabets differ, or the other text is no part of this one.
        """
        self._check_alphabet(other)
        places, known = find(self.keys, other.keys)
        if not known.all() or (self.counts[places] < other.counts).any():
            raise ValueError("Only what was counted can be taken out of counts.")
        counts = self.counts.copy()
        counts[places] -= other.counts
        kept = counts > 0
        return NgramCounts(self.alphabet, self.keys[kept], counts[kept], self.folded)

    def _check_alphabet(self, other: "NgramCounts") -> None:
        if self.alphabet != other.alphabet:
            raise ValueError(
                "Counts of two alphabets do not go together: count both texts with the same one."
            )

    def fold(self, below: int = 2) -> "NgramCounts":
        """Take out the n-grams of four that are rare. Shorter ones keep their counts.

        below (int): The count from which on n-grams stay.
        RETURNS (NgramCounts): The smaller counts.
        """
        last = np.uint64((1 << BITS) - 1)
        rare = (self.keys & last > BOUNDARY) & (self.counts < below)
        keys, sums = total_by_key(self.keys[rare] & ~last, self.counts[rare])
        rest = NgramCounts(self.alphabet, self.keys[~rare], self.counts[~rare], self.folded)
        gone = NgramCounts(self.alphabet, keys, sums.astype(np.uint32), int(rare.sum()))
        return rest.merged(gone)

    def prefixes(self, order: int) -> tuple[np.ndarray, np.ndarray]:
        """The first symbols of all that was counted; the boundary ends sentences too.

        order (int): Number of symbols.
        RETURNS (tuple[np.ndarray, np.ndarray]): Ascending keys, int64 counts.
        """
        return total_by_key(self.keys >> np.uint64(BITS * (ORDER - order)), self.counts)

    def of_order(self, order: int) -> tuple[np.ndarray, np.ndarray]:
        """The n-grams of one length within sentences, the boundary before them included.

        order (int): Number of symbols, 1 to 4.
        RETURNS (tuple[np.ndarray, np.ndarray]): Ascending keys, int64 counts.
        """
        keys, counts = self.prefixes(order)
        kept = keys & np.uint64((1 << BITS) - 1) > BOUNDARY
        return keys[kept], counts[kept]

    def of_histories(self, order: int) -> tuple[np.ndarray, np.ndarray]:
        """How often a character followed each history.

        order (int): Number of symbols of history and character, 2 to 4.
        RETURNS (tuple[np.ndarray, np.ndarray]): Ascending keys of histories, int64 counts.
        """
        keys, counts = self.prefixes(order)
        kept = keys & np.uint64((1 << BITS) - 1) != BOUNDARY
        return total_by_key(keys[kept] >> np.uint64(BITS), counts[kept])

    def save(self, path: Path) -> None:
        """Write the counts to a safetensors file.

        path (Path): The file.
        """
        header = {"alphabet": self.alphabet.characters, "folded": self.folded}
        with atomic_path(path) as temporary:
            save_file(
                {"keys": self.keys, "counts": self.counts},
                temporary,
                metadata={"counts": json.dumps(header)},
            )

    @classmethod
    def load(cls, path: Path) -> "NgramCounts":
        """Read counts from a safetensors file.

        path (Path): The file.
        RETURNS (NgramCounts): The counts.
        RAISES (ValueError): If the file is missing or holds something else.
        """
        if not path.is_file():
            raise ValueError(f"No counts at {path}: make them with `project run count`.")
        with safe_open(path, framework="numpy") as file:
            header = (file.metadata() or {}).get("counts")
            if header is None:
                raise ValueError(f"{path} holds no counts of n-grams: make them from text anew.")
            values = json.loads(header)
            keys, counts = file.get_tensor("keys"), file.get_tensor("counts")
        return cls(Alphabet(values["alphabet"]), keys, counts, values["folded"])


def count_files(
    paths: Sequence[Path],
    alphabet: Alphabet,
    *,
    keeps: Callable[[str], bool] | None = None,
    max_ngrams: int | None = None,
    block: int = BLOCK,
    on_problem: OnProblem = log_problem,
) -> NgramCounts:
    """Count the n-grams of text files.

    paths (Sequence[Path]): Files or folders of text, one sentence a line, plain or `.xz`.
    alphabet (Alphabet): The symbols.
    keeps (Callable): Tells which lines are counted; None for all.
    max_ngrams (int): As in `count_sentences`.
    block (int): As in `count_sentences`.
    on_problem (Callable): Is called with each problem of a file.
    RETURNS (NgramCounts): The counts.
    RAISES (FileNotFoundError): If there is no text at one of the paths.
    """
    files = [file for path in paths for file in text_files(path)]
    lines = (line for file in files for line in read_text(file, on_problem))
    sentences = lines if keeps is None else filter(keeps, lines)
    return count_sentences(sentences, alphabet, max_ngrams=max_ngrams, block=block)


def count_sentences(
    sentences: Iterable[str],
    alphabet: Alphabet,
    *,
    max_ngrams: int | None = None,
    block: int = BLOCK,
) -> NgramCounts:
    """Count the n-grams of sentences that need not fit into memory.

    Memory is some 16 bytes for each character of a block, and 30 for each n-gram kept. A text has
    about one n-gram of four for every two characters. Where these would be too many, those that
    occurred once so far are taken out whenever there are more than `max_ngrams`: one that
    comes up again later is then counted from there on. Shorter n-grams are always counted exactly.

    sentences (Iterable[str]): The sentences.
    alphabet (Alphabet): The symbols.
    max_ngrams (int): The number of n-grams kept between blocks, or None for all.
    block (int): Characters sorted at a time.
    RETURNS (NgramCounts): The counts.
    """
    runs: list[NgramCounts] = []
    keys = np.empty(block, dtype=np.uint64)
    filled = 0
    with tqdm(desc="count n-grams", unit=" characters", unit_scale=True, disable=None) as bar:
        for chunk in _chunks(sentences, min(_CHUNK, block)):
            new = ngrams_of_four(alphabet, chunk)
            bar.update(len(new) - len(chunk))
            while filled + len(new) > block:
                keys[filled:], new = new[: block - filled], new[block - filled :]
                add_run(runs, _sorted_run(alphabet, keys), max_ngrams)
                filled = 0
            keys[filled : filled + len(new)] = new
            filled += len(new)
        run = _sorted_run(alphabet, keys[:filled])
        del keys
    return merge_runs([*runs, run])


def ngrams_of_four(alphabet: Alphabet, sentences: Iterable[str]) -> np.ndarray:
    """The n-gram of four that begins at each character of sentences, and at the boundary before.

    Behind the boundary that ends a sentence is nothing.

    alphabet (Alphabet): The symbols.
    sentences (Iterable[str]): The sentences.
    RETURNS (np.ndarray): uint64 keys, in the order of the text.
    """
    flat = alphabet.encode("\n" + "\n".join(sentences) + "\n").astype(np.uint64)
    keys = flat[:-1] << np.uint64(3 * BITS)
    goes_on = np.ones(len(keys), dtype=bool)
    for distance in (1, 2, 3):
        symbols = flat[distance:]
        keys[: len(symbols)] |= np.where(
            goes_on[: len(symbols)], symbols << np.uint64((3 - distance) * BITS), np.uint64(NOTHING)
        )
        goes_on[: len(symbols)] &= symbols != BOUNDARY
    is_empty = (flat[:-1] == BOUNDARY) & (flat[1:] == BOUNDARY)
    return keys[~is_empty]


def _chunks(sentences: Iterable[str], size: int) -> Iterator[list[str]]:
    chunk, length = [], 0
    for sentence in sentences:
        chunk.append(sentence)
        length += len(sentence)
        if length >= size:
            yield chunk
            chunk, length = [], 0
    if chunk:
        yield chunk


def _sorted_run(alphabet: Alphabet, keys: np.ndarray) -> NgramCounts:
    keys.sort()
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)])
    counts = np.diff(np.append(starts, len(keys))).astype(np.uint32)
    return NgramCounts(alphabet, keys[starts], counts)


def add_run(runs: list[NgramCounts], run: NgramCounts, max_ngrams: int | None) -> None:
    """Add the counts of a part of a text to those of the parts before it, which are changed.

    runs (list[NgramCounts]): The parts, each with more n-grams than the next; what they count
        together is what was counted so far.
    run (NgramCounts): The new part.
    max_ngrams (int): As in `count_sentences`.
    """
    # Runs of about one size are merged, so that each n-gram is moved a few times only.
    while runs and len(runs[-1]) <= 2 * len(run):
        run = runs.pop().merged(run)
    if max_ngrams is not None and len(run) > max_ngrams:
        run = run.fold()
    runs.append(run)


def merge_runs(runs: list[NgramCounts]) -> NgramCounts:
    """Merge the counts of the parts of a text.

    runs (list[NgramCounts]): The parts, as `add_run` leaves them; at least one. They are taken out.
    RETURNS (NgramCounts): What they count together.
    """
    total = runs.pop()
    while runs:
        total = runs.pop().merged(total)
    return total
