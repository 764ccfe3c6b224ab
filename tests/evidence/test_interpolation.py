"""A general table and an own one, beside slow sums of what the formulas say."""

import itertools
import math

import numpy as np
import pytest

from spacy_sdcl.evidence.alphabet import BOUNDARY, DIGIT, Alphabet
from spacy_sdcl.evidence.building import ALL, build_table
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.interpolation import (
    MOST,
    InterpolatedTable,
    fit_weight,
    number_of_characters,
)
from spacy_sdcl.evidence.kneser_ney import discounts, estimate
from spacy_sdcl.evidence.learned import TWICE
from spacy_sdcl.evidence.levels import make_levels
from spacy_sdcl.evidence.packing import pack
from spacy_sdcl.evidence.table import NgramTable

ALPHABET = Alphabet("天地人你我他们去")
SYMBOLS = range(DIGIT, len(ALPHABET))
SIZE = 2_000_000


def random_text(seed, words, count):
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(words, rng.integers(1, 7))) for _ in range(count)]


GENERAL = random_text(0, ["天地", "人", "你", "我们", "去", "9", "。", "他们"], 400)
# It has neither 们 nor 去.
OWN = random_text(1, ["天人", "地人", "你", "我", "天", "他"], 120)


class Model:
    """What a text gives to n-grams beside shorter ones, and leaves to these.

    sentences (list[str]): The text. least (tuple): How often n-grams must occur.
    """

    def __init__(self, sentences, least):
        counts = NgramCounts.of(ALPHABET, sentences)
        levels = make_levels(counts, least)
        estimates = estimate(levels, discounts(counts))
        self.single = estimates[0].probabilities
        self.own, self.back_off = {}, {}
        for order, (level, of) in enumerate(zip(levels, estimates, strict=True), start=1):
            keys = level.keys.tolist() if order > 1 else range(len(ALPHABET))
            self.own[order] = dict(zip(keys, of.own.tolist(), strict=True))
            self.back_off[order] = dict(zip(keys, of.back_off.tolist(), strict=True))

    def fill(self, ngram, order, shorter):
        """The probability of the last symbol, with that by a shorter n-gram given."""
        history = key(ngram[-order:-1])
        if ngram[-order] == 0 or history not in self.back_off[order - 1]:
            return shorter
        left = self.back_off[order - 1][history]
        return self.own[order].get(key(ngram[-order:]), 0.0) + left * shorter


def filled_up(models, ngram, order=4):
    if order == 1:
        return models[0].single[ngram[-1]]
    probability = filled_up(models, ngram, order - 1)
    for model in models:
        probability = model.fill(ngram, order, probability)
    return probability


def key(ngram):
    return int(pack(np.array([ngram]))[0])


def all_ngrams():
    for length in range(1, 4):
        for history in itertools.product(SYMBOLS, repeat=length):
            yield (0,) * (3 - length) + history
        for history in itertools.product(SYMBOLS, repeat=length - 1):
            yield (0,) * (3 - length) + (BOUNDARY, *history)


@pytest.fixture(scope="module")
def general():
    return build_table(NgramCounts.of(ALPHABET, GENERAL), SIZE)


@pytest.fixture(scope="module")
def own():
    return build_table(NgramCounts.of(ALPHABET, OWN), SIZE, least=TWICE)


@pytest.fixture(scope="module")
def asked():
    everything = list(all_ngrams())
    rng = np.random.default_rng(2)
    some = [everything[i] for i in rng.choice(len(everything), 300, replace=False)]
    return np.array([(*each, symbol) for each in some for symbol in SYMBOLS], dtype=np.uint16)


@pytest.mark.parametrize("weight", [0.2, 0.7, 1.0])
def test_probabilities_are_those_of_the_formulas(general, own, asked, weight):
    models = [Model(GENERAL, ALL), Model(OWN, TWICE)]
    of_general = np.exp(general.log_probabilities(asked))
    filled = np.array([filled_up(models, tuple(each)) for each in asked.tolist()])
    expected = np.log((1 - weight) * of_general + weight * filled)
    found = InterpolatedTable(general, own, weight).log_probabilities(asked)
    # The own table keeps what it says of n-grams in few codes.
    errors = np.abs(found - expected)
    assert errors.mean() < 0.02
    assert np.quantile(errors, 0.99) < 0.15
    assert np.abs(np.log(of_general) - expected).mean() > 0.1


def test_probabilities_after_any_history_sum_to_one(general, own, asked):
    for weight in (0.3, 1.0):
        table = InterpolatedTable(general, own, weight)
        sums = np.exp(table.log_probabilities(asked)).reshape(-1, len(SYMBOLS)).sum(1)
        of_general = np.exp(general.log_probabilities(asked)).reshape(-1, len(SYMBOLS)).sum(1)
        assert np.abs(sums - of_general).mean() < 0.02


