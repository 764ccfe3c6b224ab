"""The settings of what training reads: readers of corpora and an augmenter, as they are registered.

A config's [corpora] names them; what each reads in an epoch is in epochs.py. Neither torch nor the
packages that noise needs are imported before a corpus is read.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.training import Example

from ..annotations.spans import corrected_text
from ..types import Pair
from .epochs import MixedCorpus, NoisyCorpus, PairCorpus, Reader, load_confusions, make_example
from .noise import NoiseRates, corrupt_text

Augmenter = Callable[[Language, Example], Iterator[Example]]


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
        source = corrupt_text(target, load_confusions(tables), rates, rng)
        yield make_example(nlp, Pair(source, target))

    return augment


def _path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path)


def _require(setting: str, value: int, least: int) -> None:
    if value < least:
        raise ValueError(f"{setting} must be at least {least}, not {value}.")
