"""What a pipeline has learnt of its user's own text: counts, words, and how much they weigh."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..data.records import atomic_path
from ..model.storage import Kind, Stored, open_stored, pack, unpack
from .alphabet import Alphabet
from .counting import NgramCounts
from .interpolation import InterpolatedTable
from .lexicon import Lexicon, build_lexicon, merge_lexicons
from .packing import BITS, ORDER, total_by_key
from .packing import pack as pack_ngrams
from .table import NgramTable
from .words import LISTED

LEARNED_FILE = "learned.safetensors"
LEARNED = Kind(
    key="learned",
    what="file of what was learnt",
    format=1,
    sealed=1,
    remedy="Learn it anew with `spacy sdcl learn`, or copy it again.",
)
# What occurs once is counted, so that more text can be added, and not believed.
TWICE = (1, 2, 2, 2)
MAX_BYTES = 64_000_000


class Learned:
    """Counts and words of a user's own text.

    counts (NgramCounts): All n-grams of the text, over the alphabet of the evidence.
    words (Mapping[str, int]): New words and how often they occur; 0 for those of a list.
    weight (float): The share of the text in probabilities, as in `InterpolatedTable`.
    forgotten (Iterable[str]): Words that were taken out, and are not to be learnt again.
    lines (np.ndarray): Fingerprints of the lines that were counted, which are not counted again, ascending,
        uint64; None for none.
    """

    def __init__(
        self,
        counts: NgramCounts,
        words: Mapping[str, int],
        weight: float,
        *,
        forgotten: Iterable[str] = (),
        lines: np.ndarray | None = None,
    ) -> None:
        self.counts, self.words, self.weight = counts, dict(words), weight
        self.forgotten = tuple(dict.fromkeys(forgotten))
        self.lines = np.zeros(0, np.uint64) if lines is None else lines
        self._table: NgramTable | None = None

    @property
    def characters(self) -> int:
        """How much text was counted, in symbols, those between sentences included."""
        return int(self.counts.counts.sum())

    @property
    def table(self) -> NgramTable:
        """The n-grams that occur at least twice, made when they are first asked for."""
        if self._table is None:
            # Who opens a file has the table in it.
            from .building import build_table

            self._table = build_table(self.counts, MAX_BYTES, least=TWICE)
        return self._table

    def table_with(self, general: NgramTable) -> NgramTable:
        """The n-grams of other text and these together.

        general (NgramTable): What was counted elsewhere.
        RETURNS (NgramTable): Both.
        RAISES (ValueError): If the alphabets differ.
        """
        return InterpolatedTable(general, self.table, self.weight)

    def lexicon_with(self, lexicon: Lexicon) -> Lexicon:
        """The words of a lexicon and these together.

        lexicon (Lexicon): The words that are known.
        RETURNS (Lexicon): Both; a word of both has the higher level.
        """
        frequencies = {word: max(LISTED, count) for word, count in self.words.items()}
        return merge_lexicons(lexicon, build_lexicon(frequencies, self.counts.alphabet))

    def forget(self, words: Iterable[str]) -> "Learned":
        """Take words out, with all n-grams that hold two characters in a row of them: what is left of a
        word would go on being corrected to it.

        words (Iterable[str]): The words, of two characters or more.
        RETURNS (Learned): The rest.
        RAISES (ValueError): If one was never learnt.
        """
        gone = list(dict.fromkeys(words))
        counts = self.counts
        for word in gone:
            if len(word) < 2 or (
                word not in self.words and leave_out_strings(counts, [word]) is counts
            ):
                raise ValueError(
                    f"{word!r} was not learnt: `spacy sdcl info --learned` lists what was."
                )
            counts = leave_out_strings(counts, pairs_of(word))
        kept = {word: count for word, count in self.words.items() if word not in gone}
        forgotten = [*self.forgotten, *gone]
        return Learned(counts, kept, self.weight, forgotten=forgotten, lines=self.lines)

    def describe(self) -> dict[str, Any]:
        """RETURNS (dict): Plain values: "characters", "weight", "words" and those "forgotten"."""
        return {
            "characters": self.characters,
            "weight": self.weight,
            "words": self.words,
            "forgotten": list(self.forgotten),
        }

    def to_bytes(self) -> bytes:
        """RETURNS (bytes): A safetensors file."""
        values = {
            "alphabet": self.counts.alphabet.characters,
            "folded": self.counts.folded,
            "weight": self.weight,
            "words": self.words,
            "forgotten": list(self.forgotten),
        }
        arrays = {
            "keys": self.counts.keys,
            "counts": self.counts.counts,
            "lines": self.lines,
            **self.table.arrays(),
        }
        return pack(LEARNED, values, arrays)

    def save(self, path: Path) -> None:
        """Write a safetensors file.

        path (Path): The file.
        """
        with atomic_path(path) as temporary:
            temporary.write_bytes(self.to_bytes())

    @classmethod
    def open(cls, path: Path) -> "Learned":
        """Map a file into memory.

        path (Path): The file.
        RETURNS (Learned): What was learnt.
        RAISES (ValueError): If the file holds something else, or is damaged.
        """
        return cls._of(open_stored(LEARNED, path))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Learned":
        """Restore what `to_bytes` wrote.

        data (bytes): The file.
        RETURNS (Learned): What was learnt.
        RAISES (ValueError): If it holds something else, or is damaged.
        """
        return cls._of(unpack(LEARNED, data, "What was learnt"))

    @classmethod
    def _of(cls, stored: Stored) -> "Learned":
        stored.check_types(
            {"alphabet": str, "folded": int, "weight": float, "words": dict, "forgotten": list}
        )
        values: dict[str, Any] = stored.values
        if not 0 < values["weight"] < 1:
            stored.refuse(f"has the weight {values['weight']!r}, not within 0 and 1")
        if not all(type(count) is int and count >= 0 for count in values["words"].values()):
            stored.refuse("has words without counts")
        keys = stored.array("keys", dtype="<u8", shape=(None,))
        counts = stored.array("counts", dtype="<u4", shape=(len(keys),))
        alphabet = Alphabet(values["alphabet"])
        learned = cls(
            NgramCounts(alphabet, keys, counts, values["folded"]),
            values["words"],
            values["weight"],
            forgotten=values["forgotten"],
            lines=stored.array("lines", dtype="<u8", shape=(None,)),
        )
        learned._table = NgramTable.from_stored(stored)
        return learned


def pairs_of(word: str) -> list[str]:
    """RETURNS (list[str]): Each two characters of a word that stand side by side."""
    return [word[at : at + 2] for at in range(len(word) - 1)]


def leave_out_strings(counts: NgramCounts, strings: Iterable[str]) -> NgramCounts:
    """Counts without what holds a string, or four characters in a row of a longer one.

    Of an n-gram of four, what stands before the end of the string stays, as in `NgramCounts.fold`: so the
    counts of shorter n-grams, and of histories, still agree with one another.

    counts (NgramCounts): The counts.
    strings (Iterable[str]): The strings; empty ones are passed over.
    RETURNS (NgramCounts): The others.
    """
    keys = counts.keys
    lengths = np.full(len(keys), ORDER)
    for length, wanted in _packed_by_length(strings, counts.alphabet).items():
        mask = np.uint64((1 << (BITS * length)) - 1)
        for start in range(ORDER - length + 1):
            shift = np.uint64(BITS * (ORDER - length - start))
            found = np.isin((keys >> shift) & mask, wanted)
            lengths[found] = np.minimum(lengths[found], start + length - 1)
    cut = np.flatnonzero(lengths < ORDER)
    if not len(cut):
        return counts
    # No more than three symbols are cut off, or the key would be of nothing.
    gone = (BITS * np.minimum(ORDER - lengths[cut], ORDER - 1)).astype(np.uint64)
    shorter = (keys[cut] >> gone) << gone
    order = np.argsort(shorter, kind="stable")
    shorter, sums = total_by_key(shorter[order], counts.counts[cut][order])
    kept = lengths == ORDER
    rest = NgramCounts(counts.alphabet, keys[kept], counts.counts[kept], counts.folded)
    return rest.merged(NgramCounts(counts.alphabet, shorter, sums.astype(np.uint32)))


def _packed_by_length(strings: Iterable[str], alphabet: Alphabet) -> dict[int, np.ndarray]:
    parts: dict[int, set[str]] = {}
    for string in filter(None, strings):
        length = min(len(string), ORDER)
        places = range(len(string) - length + 1)
        parts.setdefault(length, set()).update(string[at : at + length] for at in places)
    return {
        length: pack_ngrams(alphabet.encode("".join(sorted(of))).reshape(-1, length))
        for length, of in parts.items()
    }
