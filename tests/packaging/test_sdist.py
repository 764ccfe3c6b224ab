"""The source distribution has all that its tests need, and what is installed from it."""

import subprocess
import sys

import pytest
from archives import FOLDERS, ROOT, make_sdist, unpack

pytest.importorskip("setuptools")

# What an editor or a run has left.
LEFT = ("__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache", ".mypy_cache")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return unpack(make_sdist(tmp_path_factory.mktemp("sdist")))


def files(folder, suffix="*"):
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob(suffix)
        if path.is_file() and not set(path.parts) & set(LEFT)
    }


@pytest.mark.slow
def test_it_holds_every_file_of_the_folders_that_tests_read(sdist):
    for name in FOLDERS:
        expected = files(ROOT / name)
        assert expected
        assert expected - files(sdist / name) == set()


@pytest.mark.slow
def test_it_holds_what_stands_at_the_top(sdist):
    wanted = {"Makefile", "LICENSE", "constraints.txt", "project.yml", "pyproject.toml"}
    wanted |= {"setup.py", "setup.cfg", "MANIFEST.in", *(path.name for path in ROOT.glob("*.md"))}
    assert wanted - {path.name for path in sdist.iterdir()} == set()


@pytest.mark.slow
def test_it_holds_nothing_that_was_made(sdist):
    assert not [name for name in files(sdist) if name.endswith((".pyc", ".whl", ".so"))]


@pytest.mark.slow
def test_tests_of_it_run_from_it(sdist):
    tests = ["tests/test_imports.py", "tests/metrics", "tests/data"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=sdist, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
