"""The commands as part of spaCy's."""

import json
import subprocess
import sys

import pytest
from spacy.cli import app
from typer.main import get_command

from spacy_sdcl.cli import sdcl

COMMANDS = {"correct", "explain", "learn", "evaluate", "tune", "info", "serve", "lsp"}


def test_they_are_among_spacys_commands():
    command = get_command(app).commands["sdcl"]
    assert set(command.commands) >= COMMANDS


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_says_what_it_does_and_what_its_options_mean(name):
    command = get_command(sdcl).commands[name]
    assert command.get_short_help_str(limit=60).rstrip(".") in command.help
    assert not command.get_short_help_str(limit=60).endswith("...")
    for parameter in command.params:
        assert parameter.help, parameter.name


def test_every_command_of_spacy_pays_little_for_them():
    # spaCy imports the module whatever it was called for.
    code = (
        "import sys, json, spacy.cli; before = set(sys.modules); import spacy_sdcl.cli; "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    imported = json.loads(done.stdout)
    assert "spacy_sdcl.cli.correct" in imported
    others = [name for name in imported if not name.startswith("spacy_sdcl.cli")]
    # spaCy has found the factory by then, or has not.
    assert set(others) <= {"spacy_sdcl"}
