import numpy as np
import pytest

from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.kneser_ney import KneserNey, discounts, estimate
from spacy_sdcl.evidence.levels import make_levels, select
from spacy_sdcl.evidence.packing import history, last_symbols, pack
from spacy_sdcl.evidence.pruning import entropy_losses, number_of_ngrams, prune

ALPHABET = Alphabet("天地人你我他好很高兴")


@pytest.fixture(scope="module")
def text():
    # Each character mostly decides over the next two, so that longer n-grams are worth something.
    rng = np.random.default_rng(0)
    characters = "天地人你我他好很高兴"
    lines = []
    for _ in range(400):
        line = list(rng.choice(list(characters), 2))
        while len(line) < 12:
            usual = (characters.index(line[-1]) * 3 + characters.index(line[-2])) % 10
            line.append(characters[usual if rng.random() < 0.7 else rng.integers(10)])
        lines.append("".join(line))
    return lines


@pytest.fixture(scope="module")
def levels(text):
    return make_levels(NgramCounts.of(ALPHABET, text))


@pytest.fixture(scope="module")
def steps(text):
    return discounts(NgramCounts.of(ALPHABET, text))


def held_out_loss(levels, steps, text):
    asked = np.lib.stride_tricks.sliding_window_view(ALPHABET.encode("".join(text[:100])), 4)
    return -KneserNey(levels, estimate(levels, steps)).log_probabilities(pack(asked)).mean()


@pytest.mark.parametrize("size", [0, 50, 300, 1000, 10**9])
def test_no_more_ngrams_stay_than_asked_for_and_hardly_fewer(levels, steps, size):
    pruned = prune(levels, steps, size)
    expected = min(size, number_of_ngrams(levels))
    # One more would bring along up to five that it contains.
    assert expected - 6 - size // 500 <= number_of_ngrams(pruned) <= expected


def test_with_each_ngram_stay_those_that_it_contains(levels, steps):
    pruned = prune(levels, steps, 400)
    for order in (2, 3, 4):
        level, below = pruned[order - 1], pruned[order - 2]
        assert len(level.keys)
        assert (below.keys[level.suffixes] == last_symbols(level.keys, order - 1)).all()
        assert (below.keys[level.histories] == history(level.keys)).all()


def test_those_stay_without_which_text_is_told_worse(levels, steps, text):
    pruned = prune(levels, steps, 150)
    rng = np.random.default_rng(0)
    pairs = np.zeros(len(levels[1].keys), dtype=bool)
    pairs[rng.choice(len(pairs), len(pairs) // 2, replace=False)] = True
    nothing = [np.zeros(len(level.keys), dtype=bool) for level in levels[2:]]
    at_random = select(levels, [np.ones(len(levels[0].keys), dtype=bool), pairs, *nothing])
    assert held_out_loss(pruned, steps, text) < held_out_loss(at_random, steps, text) - 0.2
    assert held_out_loss(levels, steps, text) < held_out_loss(pruned, steps, text)


def test_the_loss_of_an_ngram_is_what_the_text_loses_without_it(levels, steps):
    # Of n-grams of four: nothing else depends on them but what follows their history.
    of = estimate(levels, steps)
    losses = entropy_losses(levels, of)[3]
    for place in (losses.argmax(), 0, len(losses) // 2):
        ngram = levels[3].keys[place]
        left = [np.ones(len(level.keys), dtype=bool) for level in levels]
        left[3][place] = False
        fewer = select(levels, left)
        asked = (ngram >> np.uint64(16) << np.uint64(16)) + np.arange(2, len(ALPHABET)).astype("u8")
        before = KneserNey(levels, of).log_probabilities(asked)
        # The shorter n-grams as they were: estimated anew, they would count what it leaves to them.
        kept = [*of[:3], of[3]._replace(probabilities=of[3].probabilities[left[3]])]
        share = of[2].back_off.copy()
        share[levels[3].histories[place]] += of[3].own[place]
        kept[2] = of[2]._replace(back_off=share)
        model = KneserNey(fewer, kept)
        after = model.log_probabilities(asked)
        backed_off = ~np.isin(asked, fewer[3].keys)
        lost = (np.exp(before) * (before - after))[backed_off].sum()
        weight = of[2].weights[levels[3].histories[place]]
        assert losses[place] == pytest.approx(weight * lost, rel=1e-6)
