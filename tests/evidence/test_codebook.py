import itertools

import numpy as np

from spacy_sdcl.evidence.codebook import make_codebook


def test_points_of_few_values_are_kept_exactly():
    points = np.array([[1.0, 2.0], [1.0, 2.0], [3.0, 5.0], [3.0, 4.0]])
    centres, cells = make_codebook(points, np.ones(4), [np.arange(4)], 10)
    assert len(centres) == 3
    assert centres[cells].tolist() == points.tolist()


def test_more_cells_mean_smaller_errors():
    points = np.random.default_rng(0).normal(size=(5000, 3))
    errors = []
    for size in (1, 8, 64, 512):
        centres, cells = make_codebook(points, np.ones(5000), [np.arange(5000)], size)
        assert len(centres) == size
        errors.append(((centres[cells] - points) ** 2).sum())
    # Three dimensions: eight times the cells halve the distances.
    assert all(after < before / 2.5 for before, after in itertools.pairwise(errors))


def test_heavy_points_draw_the_centres_to_them():
    points = np.array([[0.0], [1.0]])
    centres, _ = make_codebook(points, np.array([1.0, 3.0]), [np.arange(2)], 1)
    assert centres.tolist() == [[0.75]]


def test_groups_share_no_cells():
    points = np.zeros((6, 2))
    groups = [np.array([0, 2, 4]), np.array([1, 3, 5])]
    _, cells = make_codebook(points, np.ones(6), groups, 10)
    assert cells.tolist() == [0, 1, 0, 1, 0, 1]
