"""A real Ray of two nodes, whose workers, nodes and drivers are killed: `make test-ray`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from spacy_sdcl.distributed import correct, count
from spacy_sdcl.distributed.cluster import import_ray
from spacy_sdcl.distributed.manifest import FOLDER
from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.building import build_table
from spacy_sdcl.evidence.counting import NgramCounts

ray = import_ray()
from ray.cluster_utils import Cluster  # noqa: E402

NODE = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}
# Seconds that a run may take; the machine may be slow, and Ray waits long for what is lost.
PATIENCE = 300


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster(initialize_head=True, head_node_args=NODE)
    cluster.add_node(**NODE)
    ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield cluster
    ray.shutdown()
    cluster.shutdown()


@pytest.fixture
def start(cluster, order, tmp_path):
    """Start the command on that cluster as a process of its own."""
    started = []

    def start(**options):
        command = [sys.executable, "-m", "spacy", "sdcl", "correct-dataset", order.input]
        command += [order.output, "--model", order.settings.model, "--address", cluster.address]
        command += ["--block-size", str(order.block_size / 2**20), "--workers", "2"]
        with (tmp_path / "said.txt").open("ab") as said:
            # A group of its own, as a terminal makes it.
            started.append(subprocess.Popen(command, stderr=said, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def order(order, make_corpus):
    """The same with more text, so that there is time to kill something."""
    make_corpus(12_000)
    return order._replace(block_size=2000)


@pytest.fixture
def expected(order, tmp_path, correct_all, read_parts):
    """What one process makes of it."""
    correct_all(order._replace(output=str(tmp_path / "whole")))
    return read_parts(tmp_path / "whole")


def records(output):
    return sorted((Path(output) / FOLDER).glob("part-*.json"))


def wait_for(what, process=None):
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "nothing happens"
        assert process is None or process.poll() is None, "it has ended already"
        time.sleep(0.02)


def wait_until_it_works(process, output):
    """Both workers are at it, and there is much left to do."""
    before = len(records(output))
    wait_for(lambda: len(records(output)) > before + 5 and len(workers()) == 2, process)


def workers():
    def is_worker(process):
        try:
            return "ray::MapWorker" in " ".join(process.cmdline())
        except psutil.Error:
            return False

    return list(filter(is_worker, psutil.process_iter()))


def test_a_worker_that_is_killed_is_made_up_for(start, order, expected, read_parts):
    process = start()
    wait_until_it_works(process, order.output)
    workers()[0].kill()
    assert process.wait(PATIENCE) == 0
    assert read_parts(order.output) == expected


def test_a_node_that_is_lost_is_made_up_for(cluster, start, order, expected, read_parts):
    [node] = cluster.worker_nodes
    process = start()
    wait_until_it_works(process, order.output)
    cluster.remove_node(node, allow_graceful=False)
    cluster.add_node(**NODE)
    assert process.wait(PATIENCE) == 0
    assert read_parts(order.output) == expected


def test_a_driver_that_is_killed_is_gone_on_with(start, order, expected, read_parts, tmp_path):
    process = start()
    wait_until_it_works(process, order.output)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    # Its workers learn of it a moment later, and may end a block until then.
    wait_for(lambda: not workers())
    done = {path.name: path.stat().st_mtime_ns for path in records(order.output)}
    assert 5 < len(done) < len(expected) // order.block_size
    assert start().wait(PATIENCE) == 0
    assert read_parts(order.output) == expected
    now = {path.name: path.stat().st_mtime_ns for path in records(order.output)}
    assert {name: now[name] for name in done} == done
    said = (tmp_path / "said.txt").read_text(encoding="utf-8")
    assert f"Done already: {len(done)} of {len(now)} blocks." in said


def make_dataset(order, blocks=40):
    lines = Path(order.input).read_text(encoding="utf-8").splitlines()
    items = [{"number": number, "body": line} for number, line in enumerate(lines)]
    items[7]["body"] = None
    return ray.data.from_items(items, override_num_blocks=blocks), items


def test_a_dataset_is_corrected_as_by_one_process(cluster, order, fix):
    dataset, items = make_dataset(order)
    found = correct(dataset, column="body", model=order.settings.model, workers=2)
    # Not sorted by Ray, which would have to hold all of it.
    rows = sorted(found.iter_rows(), key=lambda row: row["number"])
    assert [{name: row[name] for name in ("number", "body")} for row in rows] == items
    assert [row["corrected"] for row in rows[:50]] == [
        item["body"] and fix(item["body"]) for item in items[:50]
    ]
    assert rows[0]["corrections"][0]["target"] == "兴"
    assert not any(row["error"] for row in rows)


def test_a_dataset_outlives_a_worker(cluster, order):
    dataset, items = make_dataset(order)
    found = correct(dataset, column="body", model=order.settings.model, workers=2)
    rows, killed = [], False
    for row in found.iter_rows():
        rows.append(row)
        if not killed:
            workers()[0].kill()
            killed = True
    assert sorted(row["number"] for row in rows) == list(range(len(items)))


def test_an_error_in_a_row_stays_with_it_on_ray_too(cluster, order):
    data = ray.data.from_items([{"text": b"\xff"}, {"text": b""}])
    rows = correct(data, model=order.settings.model, workers=1).take_all()
    assert [row["error"] for row in rows] == ["no text, but bytes"] * 2


def test_a_column_that_is_not_there_is_named(cluster, order):
    data = ray.data.from_items([{"body": "我"}])
    with pytest.raises(ray.exceptions.RayTaskError, match="no column 'text', but 'body': name"):
        correct(data, model=order.settings.model, workers=1).take_all()


def test_the_counts_of_a_dataset_are_those_of_its_text(cluster, order):
    dataset, items = make_dataset(order)
    texts = [item["body"] for item in items if item["body"] is not None]
    alphabet = Alphabet(sorted({char for text in texts for char in text}))
    found = count(dataset, column="body", alphabet=alphabet, characters=1000)
    whole = NgramCounts.of(alphabet, texts)
    assert found.keys.tolist() == whole.keys.tolist()
    assert found.counts.tolist() == whole.counts.tolist()
    assert len(build_table(found, 200_000).alphabet) == len(alphabet)


def test_a_local_ray_is_started_where_none_runs(order, corpus, tmp_path, fix):
    corpus.write_text("他门明天去北京。\n", encoding="utf-8")
    command = [sys.executable, "-m", "spacy", "sdcl", "correct-dataset", order.input, order.output]
    command += ["--model", order.settings.model, "--address", "local", "--workers", "1"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{order.output}: rows: 1, with errors: 1, errors: 1\n"


def test_an_address_where_no_ray_answers_is_told(order):
    command = [sys.executable, "-m", "spacy", "sdcl", "correct-dataset", order.input, order.output]
    command += ["--model", order.settings.model, "--address", "127.0.0.1:1"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 2
    assert "No Ray answers at 127.0.0.1:1: start one there" in done.stderr
