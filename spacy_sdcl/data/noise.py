"""Misspelt text out of correct text: characters and words replaced by what they are mistaken for."""

import logging
from functools import cache
from typing import Any

import numpy as np
from pydantic import model_validator

from ..extras import import_extra
from ..language.confusions import MAX_WORD_LENGTH, Confusions
from .checked import Checked, Share, Weight

# No word is wrong more often than right, however few a sentence has to choose from: what is then
# missing from the asked share of word errors is made up with single characters.
MAX_WORD_PROBABILITY = 0.5
# Nor is a character, however prone to be written wrong: its right use could not be learnt.
MAX_CHAR_PROBABILITY = 0.6


class NoiseRates(Checked):
    """How much noise, and of which kinds.

    error_rate (float): The share of Chinese characters made wrong in a noised sentence, on
        average. It varies evenly between sentences, from 0.2 to 1.8 times this.
    clean_sentences (float): The share of sentences that get no noise. A short one of the others
        may stay as it is too, by chance.
    word (float): The weight of errors from homophone words, counted in characters.
    homophone (float): The weight of characters of the same syllable.
    near_homophone (float): The weight of characters of a nearly equal syllable.
    lookalike (float): The weight of characters with common components.
    attested (float): The weight of characters that people were seen to write for it.
    random (float): The weight of any characters.
    RAISES (ValueError): If a rate is not within 0 and 1, or a weight negative, or all of them 0.
    """

    error_rate: Share = 0.1
    clean_sentences: Share = 0.2
    word: Weight = 0.25
    homophone: Weight = 0.45
    near_homophone: Weight = 0.15
    lookalike: Weight = 0.1
    attested: Weight = 0.0
    random: Weight = 0.05

    @model_validator(mode="after")
    def _has_a_kind(self) -> "NoiseRates":
        kinds = {"word": self.word} | self.char_kinds
        if not sum(kinds.values()):
            raise ValueError(f"at least one of {', '.join(kinds)} must be above 0.")
        return self

    @property
    def char_kinds(self) -> dict[str, float]:
        """The weights of the kinds of single-character errors."""
        return {
            "homophone": self.homophone,
            "near_homophone": self.near_homophone,
            "lookalike": self.lookalike,
            "attested": self.attested,
            "random": self.random,
        }

    @property
    def word_share(self) -> float:
        """The share of wrong characters that come from homophone words."""
        return self.word / (self.word + sum(self.char_kinds.values()))


def corrupt(
    ids: np.ndarray,
    offsets: np.ndarray,
    confusions: Confusions,
    rates: NoiseRates,
    rng: np.random.Generator,
    words: tuple[np.ndarray, np.ndarray] | None = None,
) -> np.ndarray:
    """Make some of the characters of many sentences wrong.

    ids (ndarray): The sentences one after another, as ids of the confusion tables; -1 may stand
        for what they do not hold.
    offsets (ndarray): Where each sentence begins, and where the last ends.
    confusions (Confusions): What may be mistaken for what.
    rates (NoiseRates): How much noise.
    rng (Generator): The source of randomness; the result depends on nothing else.
    words (tuple[ndarray, ndarray] | None): Where words begin in `ids`, ascending, and which word
        of the tables each is, as `find_words` gives them. Without it there are no word errors.
    RETURNS (ndarray): A new array of the same shape and type.
    """
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != len(ids):
        raise ValueError(f"offsets must begin with 0 and end with the number of ids, {len(ids)}")
    out = ids.copy()
    free = confusions.is_char[ids]
    available = _per_sentence(free, offsets)
    rate = rates.error_rate * rng.uniform(0.2, 1.8, len(available))
    rate[rng.random(len(available)) < rates.clean_sentences] = 0
    wanted = rate * available
    if words is not None and len(words[0]) and rates.word > 0:
        expected = _replace_words(out, free, offsets, wanted, confusions, rates, rng, words)
        wanted = wanted - expected
    proneness = np.where(free, confusions.proneness[ids], 0)
    available = _per_sentence(proneness, offsets)
    probability = np.repeat(wanted / np.maximum(available, 1e-6), np.diff(offsets)) * proneness
    limit = np.repeat(np.maximum(rate, MAX_CHAR_PROBABILITY), np.diff(offsets))
    chosen = rng.random(len(ids), dtype=np.float32) < np.clip(probability, 0, limit)
    _replace_chars(out, np.flatnonzero(chosen & free), confusions, rates, rng)
    return out


