import numpy as np
import pytest

from spacy_sdcl.evidence.calibration import Guesses, calibration, plot_calibration


def guesses(*rows):
    probability, is_right, weight = zip(*rows, strict=True)
    return Guesses(np.array(probability), np.array(is_right, dtype=bool), np.array(weight))


def test_each_bin_has_the_share_of_its_guesses_that_is_right():
    found = guesses((0.1, 0, 1.0), (0.3, 1, 1.0), (0.7, 1, 1.0), (0.9, 0, 1.0), (0.8, 1, 1.0))
    low, high = calibration(found, (0.0, 0.5, 1.0))
    assert (low.low, low.high, low.number) == (0.0, 0.5, 2)
    assert (low.probability, low.right) == (pytest.approx(0.2), 0.5)
    assert (high.probability, high.right) == (pytest.approx(0.8), pytest.approx(2 / 3))


def test_a_place_counts_by_its_weight():
    [found] = calibration(guesses((0.6, 1, 3.0), (0.8, 0, 1.0)), (0.5, 1.0))
    assert (found.probability, found.right) == (pytest.approx(0.65), 0.75)


def test_empty_bins_are_left_out_and_certainty_is_in_the_last():
    [found] = calibration(guesses((1.0, 1, 1.0)), (0.0, 0.5, 0.9, 1.0))
    assert (found.low, found.right, found.number) == (0.9, 1.0, 1)


def test_the_plot_is_a_picture(tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "new" / "calibration.png"
    plot_calibration({"pairs": calibration(guesses((0.6, 1, 1.0)))}, picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
