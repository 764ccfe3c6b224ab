"""`make test-pythons`: which interpreters are tried, and what is said of the others."""

import sys
from pathlib import Path

import pythons


def test_this_interpreter_is_found_and_one_that_cannot_be_is_not():
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert Path(pythons.find_python(version)).exists()
    assert pythons.find_python("3.99") is None


def test_each_version_is_named_with_what_became_of_it(monkeypatch, capsys, tmp_path):
    def call(*command, cwd, **options):
        if "wheel" in command:
            Path(command[command.index("-w") + 1], "spacy_sdcl.whl").touch()

    def try_version(version, python, sdist, wheel, tests):
        assert wheel.is_file()
        assert tests == ["-x"]
        if version == "3.12":
            raise ValueError("it became something else")

    monkeypatch.setattr(pythons, "make_sdist", lambda folder: folder)
    monkeypatch.setattr(pythons, "unpack", lambda archive: archive)
    monkeypatch.setattr(pythons, "call", call)
    monkeypatch.setattr(pythons, "try_version", try_version)
    monkeypatch.setattr(
        pythons, "find_python", lambda version: None if version == "3.10" else "python"
    )
    assert pythons.main(["3.10", "3.11", "--", "-x"]) == 0
    assert pythons.main(["3.11", "3.12", "--", "-x"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "Python 3.10: skipped: there is no such interpreter here" in lines
    assert lines.count("Python 3.11: passed") == 2
    assert "Python 3.12: FAILED: it became something else" in lines
