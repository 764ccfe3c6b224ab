"""`sdcl correct-dataset` but for Ray: what it says, and with what code it ends."""

import json
import sys

import pytest

from spacy_sdcl.distributed import engine
from spacy_sdcl.distributed.run import in_this_process


@pytest.fixture
def without_ray(monkeypatch):
    """The same blocks, done in this process."""
    monkeypatch.setattr(engine, "RayHands", lambda address, workers: in_this_process)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("他门明天去北京。\n老师说得很对。\n", encoding="utf-8")
    return path


def test_a_run_says_what_it_did_and_so_does_its_repetition(without_ray, run_sdcl, text, tmp_path):
    for already in ("", "Done already: 1 of 1 blocks.\n"):
        done = run_sdcl("correct-dataset", text, "out")
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr == f"{already}out: rows: 2, with errors: 1, errors: 1\n"
    part = tmp_path / "out" / "part-000000.txt"
    assert part.read_text(encoding="utf-8") == "他们明天去北京。\n老师说得很对。\n"


def test_rows_that_fail_are_told_and_the_code_says_so(without_ray, run_sdcl, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"body": "他门明天去北京。"}\n{"body": 1}\n', encoding="utf-8")
    done = run_sdcl("correct-dataset", path, "out", "--column", "body")
    assert done.exit_code == 1
    assert "row 1: no text, but int" in done.stderr
    assert "Rows that could not be corrected: 1." in done.stderr
    rows = (tmp_path / "out" / "part-000000.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(row)["error"] for row in rows] == [None, "no text, but int"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.txt", "out"], "name a file, or a folder of files"),
        (["a.txt", "out", "--threshold", "2"], "must be within 0 and 1"),
        (["a.txt", "out", "--type", "jsonl"], "no JSON"),
        (["a.jsonl", "out"], "no column 'text', but 'body': name one with --column"),
        (["a.jsonl", "out", "--column", "body", "--format", "text"], "--format jsonl can be had"),
        (["a.log", "out"], "--type parquet|jsonl|text"),
        (["a.txt", "a.jsonl"], "is a file: name a folder"),
        (["nowhere://a", "out"], "nowhere://a cannot be reached"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(without_ray, run_sdcl, text, tmp_path, arguments, said):
    (tmp_path / "a.jsonl").write_text('{"body": "我"}\n', encoding="utf-8")
    (tmp_path / "a.log").touch()
    done = run_sdcl("correct-dataset", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_model_that_is_not_there_is_told(without_ray, run_sdcl, text):
    done = run_sdcl("correct-dataset", text, "out", model="nowhere")
    assert (done.exit_code, "No pipeline 'nowhere'" in done.stderr) == (2, True)


@pytest.mark.parametrize("package", ["ray", "ray.data"])
def test_without_the_extra_it_is_named(run_sdcl, text, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    done = run_sdcl("correct-dataset", text, "out")
    assert done.exit_code == 2
    assert 'pip install "spacy_sdcl[ray]"' in done.stderr


def test_parquet_without_the_extra_names_it(without_ray, run_sdcl, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "a.parquet").touch()
    done = run_sdcl("correct-dataset", "a.parquet", "out")
    assert (done.exit_code, 'pip install "spacy_sdcl[ray]"' in done.stderr) == (2, True)


def test_who_has_enough_is_told_how_to_go_on(run_sdcl, text, monkeypatch):
    def interrupt(worker, options, numbers):
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "RayHands", lambda address, workers: interrupt)
    done = run_sdcl("correct-dataset", text, "out")
    assert done.exit_code == 130
    assert "repeat the command to go on" in done.stderr
