"""The judge: probabilities of candidates, the gains of pairs, and its fit."""

import numpy as np
import pytest

from spacy_sdcl.evidence.features import NAMES
from spacy_sdcl.evidence.fitting import Fit, fit_judge
from spacy_sdcl.evidence.judge import Judge, probabilities
from spacy_sdcl.evidence.pairs import Pairs, held_out_gains, pair_keys

WIDTH = len(NAMES)


def made_up(places=600, candidates=3, seed=0):
    """Places with three candidates, the right one of which has a high first feature."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(places * candidates, WIDTH)).astype(np.float32)
    row = np.repeat(np.arange(places), candidates)
    is_right = np.zeros(len(row), dtype=bool)
    is_right[np.arange(0, places, 2) * candidates] = True
    features[:, 0] = np.where(is_right, 3, -3) + rng.normal(size=len(row)) / 2
    keys = rng.integers(0, 50, len(row)).astype(np.uint32)
    return Fit(features, row, keys, row, is_right, np.ones(places, dtype=np.float32))


def test_probabilities_are_the_softmax_with_what_is_written():
    scores = np.array([[0.0, 1.0, -np.inf], [-np.inf, -np.inf, -np.inf], [300.0, -5.0, 2.0]])
    found, written = probabilities(scores, np.isfinite(scores))
    assert found[0, :2] == pytest.approx(np.exp([0, 1]) / (2 + np.e))
    assert written[:2] == pytest.approx([1 / (2 + np.e), 1])
    assert found[1].tolist() == [0, 0, 0]
    assert found[2, 0] == pytest.approx(1)
    assert found.sum(1) + written == pytest.approx([1, 1, 1])


def test_a_judge_learns_what_is_right_and_when_nothing_is():
    judge = fit_judge(
        [made_up()], hidden=8, steps=200, batch_places=256, learning_rate=0.03, weight_decay=0.1
    )
    new = made_up(seed=1)
    scores = judge.scores(new.features, new.keys).reshape(-1, 3)
    found, written = probabilities(scores, np.isfinite(scores))
    is_right = new.is_right.reshape(-1, 3)
    assert (found[is_right] > 0.8).mean() > 0.95
    assert (written[~is_right.any(1)] > 0.8).mean() > 0.95


def test_a_fit_is_the_same_each_time():
    first, second = (fit_judge([made_up()], hidden=4, steps=20) for _ in range(2))
    for name, array in first.arrays().items():
        assert array.tolist() == second.arrays()[name].tolist(), name


def test_a_judge_made_of_its_arrays_scores_the_same():
    judge = fit_judge([made_up()], hidden=4, steps=20)
    again = Judge.from_arrays(judge.arrays())
    data = made_up(seed=2)
    assert again.scores(data.features, data.keys).tolist() == pytest.approx(
        judge.scores(data.features, data.keys).tolist()
    )


def test_a_judge_of_other_features_is_refused():
    arrays = fit_judge([made_up()], hidden=4, steps=2).arrays()
    with pytest.raises(ValueError, match="fit it anew"):
        Judge.from_arrays({**arrays, "mean": arrays["mean"][:-1]})
    with pytest.raises(ValueError, match="lacks scale"):
        Judge.from_arrays({name: each for name, each in arrays.items() if name != "scale"})


def test_gains_tell_pairs_that_are_often_right_from_those_that_never_are():
    keys = np.repeat(np.array([1, 2, 3], dtype=np.uint32), 100)
    is_right = np.concatenate([np.arange(100) < 60, np.arange(100) < 0, np.arange(100) < 20])
    pairs = Pairs.of(keys, is_right)
    often, never, unseen = pairs.gain(np.array([1, 2, 9], dtype=np.uint32))
    average = 80 / 300
    assert often == pytest.approx(np.log((60 / average + 4) / 104), abs=1e-3)
    assert never == pytest.approx(np.log(4 / 104), abs=1e-2)
    assert unseen == 0


def test_a_case_is_not_judged_by_itself():
    keys = np.arange(40, dtype=np.uint32)
    gains = held_out_gains(keys, np.arange(40) % 2 == 0, np.arange(40))
    # Each pair occurs once, so that the others say nothing of it.
    assert gains.tolist() == [0.0] * 40


def test_keys_of_pairs_keep_both_characters():
    keys = pair_keys(np.array([65535, 7], np.uint16), np.array([1, 65535], np.uint16))
    assert keys.tolist() == [(65535 << 16) + 1, (7 << 16) + 65535]
