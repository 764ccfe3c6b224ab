import itertools
import math
from collections import Counter

import numpy as np
import pytest

from spacy_sdcl.evidence.alphabet import BOUNDARY, DIGIT, Alphabet
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.kneser_ney import DEFAULT_DISCOUNTS, KneserNey, discounts, estimate
from spacy_sdcl.evidence.levels import make_levels
from spacy_sdcl.evidence.packing import pack

ALPHABET = Alphabet("天地人你我")
SYMBOLS = range(DIGIT, len(ALPHABET))
# Of "天地人你我9x。": falling, so that some n-grams are frequent and most are rare.
SHARES = [0.35, 0.25, 0.15, 0.08, 0.07, 0.04, 0.03, 0.03]
ORDER = 4


def all_ngrams(sentences, order):
    for sentence in sentences:
        symbols = (BOUNDARY, *sentence)
        for end in range(1, len(symbols) + 1):
            if end - order >= 0:
                ngram = symbols[end - order : end]
                if ngram[-1] != BOUNDARY:
                    yield ngram


class Reference:
    """Kneser-Ney as the formulas are: probabilities of symbols after histories, by recursion.

    sentences: Lists of symbols. symbols: Those that text is made of. discounts: {order: [0, D1, D2,
    D3]}. kept: Tells whether an n-gram is kept; all, if None.
    """

    def __init__(self, sentences, symbols, discounts, kept=None):
        self.symbols = symbols
        self.discounts = discounts
        self.raw = {order: Counter(all_ngrams(sentences, order)) for order in range(1, ORDER + 1)}
        kept = kept or (lambda ngram, count: True)
        self.kept = {
            ngram
            for order, counts in self.raw.items()
            for ngram, count in counts.items()
            if order == 1 or kept(ngram, count)
        }
        self.counts = dict(self.raw)
        for order in range(1, ORDER):
            left = Counter()
            for ngram, count in self.raw[order + 1].items():
                left[ngram[1:]] += 1 if ngram in self.kept else count
            for ngram, count in self.raw[order].items():
                if ngram[0] == BOUNDARY:
                    left[ngram] = count
            self.counts[order] = left

    def probability(self, history, symbol):
        order = len(history) + 1
        lower = self.probability(history[1:], symbol) if history else 1 / len(self.symbols)
        counts = self.counts[order]
        total = sum(counts[(*history, other)] for other in self.symbols)
        if not total:
            return lower
        kept = {s: counts[(*history, s)] for s in self.symbols if (*history, s) in self.kept}
        own = {s: max(c - self.discounts[order][min(c, 3)], 0) / total for s, c in kept.items()}
        return own.get(symbol, 0.0) + (1 - sum(own.values())) * lower

    def log_probability(self, ngram):
        return math.log(self.probability(tuple(ngram[:-1]), ngram[-1]))


@pytest.fixture(scope="module")
def sentences():
    rng = np.random.default_rng(0)
    lines = [rng.choice(list("天地人你我9x。"), rng.integers(1, 9), p=SHARES) for _ in range(60)]
    return ["".join(line) for line in lines]


def encoded(sentences):
    return [ALPHABET.encode(sentence).tolist() for sentence in sentences]


def histories():
    for length in range(4):
        yield from itertools.product(SYMBOLS, repeat=length)
        if length:
            yield from ((BOUNDARY, *rest) for rest in itertools.product(SYMBOLS, repeat=length - 1))


@pytest.mark.parametrize("least", [(1, 1, 1, 1), (1, 1, 2, 3), (1, 1, 1, 10**6), (1, 4, 4, 4)])
def test_probabilities_are_those_of_the_formulas_whatever_is_pruned(sentences, least):
    counts = NgramCounts.of(ALPHABET, sentences)
    steps = discounts(counts)
    levels = make_levels(counts, least)
    model = KneserNey(levels, estimate(levels, steps))
    reference = Reference(
        encoded(sentences),
        SYMBOLS,
        dict(enumerate(steps, start=1)),
        lambda ngram, count: count >= least[len(ngram) - 1],
    )
    rng = np.random.default_rng(1)
    everything = list(histories())
    some = [everything[i] for i in rng.choice(len(everything), 150, replace=False)]
    asked = [(*history, symbol) for history in some for symbol in SYMBOLS]
    keys = np.concatenate([pack(np.array([ngram])) for ngram in asked])
    expected = [reference.log_probability(ngram) for ngram in asked]
    np.testing.assert_allclose(model.log_probabilities(keys), expected, rtol=1e-9)


@pytest.mark.parametrize("least", [(1, 1, 1, 1), (1, 2, 3, 3)])
def test_probabilities_after_any_history_sum_to_one(sentences, least):
    counts = NgramCounts.of(ALPHABET, sentences)
    levels = make_levels(counts, least)
    model = KneserNey(levels, estimate(levels, discounts(counts)))
    for history in itertools.islice(histories(), 0, None, 7):
        keys = pack(np.array([(*history, symbol) for symbol in SYMBOLS]))
        assert np.exp(model.log_probabilities(keys)).sum() == pytest.approx(1, abs=1e-9)


def test_discounts_come_from_the_counts_of_counts():
    # 4-grams: four occur once, two twice, one three times, one four times.
    words = ["天地人你"] * 4 + ["地天人你"] * 3 + ["人你天地"] * 2 + ["你人天地"] * 2
    words += ["天人你地", "天我你地", "我天你地", "地我你天"]
    counts = NgramCounts.of(ALPHABET, words)
    of = np.bincount(counts.of_order(4)[1])
    share = of[1] / (of[1] + 2 * of[2])
    assert discounts(counts)[3].tolist() == pytest.approx(
        [
            0,
            1 - 2 * share * of[2] / of[1],
            2 - 3 * share * of[3] / of[2],
            3 - 4 * share * of[4] / of[3],
        ]
    )


def test_a_text_too_small_for_discounts_gets_the_usual_ones():
    counts = NgramCounts.of(ALPHABET, ["天地"])
    assert discounts(counts)[3].tolist() == [0, *DEFAULT_DISCOUNTS]
