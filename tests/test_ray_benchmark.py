"""The benchmark of Ray Data, but for Ray; that runs it is for `make test-ray` to see."""

import importlib
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def ray_data(monkeypatch):
    pytest.importorskip("psutil")
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module("ray_data")
    for name in ("ray_data", "texts"):
        sys.modules.pop(name, None)


def test_text_is_repeated_up_to_a_size(ray_data):
    assert list(ray_data.fill(["我们", "很高兴"], 6)) == ["我们", "很高兴", "我们"]
    assert list(ray_data.fill(["我们"], 0)) == []


def test_text_is_read_from_a_folder_without_empty_lines(ray_data, tmp_path):
    (tmp_path / "a.txt").write_text("我们\n\n很高兴\n", encoding="utf-8")
    assert ray_data.sentences_of(tmp_path) == ["我们", "很高兴"]
    assert len(ray_data.sentences_of(None)) == ray_data.SENTENCES


@pytest.mark.parametrize("processes", [1, 2])
def test_a_turn_tells_the_start_from_the_rate(ray_data, pipeline_dir, processes):
    turn = ray_data.in_processes(str(pipeline_dir), ["我今天很高行。"] * 50, processes)
    assert min(turn) > 0


def test_a_terabyte_is_reckoned_from_the_rate_of_a_processor(ray_data):
    # 1e12 bytes, 4 each, at 10,000 a second: 25 million seconds.
    said = ray_data.paper(10_000, 4)
    assert "250 billion characters" in said
    assert "6,944 hours of a processor, or 7 hours on 1,000" in said