def find_words(text: str, offset: int, confusions: Confusions) -> tuple[np.ndarray, np.ndarray]:
    """Find the words of a text that have homophones.

    text (str): A sentence, or any text.
    offset (int): Where the text begins in the array of ids; it is added to the positions.
    confusions (Confusions): The tables.
    RETURNS (tuple[ndarray, ndarray]): Where each word begins, and which word of the tables it is.
    """
    index = confusions.word_index
    positions, found = [], []
    start = offset
    # Only words of the dictionary can be in the tables, so guessing at others is of no use.
    for word in _segmenter().cut(text, HMM=False):
        row = index.get(word)
        if row is not None:
            positions.append(start)
            found.append(row)
        start += len(word)
    return np.array(positions, dtype=np.int64), np.array(found, dtype=np.int64)


def corrupt_text(
    text: str,
    confusions: Confusions,
    rates: NoiseRates,
    rng: np.random.Generator,
    use_words: bool = True,
) -> str:
    """Make some of the characters of one sentence wrong.

    text (str): The correct sentence.
    confusions (Confusions): What may be mistaken for what.
    rates (NoiseRates): How much noise.
    rng (Generator): The source of randomness.
    use_words (bool): Whether to cut the text into words, for homophone words.
    RETURNS (str): A text of the same length.
    """
    index = confusions.char_index
    ids = np.fromiter((index.get(char, -1) for char in text), dtype=np.int64, count=len(text))
    words = find_words(text, 0, confusions) if use_words and rates.word > 0 else None
    noised = corrupt(ids, np.array([0, len(ids)]), confusions, rates, rng, words)
    chars = list(text)
    for position in np.flatnonzero(noised != ids):
        chars[position] = confusions.chars[noised[position]]
    return "".join(chars)


@cache
def _segmenter() -> Any:
    jieba = import_extra("jieba", "train")
    jieba.setLogLevel(logging.WARNING)
    return jieba.dt


def _per_sentence(values: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """The sum of values in each sentence, empty sentences included."""
    sums = np.concatenate([[0], np.cumsum(values)])
    return sums[offsets[1:]] - sums[offsets[:-1]]


def _replace_words(
    out: np.ndarray,
    free: np.ndarray,
    offsets: np.ndarray,
    wanted: np.ndarray,
    confusions: Confusions,
    rates: NoiseRates,
    rng: np.random.Generator,
    words: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Replace words in `out`, take them out of `free`; the expected changes in each sentence."""
    starts, rows = words
    sentence = np.searchsorted(offsets, starts, side="right") - 1
    changes = np.bincount(sentence, confusions.word_changes[rows], len(wanted))
    probability = wanted * rates.word_share / np.maximum(changes, 1e-9)
    probability = np.minimum(probability, MAX_WORD_PROBABILITY)
    chosen = rng.random(len(starts)) < probability[sentence]
    starts, rows = starts[chosen], rows[chosen]
    found = confusions.word.sample(rows, rng)
    steps = np.arange(MAX_WORD_LENGTH)
    inside = steps < confusions.word_lengths[rows][:, None]
    places = (starts[:, None] + steps)[inside]
    out[places] = confusions.word_chars[found][inside]
    free[places] = False
    return probability * changes


def _replace_chars(
    out: np.ndarray,
    places: np.ndarray,
    confusions: Confusions,
    rates: NoiseRates,
    rng: np.random.Generator,
) -> None:
    """Replace the characters at some places; a kind without candidates yields to the others."""
    ids = out[places].astype(np.int64)
    weights = np.empty((len(rates.char_kinds), len(ids)), dtype=np.float32)
    for row, (kind, weight) in enumerate(rates.char_kinds.items()):
        weights[row] = weight
        if kind != "random":
            weights[row, getattr(confusions, kind).counts[ids] == 0] = 0
    bounds = np.cumsum(weights, axis=0)
    drawn = rng.random(len(ids), dtype=np.float32) * bounds[-1]
    # Where no kind is left, all bounds are 0 and the character stays.
    choice = np.where(bounds[-1] > 0, (drawn >= bounds).sum(axis=0), -1)
    for row, kind in enumerate(rates.char_kinds):
        picked = np.flatnonzero(choice == row)
        if kind == "random":
            out[places[picked]] = confusions.sample_random(ids[picked], rng)
        else:
            out[places[picked]] = getattr(confusions, kind).sample(ids[picked], rng)
