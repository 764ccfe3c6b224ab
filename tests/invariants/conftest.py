"""The invariants hold for a tiny network and for the embedded model: each test runs with both.

Here the embedded model takes the place of the tiny one in fixtures of the same names.
"""

from pathlib import Path

import pytest
from awkward import CONTROL, TEXTS_OF_ONE_BATCH
from hypothesis import settings
from tiny import PAIRS, make_loaded

# The embedded model is read by the same code, and slower: fewer texts do.
FEWER = 12
# Sentences of our own, each with its correction.
PAIRS_FILE = Path(__file__).parents[2] / "project" / "assets" / "pairs.tsv"


@pytest.fixture(scope="session", params=["tiny", "embedded"])
def model_name(request):
    """What the model is called in a config."""
    return "zh_sdcl_sm" if request.param == "embedded" else request.getfixturevalue("trained_dir")


@pytest.fixture(scope="session")
def examples(model_name):
    """Settings of hypothesis for so many examples with the tiny network."""

    def make(count):
        return settings(max_examples=count // FEWER if model_name == "zh_sdcl_sm" else count)

    return make


@pytest.fixture(scope="session")
def misspelt(model_name):
    """Sentences that the model corrects: a mistake that a text repeats time and again may be meant."""
    if model_name != "zh_sdcl_sm":
        return [PAIRS[1].source]
    lines = PAIRS_FILE.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines]


@pytest.fixture
def trained_nlp(model_name):
    """A pipeline that corrects the sentences of PAIRS."""
    return make_loaded(model_name)


@pytest.fixture(scope="session")
def eager_nlp(model_name):
    """A pipeline that changes whatever it can, not to be modified: there is a lot to see."""
    return make_loaded(model_name, threshold=0.0)


@pytest.fixture(scope="session")
def controlled_nlp(model_name):
    """A pipeline that changes what it can under all settings at once, not to be modified."""
    return make_loaded(model_name, **CONTROL)


@pytest.fixture(scope="session")
def expected(eager_nlp):
    """The texts, each corrected on its own."""
    docs = [eager_nlp(text) for text in TEXTS_OF_ONE_BATCH]
    assert sum(len(doc._.corrections) for doc in docs) > 50
    return docs
