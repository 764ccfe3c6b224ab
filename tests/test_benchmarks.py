"""The benchmark's texts, model and table; what it measures is for `make bench` to say."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from spacy.tokens import DocBin
from tiny import PAIRS

from spacy_sdcl.annotations.spans import make_gold_doc

FOLDER = Path(__file__).parent.parent / "benchmarks"
MODULES = (
    "bench",
    "limit",
    "macbert",
    "processor",
    "products",
    "systems",
    "texts",
    "training",
    "worker",
)


@pytest.fixture
def load(monkeypatch):
    """Import a module of the benchmark as its own scripts do."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module
    for name in MODULES:
        sys.modules.pop(name, None)


def test_texts_have_the_lengths_of_their_shapes(load):
    texts = load("texts")
    assert {10, 80} <= {len(text) for text in texts.mixed(400)} <= set(range(10, 81))
    assert {len(text) for text in texts.single(10, length=20)} == {20}
    assert len(texts.document(10_001)) == 10_001


def test_texts_are_the_same_in_every_run(load):
    texts = load("texts")
    assert texts.mixed(20) == texts.mixed(20) != texts.mixed(20, seed=1)


def test_some_of_the_mixed_sentences_are_not_purely_chinese(load):
    texts = load("texts").mixed(80)
    foreign = sum(any(ord(char) < 128 for char in text) for text in texts)
    assert 5 <= foreign <= 20


def test_a_row_is_the_median_with_its_spread(load):
    bench = load("bench")
    table = bench.make_table([bench.Row("mixed: ours", [2.0, 1.5, 3.0], "x", "≥ 2.0")])
    assert table.splitlines()[-1] == "| mixed: ours | 2 x | 1.5 to 3 | ≥ 2.0 |"


def test_each_kind_of_processor_has_its_goals_and_files(load, monkeypatch):
    processor, bench = load("processor"), load("bench")
    for capability, vnni, kind in (("AVX2", False, "avx2"), ("AVX512", True, "avx512")):
        monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda c=capability: c)
        monkeypatch.setattr(processor, "has_vnni", lambda v=vnni: v)
        assert processor.kind() == kind
        assert processor.features().startswith(f"{capability}, {'VNNI' if vnni else 'no VNNI'}")
        rows = json.loads((FOLDER / f"results_{kind}.json").read_text(encoding="utf-8"))["rows"]
        goals = {row["what"]: row["goal"] for row in rows if row["goal"]}
        assert goals == bench.FOR_ALL | bench.GOALS[kind]
    # Without VNNI its figures belong in neither table.
    monkeypatch.setattr(processor, "has_vnni", lambda: False)
    assert processor.kind() not in bench.GOALS


def test_products_are_timed_by_each_library(load, monkeypatch):
    products = load("products")
    # So small a product costs its call alone: the work of a whole time would take minutes.
    monkeypatch.setattr(products, "LEAST_OPERATIONS", 1e5)
    speeds = products.layer_speeds(((8, 16), (16, 8)), 4, 1)
    assert len(speeds) == 1 + products.has_packed_products()
    assert min(speeds) > 0


def test_the_two_training_steps_compute_the_same_loss(load, untrained_dir):
    training = load("training")
    from spacy_sdcl.model.weights import load_network

    network = load_network(str(untrained_dir), fusion=None).train()
    pairs = training.make_pairs([pair.target for pair in PAIRS])
    torch.testing.assert_close(training.ours(network, pairs), training.naive(network, pairs))


def test_a_worker_corrects_and_tells_time_and_memory(tmp_path):
    texts, output = tmp_path / "texts.json", tmp_path / "corrected.json"
    texts.write_text(json.dumps([pair.source for pair in PAIRS]), encoding="utf-8")
    command = [sys.executable, str(FOLDER / "worker.py"), "ours", "zh_sdcl_sm", "--threads", "1"]
    sent = json.dumps({"texts": str(texts), "output": str(output), "singly": True})
    done = subprocess.run(command, input=sent + "\n", check=True, stdout=subprocess.PIPE, text=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    assert len(answer["seconds"]) == len(PAIRS)
    assert answer["peak_megabytes"] >= answer["added_megabytes"] >= 0
    corrected = json.loads(output.read_text(encoding="utf-8"))
    assert [len(text) for text in corrected] == [len(pair.source) for pair in PAIRS]


def test_spacys_own_benchmark_reads_a_saved_pipeline(trained_nlp, tmp_path):
    trained_nlp.to_disk(tmp_path / "pipeline")
    docs = [make_gold_doc(trained_nlp, pair) for pair in PAIRS]
    DocBin(docs=docs).to_disk(tmp_path / "pairs.spacy")
    command = [sys.executable, "-m", "spacy", "benchmark", "speed"]
    command += [str(tmp_path / "pipeline"), str(tmp_path / "pairs.spacy"), "--batches", "30"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    assert "words/s" in done.stdout
