"""Commands as they are called, on a tiny pipeline."""

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
import warm
from typer.testing import CliRunner

from spacy_sdcl.cli import sdcl


@pytest.fixture
def run_sdcl(pipeline_dir, tmp_path, monkeypatch):
    """Call a command in an empty folder with the tiny pipeline; returns typer's result."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, model=pipeline_dir, input=None):
        command, *others = map(str, arguments)
        return CliRunner().invoke(sdcl, [command, "--model", str(model), *others], input=input)

    return call


@pytest.fixture(scope="session")
def warm_path(tmp_path_factory):
    """A PATH whose `python` runs `python -m spacy` in forks of a process that has imported it already."""
    folders = [str(Path(sys.executable).parent), os.environ["PATH"]]
    if sys.platform != "linux":
        yield os.pathsep.join(folders)
        return
    folder = tmp_path_factory.mktemp("bin")
    address = folder / "socket"
    own = shlex.quote(sys.executable)
    ask = shlex.join([warm.__file__, str(address)])
    (folder / "python").write_text(
        f"""#!/bin/sh
test "$1 $2" = "-m spacy" && exec {own} -IS {ask} "$@"
exec {own} "$@"
"""
    )
    (folder / "python").chmod(0o755)
    code = f"import warm; warm.serve({str(address)!r})"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(warm.__file__).parent,
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    try:
        while not address.exists():
            assert process.poll() is None
            time.sleep(0.05)
        yield os.pathsep.join([str(folder), *folders])
    finally:
        process.kill()
        process.wait()