def test_where_the_own_text_knows_nothing_the_probabilities_are_the_general_ones(general, own):
    # The own text never has what stands before each character here.
    unknown = np.array(
        [(0, *ALPHABET.encode("们去"), symbol) for symbol in SYMBOLS], dtype=np.uint16
    )
    found = InterpolatedTable(general, own, 0.9).log_probabilities(unknown)
    np.testing.assert_allclose(found, general.log_probabilities(unknown), atol=1e-5)


def test_an_own_text_of_nothing_changes_nothing(general, asked):
    nothing = build_table(NgramCounts.empty(ALPHABET), SIZE, least=TWICE)
    table = InterpolatedTable(general, nothing, 0.5)
    np.testing.assert_allclose(
        table.log_probabilities(asked), general.log_probabilities(asked), atol=1e-5
    )
    assert table.log_counts(asked).tolist() == pytest.approx(
        general.log_counts(asked).tolist(), abs=1e-6
    )


def test_a_tiny_weight_gives_the_general_table(general, own, asked):
    found = InterpolatedTable(general, own, 1e-6).log_probabilities(asked)
    np.testing.assert_allclose(found, general.log_probabilities(asked), atol=1e-3)


def test_boundaries_have_no_probability(general, own):
    table = InterpolatedTable(general, own, 0.5)
    symbols = table.encode("天地\n人\n")
    assert (table.score(symbols) == 0).tolist() == [False, False, True, False, True]


def test_counts_are_those_of_both_together(general, own):
    table = InterpolatedTable(general, own, 0.5)
    for text in ("天", "天人", "天地", "天人天", "们去"):
        ngram = ALPHABET.encode(text)[None]
        times = [math.expm1(each.log_counts(ngram)[0]) for each in (general, own, table)]
        assert times[2] == pytest.approx(times[0] + times[1], rel=1e-4, abs=1e-4)


def test_replacements_are_scored_by_both(general, own):
    table = InterpolatedTable(general, own, 0.6)
    symbols = table.encode("天地人\n他们去天地\n")
    places = np.array([1, 6])
    candidates = table.encode("人我")[:, None]
    found = table.replacement_scores(symbols, places, candidates)
    written = table.score(symbols)
    for row, (place, [candidate]) in enumerate(zip(places, candidates, strict=True)):
        changed = symbols.copy()
        changed[place] = candidate
        for column, text in enumerate((symbols, changed)):
            scores = table.score(text)[place : place + 4]
            end = np.flatnonzero(text[place:] == BOUNDARY)[0]
            assert found.own[row, column] == pytest.approx(scores[0], abs=1e-5)
            assert found.following[row, column] == pytest.approx(scores[1:end].sum(), abs=1e-5)
    assert found.own[0, 0] == pytest.approx(written[1], abs=1e-5)


def test_tables_of_two_alphabets_do_not_go_together(general):
    other = build_table(NgramCounts.of(Alphabet("天"), ["天"]), SIZE)
    with pytest.raises(ValueError, match="another alphabet than the evidence: learn it anew"):
        InterpolatedTable(general, other, 0.5)


def test_an_interpolated_table_is_one_of_ngrams(general, own):
    # All that asks a table asks this one.
    assert isinstance(InterpolatedTable(general, own, 0.5), NgramTable)


class TestWeight:
    def likelihood(self, weight, general, own):
        return np.log((1 - weight) * np.exp(general) + weight * np.exp(own)).mean()

    @pytest.mark.parametrize(("better", "seed"), [(0.05, 0), (0.3, 1), (0.6, 2), (0.9, 3)])
    def test_it_is_that_under_which_the_text_is_likeliest_up_to_a_bound(self, better, seed):
        rng = np.random.default_rng(seed)
        general = rng.normal(-5, 2, 20_000)
        gain = np.where(rng.random(20_000) < better, 2, -2) + rng.normal(0, 0.5, 20_000)
        own = general + gain
        weights = np.linspace(0.001, 0.999, 999)
        best = weights[np.argmax([self.likelihood(each, general, own) for each in weights])]
        assert fit_weight(general, own) == pytest.approx(min(best, MOST), abs=0.02)

    def test_it_is_a_share_whatever_the_text(self):
        general = np.full(100_000, -5.0)
        for own in (general - 60, general + 60):
            assert 0 < fit_weight(general, own, rounds=300) < 1

    def test_a_few_characters_hardly_change_it(self):
        general = np.full(10, -5.0)
        unknown = fit_weight(np.zeros(0), np.zeros(0))
        for own in (general - 9, general + 9):
            assert fit_weight(general, own) == pytest.approx(unknown, abs=0.1)


def test_the_number_of_characters_is_that_of_the_listed_ones():
    counts = NgramCounts.of(ALPHABET, ["天地9人。"] * 5)
    assert number_of_characters(build_table(counts, SIZE)) == pytest.approx(15)
    empty = build_table(NgramCounts.empty(ALPHABET), SIZE)
    assert number_of_characters(empty) == 1
