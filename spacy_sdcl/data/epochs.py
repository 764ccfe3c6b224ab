"""What training reads in an epoch: pairs of a file, correct text with fresh noise, a mixture of both."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from spacy.language import Language
from spacy.training import Example

from ..annotations.spans import make_gold_doc
from ..language.characters import common_characters
from ..types import Pair
from .formats import read_pairs
from .noise import NoiseRates, corrupt_text
from .records import SKIPPED, Problem, log_problem, logger
from .text import read_text, text_files

if TYPE_CHECKING:
    from ..language.confusions import Confusions

Reader = Callable[[Language], Iterable[Example]]

# Examples that a mixture holds at a time to shuffle them: neighbours in a file are often of one
# author and on one subject, and would make batches of their own.
SHUFFLED_AT_ONCE = 1000


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
                yield make_example(nlp, pair)
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
        # A path that does not exist is told at once, and not after tables are made.
        text_files(self._path)
        confusions = load_confusions(self._confusions)
        lines = islice(self._endless, self._limit) if self._limit else self._lines()
        for target in lines:
            source = corrupt_text(target, confusions, self._rates, rng)
            yield make_example(nlp, Pair(source, target))

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


@cache
def load_confusions(path: Path | None) -> "Confusions":
    """The confusion tables of a file, or those of the common characters.

    path (Path): A file that `Confusions.save` has written, or None.
    RETURNS (Confusions): The tables.
    """
    # Cached for the process, because the tables take seconds to make and several readers and
    # their epochs share them.
    from ..language.confusions import Confusions
    from ..language.sources import build_confusions

    return build_confusions(common_characters()) if path is None else Confusions.load(path)


def make_example(nlp: Language, pair: Pair) -> Example:
    """Make an example of a pair.

    nlp (Language): The pipeline whose tokenizer is used.
    pair (Pair): The misspelt text and its correction.
    RETURNS (Example): The example, with gold corrections.
    RAISES (ValueError): If the texts are not of equal length.
    """
    return Example(nlp.make_doc(pair.source), make_gold_doc(nlp, pair))


def _ignore_problem(problem: Problem) -> None:
    pass
