"""The hooks for other repositories, run by pre-commit on a repository that the test makes."""

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pre_commit")
ROOT = Path(__file__).parent.parent.parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"
WRONG, RIGHT = "我今天很高行。\n", "我今天很高兴。\n"

# The hooks as they are, but with what is installed here instead of an environment of their own.
CONFIG = """repos:
  - repo: {hooks}
    rev: {rev}
    hooks:
      - id: {id}
        language: system
        additional_dependencies: []
"""


def run(*command, cwd, **environment):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={
            **os.environ,
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "OMP_NUM_THREADS": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{
                f"GIT_{who}_{what}": "a@b.example"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def commit_all(folder):
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "files"]):
        done = run("git", *command, cwd=folder)
        assert done.returncode == 0, done.stdout
    return run("git", "rev-parse", "HEAD", cwd=folder).stdout.strip()


@pytest.fixture
def repository(tmp_path, pipeline_dir):
    """A repository that uses the hook of a name, with a model and what is left out in its settings."""

    def make(id):
        hooks = tmp_path / "hooks"
        hooks.mkdir()
        (hooks / HOOKS.name).write_text(HOOKS.read_text("utf-8"), "utf-8")
        rev = commit_all(hooks)
        folder = tmp_path / "repository"
        (folder / "docs").mkdir(parents=True)
        config = CONFIG.format(hooks=hooks, rev=rev, id=id)
        (folder / ".pre-commit-config.yaml").write_text(config, "utf-8")
        settings = f"model = '{pipeline_dir.as_posix()}'\nexclude = ['draft*']\n"
        (folder / ".sdcl.toml").write_text(settings, "utf-8")
        for name in ("docs/a.txt", "docs/draft.txt", "docs/code.py"):
            (folder / name).write_text(WRONG, "utf-8")
        commit_all(folder)
        return folder

    return make


def pre_commit(folder, path):
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    return run(*command, cwd=folder, PATH=path, PRE_COMMIT_HOME=str(folder.parent / "home"))


def test_the_hooks_are_valid():
    done = run(sys.executable, "-m", "pre_commit", "validate-manifest", HOOKS, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_they_install_what_documents_need():
    yaml = pytest.importorskip("yaml")
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    needed = setup["options.extras_require"]["documents"].split("\n")
    names = [line.split()[0] for line in needed if line]
    for hook in yaml.safe_load(HOOKS.read_text("utf-8")):
        assert hook["additional_dependencies"] == names


@pytest.mark.slow
def test_an_error_stops_the_commit_and_is_shown_until_it_is_corrected(repository, warm_path):
    folder = repository("sdcl")
    done = pre_commit(folder, warm_path)
    assert done.returncode == 1
    assert "docs/a.txt:1:6: 行 → 兴" in done.stdout
    assert "code.py:" not in done.stdout
    assert "draft.txt:" not in done.stdout
    (folder / "docs/a.txt").write_text(RIGHT, "utf-8")
    done = pre_commit(folder, warm_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_other_hook_corrects_it(repository, warm_path):
    folder = repository("sdcl-fix")
    done = pre_commit(folder, warm_path)
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    assert (folder / "docs/a.txt").read_text("utf-8") == RIGHT
    assert (folder / "docs/draft.txt").read_text("utf-8") == WRONG
    assert pre_commit(folder, warm_path).returncode == 0
