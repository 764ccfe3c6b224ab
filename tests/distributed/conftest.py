"""Corpora through the tiny pipeline. What needs a running Ray is for `make test-ray`."""

import os
import sys
from pathlib import Path

import pytest

from spacy_sdcl.distributed.run import Order, correct_order, in_this_process
from spacy_sdcl.distributed.work import Settings

# Those who read the commands of a page.
sys.path.append(str(Path(__file__).parents[1] / "cli"))

if "RAY_TESTS" not in os.environ:
    collect_ignore_glob = ["test_on_ray*.py"]

SENTENCES = ("我今天很高行。", "老师说得很对。", "他门明天去北京。", "", "请问车占怎么走？")


@pytest.fixture
def make_corpus(tmp_path):
    """Write a file of so many lines, each with its number."""

    def make(count):
        path = tmp_path / "corpus.txt"
        lines = (f"{SENTENCES[number % len(SENTENCES)]}{number}\n" for number in range(count))
        path.write_text("".join(lines), encoding="utf-8", newline="")
        return path

    return make


@pytest.fixture
def corpus(make_corpus):
    """A file of text of some hundred lines, which is to be cut into many blocks."""
    return make_corpus(200)


@pytest.fixture
def order(corpus, pipeline_dir, tmp_path):
    """What is to be done with it."""
    settings = Settings(str(pipeline_dir))
    return Order(str(corpus), str(tmp_path / "out"), settings, block_size=500)


@pytest.fixture
def correct_all():
    """Do what is ordered, in this process; returns counts and messages."""

    def run(order, hands=in_this_process):
        said = []
        return correct_order(order, hands, say=said.append), said

    return run


@pytest.fixture
def read_parts():
    """All parts of an output, one after the other."""

    def read(output):
        return b"".join(path.read_bytes() for path in sorted(Path(output).glob("part-*")))

    return read
