"""What docs/distributed.md and the README show of Ray is what happens."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_docs import EXAMPLE, PRINTED
from test_documentation import read_commands, run_shell

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "distributed.md"


@pytest.mark.embedded
def test_the_commands_print_what_the_page_says(tmp_path, monkeypatch):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    commands = list(read_commands(PAGE.read_text(encoding="utf-8")))
    assert len(commands) > 5
    for command, expected in commands:
        command = command.replace("correct-dataset", "correct-dataset --address local")
        assert run_shell(command, tmp_path) == expected, command
    # That of the README, on the same files.
    for page in ("README.md", "README.zh.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        shown = [(one, said) for one, said in read_commands(text) if "corrected/" in one]
        assert len(shown) == 1
        run_shell("rm -r corrected", tmp_path)
        for command, expected in shown:
            command = command.replace("correct-dataset", "correct-dataset --address local")
            assert run_shell(command, tmp_path) == expected, command


@pytest.mark.embedded
def test_the_examples_print_what_the_page_says(capsys):
    from spacy_sdcl.distributed.cluster import LOCAL, running_ray

    names = {}
    with running_ray(LOCAL, 2) as ray:
        ray.data.DataContext.get_current().enable_progress_bars = False
        for code, block in EXAMPLE.findall(PAGE.read_text(encoding="utf-8")):
            exec(code, names)
            printed = capsys.readouterr().out
            if last := PRINTED.search(code):
                block = last[1] + "\n"
            assert printed == block, code


def test_the_benchmark_runs(tmp_path, pipeline_dir):
    output = tmp_path / "figures.json"
    command = [sys.executable, str(ROOT / "benchmarks" / "ray_data.py"), "--model", pipeline_dir]
    command += ["--characters", "2000", "--rounds", "1", "--sizes", "5000", "--output", output]
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    figures = json.loads(output.read_text(encoding="utf-8"))
    assert done.stdout.count("\n| Ray Data") == 2
    assert figures["grown"][0]["characters"] >= 5000
    assert figures["share"] > 0 < figures["grown"][0]["worker_megabytes"]
