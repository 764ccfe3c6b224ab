"""Commands as they are called, on a tiny pipeline."""

import pytest
import spacy
from typer.testing import CliRunner

from spacy_sdcl.cli import sdcl


@pytest.fixture(scope="session")
def fix(pipeline_dir):
    """What that pipeline makes of a text."""
    nlp = spacy.load(pipeline_dir)
    return lambda text: nlp(text)._.corrected


@pytest.fixture
def run_sdcl(pipeline_dir, tmp_path, monkeypatch):
    """Call a command in an empty folder with the tiny pipeline; returns typer's result."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, model=pipeline_dir, input=None):
        command, *others = map(str, arguments)
        return CliRunner().invoke(sdcl, [command, "--model", str(model), *others], input=input)

    return call
