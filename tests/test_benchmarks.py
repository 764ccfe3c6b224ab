"""The benchmark's texts and table; what it measures is for `make bench` to say."""

import importlib
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def load(monkeypatch):
    """Import a module of the benchmark as its own scripts do."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module
    for name in ("texts", "macbert", "bench"):
        sys.modules.pop(name, None)


def test_texts_have_the_lengths_of_their_shapes(load):
    texts = load("texts")
    assert {len(text) for text in texts.mixed(300)} == set(range(10, 81))
    assert {len(text) for text in texts.short(10, length=20)} == {20}
    assert len(texts.document(10_001)) == 10_001


def test_texts_are_the_same_in_every_run(load):
    texts = load("texts")
    assert texts.mixed(20) == texts.mixed(20) != texts.mixed(20, seed=1)


def test_a_row_is_the_median_with_its_spread(load):
    bench = load("bench")
    table = bench.make_table([bench.Row("peer: mixed", [2.0, 1.5, 3.0], "100% alike")])
    assert table.splitlines()[-1] == "| peer: mixed | 2.00 | 1.50 to 3.00 | 100% alike |"
