"""What training reads: pairs from files, correct text with fresh noise, and mixtures of corpora.

The readers and the augmenter are registered for a config's [corpora]. Neither torch nor the
packages that noise needs are imported before a corpus is read.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.language import Language
from spacy.training import Example

from ..annotations.spans import corrected_text, make_gold_doc
from ..types import Pair
from .formats import read_pairs
from .noise import NoiseRates, corrupt_text
from .records import SKIPPED, Problem, log_problem, logger
from .text import read_text, text_files

if TYPE_CHECKING:
    from ..language.confusions import Confusions

Reader = Callable[[Language], Iterable[Example]]
Augmenter = Callable[[Language, Example], Iterator[Example]]

# Examples that a mixture holds at a time to shuffle them: neighbours in a file are often of one
# author and on one subject, and would make batches of their own.
SHUFFLED_AT_ONCE = 1000


def create_pair_corpus(path: str | Path, *, format: str = "auto", limit: int = 0) -> Reader:
    """Make a reader of pairs: misspelt texts with their corrections.

    path (str | Path): A file in one of the formats of `spacy_sdcl.data.formats`.
    format (str): The format, "auto" to tell it from the content.
    limit (int): Read at most this many pairs, 0 for all.
    RETURNS (Callable): The reader. Its first epoch logs what is wrong with the file.
    """
    _require("limit", limit, 0)
    return PairCorpus(Path(path), format, limit)


def create_noisy_corpus(
    path: str | Path,
    *,
    limit: int = 0,
    min_length: int = 2,
    max_length: int = 0,
    confusions: str | Path | None = None,
    error_rate: float = 0.1,
    clean_sentences: float = 0.2,
    word: float = 0.25,
    homophone: float = 0.45,
    near_homophone: float = 0.15,
    lookalike: float = 0.1,
    attested: float = 0.0,
    random: float = 0.05,
    seed: int = 0,
) -> Reader:
    """Make a reader of correct text that is misspelt anew each epoch.

    path (str | Path): A UTF-8 text of one sentence a line, plain or `.xz`, or a folder of such.
    limit (int): Sentences an epoch; the next one goes on where the last one stopped, and over the
        end of the text to its beginning. 0 for the whole text each epoch.
    min_length (int): Shorter lines are left out.
    max_length (int): Longer lines are left out, 0 for none.
    confusions (str | Path): A file of confusion tables, as `Confusions.save` writes it; None to
        make those of the common characters.
    error_rate, clean_sentences, word, homophone, near_homophone, lookalike, attested, random
        (float): What the noise is like, see `NoiseRates`.
    seed (int): The noise depends on it and on the number of the epoch.
    RETURNS (Callable): The reader.
    """
    _require("limit", limit, 0)
    rates = NoiseRates(
        error_rate=error_rate,
        clean_sentences=clean_sentences,
        word=word,
        homophone=homophone,
        near_homophone=near_homophone,
        lookalike=lookalike,
        attested=attested,
        random=random,
    )
    return NoisyCorpus(Path(path), rates, _path(confusions), limit, (min_length, max_length), seed)


def create_mixed_corpus(
    corpora: dict[str, Any], *, weights: dict[str, float], size: int, seed: int = 0
) -> Reader:
    """Make a reader of a mixture, for use with `max_epochs = -1`.

    corpora (dict[str, Callable]): Readers by name; Any in the signature, because a config is
        checked before the readers in it are made.
    weights (dict[str, float]): The share of each, on any scale.
    size (int): Examples an epoch. Every epoch goes on in each corpus where the last one stopped,
        and starts it again at its end.
    seed (int): The order depends on it and on the number of the epoch.
    RETURNS (Callable): The reader.
    """
    _require("size", size, 1)
    if set(corpora) != set(weights):
        raise ValueError(
            f"corpora and weights must have the same names, not {', '.join(sorted(corpora))} and "
            f"{', '.join(sorted(weights))}."
        )
    if min(weights.values(), default=0) < 0 or sum(weights.values()) <= 0:
        raise ValueError(f"weights must not be negative, and one must be above 0: {weights}.")
    return MixedCorpus(corpora, weights, size, seed)


def create_confusion_augmenter(
    *,
    level: float = 1.0,
    confusions: str | Path | None = None,
    error_rate: float = 0.1,
    clean_sentences: float = 0.2,
    word: float = 0.25,
    homophone: float = 0.45,
    near_homophone: float = 0.15,
    lookalike: float = 0.1,
    attested: float = 0.0,
    random: float = 0.05,
    seed: int = 0,
) -> Augmenter:
    """Make an augmenter that misspells the correct text of examples.

    The new examples have gold corrections and no other annotation.

    level (float): The share of examples that are replaced, the others stay as they are.
    confusions (str | Path): As for `create_noisy_corpus`.
    error_rate, clean_sentences, word, homophone, near_homophone, lookalike, attested, random
        (float): What the noise is like, see `NoiseRates`.
    seed (int): Seed.
    RETURNS (Callable): The augmenter.
    """
    if not 0 <= level <= 1:
        raise ValueError(f"level must be within 0 and 1, not {level}.")
    rates = NoiseRates(
        error_rate=error_rate,
        clean_sentences=clean_sentences,
        word=word,
        homophone=homophone,
        near_homophone=near_homophone,
        lookalike=lookalike,
        attested=attested,
        random=random,
    )
    tables = _path(confusions)
    rng = np.random.default_rng(seed)

    def augment(nlp: Language, example: Example) -> Iterator[Example]:
        if rng.random() >= level:
            yield example
            return
        target = corrected_text(example.reference)
        source = corrupt_text(target, _load_confusions(tables), rates, rng)
        yield _make_example(nlp, Pair(source, target))

    return augment


class PairCorpus:
    """A reader of pairs. See `create_pair_corpus`."""

    def __init__(self, path: Path, format: str, limit: int) -> None:
        self._path = path
        self._format = format
        self._limit = limit
        self._is_reported = False

    def __call__(self, nlp: Language) -> Iterator[Example]:
        # Once is enough: every epoch meets the same problems.
        on_problem = _ignore_problem if self._is_reported else log_problem
        self._is_reported = True
        pairs = read_pairs(self._path, format=self._format, on_problem=on_problem)
        for pair in islice(pairs, self._limit or None):
            try:
                yield _make_example(nlp, pair)
            except ValueError as error:
                # The pipeline's tokenizer may refuse a text that is a sound pair.
                if on_problem is log_problem:
                    logger.warning("%s: passage %r: %s%s", self._path, pair.id, error, SKIPPED)


class NoisyCorpus:
    """A reader of correct text, misspelt anew each epoch. See `create_noisy_corpus`."""

    def __init__(
        self,
        path: Path,
        rates: NoiseRates,
        confusions: Path | None,
        limit: int,
        lengths: tuple[int, int],
        seed: int,
    ) -> None:
        self._path = path
        self._rates = rates
        self._confusions = confusions
        self._limit = limit
        self._lengths = lengths
        self._seed = seed
        self._epoch = 0
        self._is_reported = False
        # Where a limited epoch stopped; the lines are read as they are needed, never all at once.
        self._endless = self._repeat()

    def __call__(self, nlp: Language) -> Iterator[Example]:
        rng = np.random.default_rng((self._seed, self._epoch))
        self._epoch += 1
        # Not in the generator: epochs are counted when they begin, whichever is read first.
        return self._read(nlp, rng)

    def _read(self, nlp: Language, rng: np.random.Generator) -> Iterator[Example]:
        confusions = _load_confusions(self._confusions)
        lines = islice(self._endless, self._limit) if self._limit else self._lines()
        for target in lines:
            source = corrupt_text(target, confusions, self._rates, rng)
            yield _make_example(nlp, Pair(source, target))

    def _repeat(self) -> Iterator[str]:
        while True:
            count = 0
            for line in self._lines():
                count += 1
                yield line
            if not count:
                raise ValueError(f"{self._path} has no sentence of a length within the limits.")

    def _lines(self) -> Iterator[str]:
        least, most = self._lengths
        on_problem = _ignore_problem if self._is_reported else log_problem
        for path in text_files(self._path):
            for line in read_text(path, on_problem):
                if least <= len(line) and (not most or len(line) <= most):
                    yield line
        self._is_reported = True


class MixedCorpus:
    """A reader of several corpora at once. See `create_mixed_corpus`."""

    def __init__(
        self, corpora: dict[str, Reader], weights: dict[str, float], size: int, seed: int
    ) -> None:
        self._corpora = corpora
        # Exact numbers instead of draws: a small corpus gets its share in each epoch.
        ends = np.cumsum([0.0, *weights.values()])
        counts = np.diff(np.rint(ends / ends[-1] * size).astype(int))
        self._names = np.repeat(list(weights), counts)
        self._seed = seed
        self._epoch = 0
        self._streams: dict[str, Iterator[Example]] = {}

    def __call__(self, nlp: Language) -> Iterator[Example]:
        rng = np.random.default_rng((self._seed, self._epoch))
        self._epoch += 1
        return self._read(nlp, rng)

    def _read(self, nlp: Language, rng: np.random.Generator) -> Iterator[Example]:
        held: list[Example] = []
        for name in rng.permutation(self._names):
            example = self._next(str(name), nlp)
            if len(held) < SHUFFLED_AT_ONCE:
                held.append(example)
                continue
            place = int(rng.integers(SHUFFLED_AT_ONCE))
            yield held[place]
            held[place] = example
        for place in rng.permutation(len(held)):
            yield held[place]

    def _next(self, name: str, nlp: Language) -> Example:
        # Twice: a corpus at its end is started again, and one that is empty even then is an error.
        for _ in range(2):
            if name not in self._streams:
                self._streams[name] = iter(self._corpora[name](nlp))
            for example in self._streams[name]:
                return example
            del self._streams[name]
        raise ValueError(f"The corpus {name!r} has no examples.")


def common_characters() -> list[str]:
    """List the characters of everyday simplified Chinese, those of the standard GB 2312.

    RETURNS (list[str]): 6,763 characters.
    """
    rows = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [char for row in rows if (char := row.decode("gb2312", errors="ignore"))]


@cache
def _load_confusions(path: Path | None) -> "Confusions":
    # Cached for the process, because the tables take seconds to make and several readers and
    # their epochs share them.
    from ..language.confusions import Confusions
    from ..language.sources import build_confusions

    return build_confusions(common_characters()) if path is None else Confusions.load(path)


def _make_example(nlp: Language, pair: Pair) -> Example:
    return Example(nlp.make_doc(pair.source), make_gold_doc(nlp, pair))


def _ignore_problem(problem: Problem) -> None:
    pass


def _path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path)


def _require(setting: str, value: int, least: int) -> None:
    if value < least:
        raise ValueError(f"{setting} must be at least {least}, not {value}.")
