"""A domain left out: evidence that knows neither its text nor its words, to see what learning brings.

Corpora seldom say where a sentence comes from. What belongs to a domain is told by its words: a sentence
that has several of them, over a good part of its length.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from ..evidence.alphabet import BOUNDARY, Alphabet
from ..evidence.building import build_table
from ..evidence.bundle import Evidence
from ..evidence.counting import NgramCounts
from ..evidence.lexicon import LENGTHS, Lexicon, build_lexicon, fingerprint
from ..evidence.packing import find

# A sentence of a domain has so many different words of it, over so much of its characters.
WORDS, SHARE = 2, 0.1


def read_domain(path: Path, category: str) -> list[str]:
    """Read the words of a domain from a list with categories.

    path (Path): A tab-separated file whose first line names the columns "word" and "category".
    category (str): The category.
    RETURNS (list[str]): Its words.
    RAISES (ValueError): If a column is missing, or there is no such category.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not {"word", "category"} <= set(reader.fieldnames or ()):
            raise ValueError(f"{path} has no columns word and category in its first line.")
        rows = [(row["word"], row["category"]) for row in reader]
    words = [word for word, of in rows if of == category]
    if not words:
        known = ", ".join(sorted({of for _, of in rows}))
        raise ValueError(f"{path} has no category {category!r}, but {known}.")
    return words


class Domain:
    """Tells which sentences belong to a domain.

    words (Collection[str]): Its words; those of other lengths than LENGTHS are not looked for.
    alphabet (Alphabet): The symbols.
    """

    def __init__(self, words: Collection[str], alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self._known = {
            length: build_lexicon([(word, 1.0) for word in words if len(word) == length], alphabet)
            for length in LENGTHS
        }

    def select(self, sentences: Sequence[str]) -> Iterator[str]:
        """Choose the sentences of the domain.

        sentences (Sequence[str]): Sentences without line feeds.
        YIELDS (str): Those that belong to it, in order.
        """
        if not sentences:
            return
        symbols = self.alphabet.encode("".join(f"{sentence}\n" for sentence in sentences))
        # Room for the longest window, however short the text.
        symbols = np.concatenate([symbols, np.full(max(LENGTHS), BOUNDARY, symbols.dtype)])
        breaks = symbols == BOUNDARY
        number = np.minimum(np.cumsum(breaks) - breaks, len(sentences) - 1)
        covered = np.zeros(len(sentences))
        found = []
        for length, known in self._known.items():
            parts = np.lib.stride_tricks.sliding_window_view(symbols, length)
            at = np.flatnonzero(known.level(parts) > 0)
            prints = fingerprint(list(parts[at].T)).astype(np.uint64)
            found.append(number[at].astype(np.uint64) << np.uint64(32) | prints)
            covered += np.bincount(number[at], minlength=len(sentences)) * length
        different = np.unique(np.concatenate(found)) >> np.uint64(32)
        words = np.bincount(different.astype(np.int64), minlength=len(sentences))
        lengths = np.array(list(map(len, sentences)))
        for place in np.flatnonzero((words >= WORDS) & (covered >= SHARE * lengths)).tolist():
            yield sentences[place]


def leave_out_domain(
    evidence: Evidence,
    counts: NgramCounts,
    sentences: Sequence[str],
    words: Collection[str],
    *,
    size: int,
) -> Evidence:
    """Make evidence that has counted no text of a domain, and has no list of its words.

    evidence (Evidence): The evidence; its judge is kept as it is.
    counts (NgramCounts): The n-grams of all text, over its alphabet.
    sentences (Sequence[str]): All sentences of the domain in that text.
    words (Collection[str]): The words.
    size (int): Bytes of the n-grams, at most.
    RETURNS (Evidence): The other evidence.
    """
    part = NgramCounts.of(counts.alphabet, sentences)
    places, known = find(counts.keys, part.keys)
    # A sentence that was not counted is not taken out, either.
    taken = NgramCounts(
        part.alphabet,
        part.keys[known],
        np.minimum(part.counts[known], counts.counts[places[known]]),
    )
    general = evidence.general_lexicon
    own = build_lexicon([(word, 1.0) for word in words], counts.alphabet).fingerprints
    kept = ~np.isin(general.fingerprints, own)
    return Evidence(
        build_table(counts.without(taken), size),
        Lexicon(general.fingerprints[kept], general.levels[kept]),
        evidence.likeness,
        evidence.judge,
        evidence.verifier,
        thresholds=evidence.thresholds,
    )
