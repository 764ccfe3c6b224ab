"""Commands as they are called, on a tiny pipeline."""

import pytest
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
