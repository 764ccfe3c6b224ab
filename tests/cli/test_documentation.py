"""Every command of the pages about commands is run, and prints what is said there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = {"command-line.md": 10, "learning.md": 5}
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
# Probabilities and speeds depend on the machine.
NUMBER = re.compile(r"\d+\.\d+")


def read_commands(page):
    """Each command of a page with the output that is shown below it; "…" stands for a part of it."""
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def run_shell(command, folder, path=None):
    path = path or os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    return done.stdout


@pytest.mark.slow
@pytest.mark.embedded
@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_print_what_the_page_says(page, warm_path, tmp_path):
    pytest.importorskip("pypinyin")
    commands = list(read_commands((DOCS / page).read_text(encoding="utf-8")))
    assert len(commands) > PAGES[page]
    for command, expected in commands:
        printed = run_shell(command, tmp_path, warm_path)
        pattern = ".*".join(map(re.escape, NUMBER.sub("#", expected).split("…\n")))
        found = NUMBER.sub("#", printed)
        assert re.fullmatch(pattern, found, re.DOTALL), f"{command}\n{printed}"
