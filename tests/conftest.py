"""One tiny random BERT, made once a test run, serves all tests; none needs a network connection."""

import os

# Before anything imports torch or transformers. Forked children of a process with several torch
# threads hang, and a name that is mistyped must fail here instead of asking the Hub.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pytest
import spacy
import torch
from hypothesis import settings
from tiny import (
    COMMON_CHARACTERS,
    TINY_ENCODER,
    make_examples,
    make_loaded,
    make_pipeline,
    make_tiny_network,
)
from transformers import BertConfig, BertForMaskedLM
from weighed import each_alone, make_nlp

from spacy_sdcl.model.vocabulary import SPECIAL_TOKENS
from spacy_sdcl.model.weights import NETWORK_FILE, network_to_bytes

torch.set_num_threads(1)
# How long an example takes says more about the machine than about the code.
settings.register_profile("spacy_sdcl", deadline=None)
settings.load_profile("spacy_sdcl")


def pytest_collection_modifyitems(items):
    # Files with slow tests first: a long one that begins last keeps one of two workers waiting.
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_configure(config):
    config.addinivalue_line("markers", "embedded: depends on how good the embedded model is")


@pytest.fixture
def tiny_network():
    return make_tiny_network()


@pytest.fixture(scope="session")
def untrained_dir(tmp_path_factory):
    """A directory with a stored network that was never trained for correction."""
    path = tmp_path_factory.mktemp("untrained")
    (path / NETWORK_FILE).write_bytes(network_to_bytes(make_tiny_network()))
    return path


@pytest.fixture
def untrained_nlp(untrained_dir):
    return make_loaded(untrained_dir)


@pytest.fixture(scope="session")
def transformers_dir(tmp_path_factory):
    """A directory as transformers saves a masked LM, with a word-piece vocabulary."""
    path = tmp_path_factory.mktemp("transformers")
    tokens = [*SPECIAL_TOKENS, *(char for char in COMMON_CHARACTERS if not char.isspace())]
    tokens += ["##" + char for char in "天中ab"] + ["abc", "[unused1]"]
    (path / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf8")
    settings = {k: v for k, v in TINY_ENCODER.items() if k != "model_type"}
    with torch.random.fork_rng():
        torch.manual_seed(1)
        BertForMaskedLM(BertConfig(vocab_size=len(tokens), **settings)).save_pretrained(path)
    return path


@pytest.fixture(scope="session")
def trained_dir(tmp_path_factory):
    """A directory with a stored network that corrects the sentences of PAIRS."""
    # A table of pairs would be learnt by heart: other contexts would be corrected at random.
    start = tmp_path_factory.mktemp("start")
    (start / NETWORK_FILE).write_bytes(network_to_bytes(make_tiny_network(bigram_keys=None)))
    nlp = make_pipeline(start)
    examples = make_examples(nlp)
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.01
    for _ in range(60):
        nlp.update(examples, sgd=optimizer)
    network = nlp.get_pipe("sdcl_corrector").model.shims[0]._model
    path = tmp_path_factory.mktemp("trained")
    (path / NETWORK_FILE).write_bytes(network_to_bytes(network))
    return path


@pytest.fixture
def trained_nlp(trained_dir):
    """A pipeline that corrects the sentences of PAIRS."""
    return make_loaded(trained_dir)


@pytest.fixture(scope="session")
def eager_nlp(trained_dir):
    """A pipeline that changes whatever it can, not to be modified: there is a lot to see."""
    return make_loaded(trained_dir, threshold=0.0)


@pytest.fixture(scope="session")
def pipeline_dir(trained_dir, tmp_path_factory):
    """A saved pipeline that corrects the sentences of PAIRS."""
    path = tmp_path_factory.mktemp("pipeline") / "trained"
    make_loaded(trained_dir, threshold=0.5).to_disk(path)
    return path


@pytest.fixture(scope="session")
def fix(pipeline_dir):
    """What the saved pipeline makes of a text."""
    nlp = spacy.load(pipeline_dir)
    return lambda text: nlp(text)._.corrected


@pytest.fixture(scope="session")
def weighing_nlp():
    """A pipeline with the embedded model and its evidence, not to be modified."""
    return make_nlp()


@pytest.fixture(scope="session")
def weighed_docs(weighing_nlp):
    """The texts of weighed.py, each corrected on its own."""
    return each_alone(weighing_nlp)
