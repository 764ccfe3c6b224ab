"""Which characters and words are mistaken for which: confusion tables, kept in a file.

`sources.build_confusions` makes them from what packages know of Chinese; loading a file of them and
drawing from them needs numpy and safetensors alone.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

FORMAT = "spacy-sdcl.confusions.v1"
TABLES = ("homophone", "near_homophone", "lookalike", "attested", "word")
MAX_WORD_LENGTH = 4


@dataclass(frozen=True, eq=False)
class Table:
    """For every row some candidates with weights, in compressed sparse rows.

    indptr (ndarray): Row `i` is the slice `indptr[i]:indptr[i + 1]` of the other two.
    indices (ndarray): The candidates.
    weights (ndarray): How often each is drawn, relative to the others of its row.
    """

    indptr: np.ndarray
    indices: np.ndarray
    weights: np.ndarray

    @classmethod
    def empty(cls, rows: int) -> "Table":
        """A table without candidates.

        rows (int): Number of rows.
        RETURNS (Table): The table.
        """
        indptr = np.zeros(rows + 1, dtype=np.int64)
        return cls(indptr, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @cached_property
    def cumulative(self) -> np.ndarray:
        """The running sum of all weights, so that one search serves draws from many rows."""
        return np.concatenate([[0.0], np.cumsum(self.weights, dtype=np.float64)])

    @cached_property
    def counts(self) -> np.ndarray:
        """The number of candidates in each row."""
        return np.diff(self.indptr)

    def row(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """The candidates of one row and their weights.

        index (int): The row.
        RETURNS (tuple[ndarray, ndarray]): Candidates and weights.
        """
        span = slice(self.indptr[index], self.indptr[index + 1])
        return self.indices[span], self.weights[span]

    def sample(self, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw one candidate for each of many rows.

        rows (ndarray): Rows that have candidates, in any order, repeated or not.
        rng (Generator): The source of randomness.
        RETURNS (ndarray): A candidate for each.
        """
        first, end = self.indptr[rows], self.indptr[rows + 1]
        low, high = self.cumulative[first], self.cumulative[end]
        drawn = low + rng.random(len(rows)) * (high - low)
        found = np.searchsorted(self.cumulative, drawn, side="right") - 1
        # Rounding could carry a draw over the edge of its row.
        return self.indices[np.clip(found, first, end - 1)]


@dataclass(frozen=True, eq=False)
class Confusions:
    """What each character and word may be mistaken for.

    chars (tuple[str, ...]): The entries of the vocabulary; an entry's place is its id. Those that
        are not single Chinese characters have no candidates and are nobody's candidate.
    popularity (ndarray): The weight of each entry as a random mistake; 0 for what is not Chinese.
    homophone (Table): Characters of the same syllable.
    near_homophone (Table): Characters whose syllable differs by one fuzzy sound (zh/z, -n/-ng).
    lookalike (Table): Characters that share components.
    attested (Table): Characters that people were seen to write for it; may be empty.
    word (Table): From a word to the words of the same length that sound the same.
    word_chars (ndarray): The ids of each word's characters, padded with -1, (words, 4).
    word_lengths (ndarray): The number of characters of each word.
    proneness (ndarray): How much more often than others each entry is written wrong.
    """

    chars: tuple[str, ...]
    popularity: np.ndarray
    homophone: Table
    near_homophone: Table
    lookalike: Table
    attested: Table
    word: Table
    word_chars: np.ndarray
    word_lengths: np.ndarray
    proneness: np.ndarray

    @cached_property
    def char_index(self) -> dict[str, int]:
        """The id of each entry."""
        return {char: i for i, char in enumerate(self.chars)}

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that have homophones."""
        return tuple(
            "".join(self.chars[c] for c in row[:length])
            for row, length in zip(
                self.word_chars.tolist(), self.word_lengths.tolist(), strict=True
            )
        )

    @cached_property
    def word_index(self) -> dict[str, int]:
        """The row of each word."""
        return {word: i for i, word in enumerate(self.words)}

    @cached_property
    def word_changes(self) -> np.ndarray:
        """The mean number of characters that replacing each word changes."""
        rows = np.repeat(np.arange(len(self.word)), self.word.counts)
        changes = (self.word_chars[rows] != self.word_chars[self.word.indices]).sum(axis=1)
        total = np.bincount(rows, self.word.weights, len(self.word))
        changed = np.bincount(rows, self.word.weights * changes, len(self.word))
        return changed / np.maximum(total, np.finfo(np.float32).tiny)

    @cached_property
    def is_char(self) -> np.ndarray:
        """Whether an id is a Chinese character; the id -1 (not in the table) is not."""
        return np.append(self.popularity > 0, False)

    @cached_property
    def random_cumulative(self) -> np.ndarray:
        """The running sum of the popularities."""
        return np.concatenate([[0.0], np.cumsum(self.popularity, dtype=np.float64)])

    def sample_random(self, ids: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw any other Chinese character, by frequency, for each of many.

        ids (ndarray): Ids of Chinese characters.
        rng (Generator): The source of randomness.
        RETURNS (ndarray): An id for each, never its own unless the table has no other.
        """
        sums = self.random_cumulative
        own = sums[ids + 1] - sums[ids]
        drawn = rng.random(len(ids)) * (sums[-1] - own)
        # Stepping over its own stretch of the line leaves the odds of the others as they were.
        drawn += np.where(drawn >= sums[ids], own, 0.0)
        found = np.searchsorted(sums, drawn, side="right") - 1
        return np.where(found < len(self.chars), found, ids)

    def save(self, path: str | Path) -> None:
        """Write the tables as one safetensors file.

        path (str / Path): The file.
        """
        arrays = {
            "popularity": self.popularity,
            "word_chars": self.word_chars,
            "word_lengths": self.word_lengths,
            "proneness": self.proneness,
        }
        for name in TABLES:
            table = getattr(self, name)
            arrays[f"{name}.indptr"] = table.indptr
            arrays[f"{name}.indices"] = table.indices
            arrays[f"{name}.weights"] = table.weights
        metadata = {"format": FORMAT, "chars": json.dumps(self.chars, ensure_ascii=False)}
        save_file(arrays, str(path), metadata=metadata)

    @classmethod
    def load(cls, path: str | Path) -> "Confusions":
        """Read the tables from a file.

        path (str / Path): A file written by `save`.
        RETURNS (Confusions): The tables.
        """
        with safe_open(str(path), framework="np") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT:
                raise ValueError(
                    f"{path} holds no confusion tables: its format is "
                    f"{metadata.get('format')!r}, not {FORMAT!r}"
                )
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        tables = {
            name: Table(*(arrays[f"{name}.{part}"] for part in ("indptr", "indices", "weights")))
            for name in TABLES
            if f"{name}.indptr" in arrays
        }
        chars = tuple(json.loads(metadata["chars"]))
        # Files of the version before have no observed errors.
        tables.setdefault("attested", Table.empty(len(chars)))
        return cls(
            chars=chars,
            popularity=arrays["popularity"],
            proneness=arrays.get("proneness", np.ones(len(chars), dtype=np.float32)),
            word_chars=arrays["word_chars"],
            word_lengths=arrays["word_lengths"],
            **tables,
        )
