"""Texts read in parts: together they are what is read at once."""

import numpy as np
import pytest
from tiny import PAIRS

from spacy_sdcl.model.architecture import SDCL
from spacy_sdcl.model.reading import read_doubts, read_in_parts

TEXTS = ["".join(pair.source for pair in PAIRS) * 20, "", "abc" * 200, PAIRS[0].source]


def make_model(path):
    model = SDCL(str(path), batch_characters=64)
    model.initialize()
    return model


@pytest.mark.parametrize(("windows", "groups"), [(1, 16), (3, 16), (2048, 1)])
def test_parts_of_any_size_are_what_is_read_at_once(untrained_dir, monkeypatch, windows, groups):
    model = make_model(untrained_dir)
    whole = read_doubts(model, TEXTS, doubt=1.0)
    monkeypatch.setattr("spacy_sdcl.model.reading.WINDOWS_AT_ONCE", windows)
    monkeypatch.setattr("spacy_sdcl.model.reading.GROUPS_AT_ONCE", groups)
    parts = list(read_in_parts(model, TEXTS, doubt=1.0))
    assert len(parts) > 3
    before = (0, 0)
    for doubts, *until in parts:
        places = list(zip(doubts.text.tolist(), doubts.start.tolist(), strict=True))
        assert places == sorted(places)
        assert all(before <= place < tuple(until) for place in places)
        before = tuple(until)
    assert before == (len(TEXTS), 0)
    for column, expected in zip(read_doubts(model, TEXTS, doubt=1.0), whole, strict=True):
        np.testing.assert_allclose(column, expected, atol=1e-5)


def test_what_has_no_chinese_is_passed_over_in_parts_too(untrained_dir, monkeypatch):
    monkeypatch.setattr("spacy_sdcl.model.reading.GROUPS_AT_ONCE", 1)
    model = make_model(untrained_dir)
    parts = list(read_in_parts(model, ["abc" * 200]))
    assert len(parts) > 3
    assert not any(len(part.doubts.text) for part in parts)
