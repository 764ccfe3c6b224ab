"""The comparison of int8 backends, on one narrow layer and with the packages that are there anyway."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


def run_script(*arguments):
    return subprocess.run(
        [sys.executable, BENCHMARKS / "backends.py", *map(str, arguments)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    output = tmp_path_factory.mktemp("backends") / "figures.json"
    # Without VNNI, torch's product of integers takes a minute at the full width.
    options = ["--python", sys.executable, "--layers", 1, "--width", 128]
    options += ["--rounds", 2, "--threads", 1]
    chosen = ["--backend", "own", "--backend", "dynamic", "--backend", "onnx"]
    done = run_script(*options, *chosen, "--output", output)
    assert done.returncode == 0, done.stderr
    return done, json.loads(output.read_text(encoding="utf-8"))["backends"]


def test_what_cannot_run_is_skipped_with_its_reason_and_the_rest_is_compared(comparison):
    done, figures = comparison
    assert "skipped onnx: ModuleNotFoundError" in done.stderr
    assert list(figures) == ["fp32", "own", "dynamic"]
    assert done.stdout.count("\n| ") == 4  # the rule and three backends below the header


def test_ratios_are_of_the_same_turn_with_their_spread(comparison):
    _, figures = comparison
    for shape in ("batch", "short"):
        each = [
            one / two
            for one, two in zip(figures["fp32"][shape], figures["own"][shape], strict=True)
        ]
        assert figures["own"][f"{shape}_ratio"] == pytest.approx(
            [sum(each) / 2, min(each), max(each)]
        )
        assert figures["fp32"][f"{shape}_ratio"] == [1.0, 1.0, 1.0]


def test_own_layers_err_little_and_read_a_text_alike_whatever_stands_beside_it(comparison):
    _, figures = comparison
    own = figures["own"]
    assert 0 < own["error"] < 0.2
    assert own["cosine"] > 0.999
    assert own["neighbours"] == own["alone"] == 0


def test_one_scale_for_a_batch_is_seen_to_depend_on_the_neighbours(comparison):
    _, figures = comparison
    assert figures["dynamic"]["neighbours"] > 1e-3


def test_an_unknown_backend_is_refused_with_the_names_of_all():
    done = run_script("--backend", "tpu")
    assert done.returncode == 2
    assert "no backend 'tpu'" in done.stderr
    assert "openvino" in done.stderr
