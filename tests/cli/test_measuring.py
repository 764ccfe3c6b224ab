"""`spacy sdcl evaluate`, `tune` and `info`."""

import json

import pytest
import spacy
from tiny import PAIRS

from spacy_sdcl import __version__
from spacy_sdcl.data.formats import read_pairs
from spacy_sdcl.evaluation.cleaning import text_hash
from spacy_sdcl.model.architecture import get_network


@pytest.fixture
def pairs_file(tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text("".join(f"{a}\t{b}\n" for a, b, _ in PAIRS), encoding="utf-8")
    return path


class TestEvaluate:
    def test_tables_are_printed_and_written_with_the_figures(self, run_sdcl, pairs_file, tmp_path):
        result = run_sdcl("evaluate", pairs_file, "-o", "new/figures.json")
        assert result.exit_code == 0, result.stderr
        assert result.stdout == (tmp_path / "new/figures.md").read_text(encoding="utf-8")
        assert "| own | 100.0 | 100.0 | 100.0 |" in result.stdout
        record = json.loads((tmp_path / "new/figures.json").read_text(encoding="utf-8"))
        [setting] = record["settings"]
        assert setting["threshold"] == 0.5
        assert setting["sets"]["own"]["sdcl_correction_f"] == 1.0

    def test_a_threshold_can_be_given_several_times(self, run_sdcl, pairs_file):
        result = run_sdcl("evaluate", pairs_file, "-t", "0.25", "-t", "1.0")
        assert result.stdout.count("Evaluated:") == 2

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["missing.tsv"], "missing.tsv"),
            (["empty.tsv"], "No pairs in empty.tsv"),
            (["own.tsv", "-t", "high"], "careful, recall"),
            (["own.tsv", "missing.tsv"], "missing.tsv"),
        ],
    )
    def test_misuse_is_code_2_and_writes_nothing(
        self, run_sdcl, pairs_file, tmp_path, arguments, message
    ):
        (tmp_path / "empty.tsv").touch()
        result = run_sdcl("evaluate", *arguments, "-o", "out.json")
        assert result.exit_code == 2
        assert message in result.stderr
        assert not (tmp_path / "out.json").exists()


class TestTune:
    def test_the_pipeline_is_saved_with_the_threshold(self, run_sdcl, pairs_file, tmp_path):
        options = ["--precision", "0.9", "-o", "tuned", "--report", "report.json"]
        result = run_sdcl("tune", pairs_file, *options)
        assert result.exit_code == 0, result.stderr
        report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
        pipe = spacy.load(tmp_path / "tuned").get_pipe("sdcl_corrector")
        assert pipe.threshold is None
        thresholds = {name: report[name] for name in ("careful", "recall")}
        assert get_network(pipe.model).thresholds == thresholds
        [row] = [row for row in report["thresholds"] if row["threshold"] == report["careful"]]
        assert row["sdcl_correction_p"] >= 0.9
        [marked] = [line for line in result.stdout.splitlines() if line.endswith("<- chosen")]
        assert float(marked.split()[0]) == report["careful"]

    def test_the_rate_is_that_of_the_correct_sentences(self, run_sdcl, pairs_file, tmp_path):
        # A sentence that counts as correct here, and is changed with any threshold but the highest.
        (tmp_path / "correct.txt").write_text(f"{PAIRS[0].source}\n" * 4, encoding="utf-8")
        options = ["--correct", "correct.txt", "--max-fpr", "0.0", "--report", "report.json"]
        result = run_sdcl("tune", pairs_file, *options)
        report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
        rates = {row["threshold"]: row["fpr"] for row in report["thresholds"]}
        assert rates[0.0] == 1.0
        assert rates[report["careful"]] == 0.0
        assert report["careful"] > report["recall"]
        assert result.exit_code == 0

    def test_the_rate_is_the_mean_of_the_files_without_what_is_left_out(
        self, run_sdcl, pairs_file, tmp_path
    ):
        wrong, right = PAIRS[0].source, PAIRS[0].target
        (tmp_path / "a.txt").write_text(f"{wrong}\n{right}\n", encoding="utf-8")
        (tmp_path / "b.txt").write_text(f"{right}\n" * 3, encoding="utf-8")
        rows = run_sdcl("alarms", "a.txt", "b.txt", "-t", "0.5").stdout
        assert rows.split("\t")[1] == "a.txt:1"
        (tmp_path / "rows.tsv").write_text(rows, encoding="utf-8")
        options = ["--correct", "a.txt", "--correct", "b.txt", "--report", "report.json"]
        result = run_sdcl("tune", pairs_file, *options, "--max-fpr", "1.0")
        assert "false positives by file: a.txt " in result.stdout
        rates = self.rates(tmp_path / "report.json")
        assert rates[0.5] == (0.25, {"a.txt": 0.5, "b.txt": 0.0})
        result = run_sdcl("tune", pairs_file, *options, "--leave-out", "rows.tsv")
        assert result.exit_code == 0, result.stderr
        assert self.rates(tmp_path / "report.json")[0.5] == (0.0, {"a.txt": 0.0, "b.txt": 0.0})

    def rates(self, path):
        rows = json.loads(path.read_text(encoding="utf-8"))["thresholds"]
        return {row["threshold"]: (row["fpr"], row["fpr_by_file"]) for row in rows}

    def test_where_no_threshold_will_do_the_code_is_1(self, run_sdcl, tmp_path):
        (tmp_path / "dev.tsv").write_text("我今天很高行。\t我今天很高性。\n", encoding="utf-8")
        result = run_sdcl("tune", "dev.tsv", "--precision", "0.9", "-o", "tuned")
        assert result.exit_code == 1
        assert "No threshold is careful enough" in result.stderr
        assert not (tmp_path / "tuned").exists()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--precision", "0.9", "--max-fpr", "0.1"], "not both"),
            (["--precision", "90"], "--precision"),
            (["--correct", "missing.txt"], "missing.txt"),
            (["--leave-out", "missing.txt"], "missing.txt"),
            (["--output", "."], "no pipeline"),
            (["--model", "no_such_model"], "zh_sdcl_sm"),
        ],
    )
    def test_misuse_is_code_2(self, run_sdcl, pairs_file, tmp_path, arguments, message):
        result = run_sdcl("tune", pairs_file, *arguments)
        assert result.exit_code == 2
        assert message in result.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["own.tsv"]

    def test_pairs_that_all_have_errors_give_no_rate(self, run_sdcl, tmp_path):
        (tmp_path / "dev.tsv").write_text("我今天很高行。\t我今天很高兴。\n", encoding="utf-8")
        result = run_sdcl("tune", "dev.tsv")
        assert result.exit_code == 2
        assert "--correct" in result.stderr
        assert run_sdcl("tune", "dev.tsv", "--precision", "0.9").exit_code == 0


class TestAlarms:
    def test_a_row_has_hash_place_probability_and_the_marked_text(self, run_sdcl, tmp_path):
        text = f"{PAIRS[0].target}\n{PAIRS[2].source}\n"
        (tmp_path / "text.txt").write_text(text, encoding="utf-8")
        result = run_sdcl("alarms", "text.txt")
        assert result.exit_code == 0, result.stderr
        [cells] = [line.split("\t") for line in result.stdout.splitlines()]
        assert cells[:2] == [text_hash(PAIRS[2].source), "text.txt:2"]
        assert 0.5 <= float(cells[2]) <= 1
        assert cells[3] == "我[门→们]在学[笑→校]学习中文。"
        assert run_sdcl("alarms", "text.txt", "-t", "1.0").stdout == ""

    def test_the_rows_are_pairs_to_learn_from_too(self, run_sdcl, tmp_path):
        text = f"{PAIRS[0].target}\n{PAIRS[2].source}\n"
        (tmp_path / "text.txt").write_text(text, encoding="utf-8")
        rows = run_sdcl("alarms", "text.txt").stdout
        assert run_sdcl("alarms", "text.txt", "--pairs", "own.jsonl").stdout == rows
        [pair] = read_pairs(tmp_path / "own.jsonl")
        assert pair == (PAIRS[2].source, PAIRS[2].target, "text.txt:2")

    def test_a_file_that_is_missing_is_code_2_before_any_row(self, run_sdcl, tmp_path):
        (tmp_path / "text.txt").write_text(f"{PAIRS[2].source}\n", encoding="utf-8")
        result = run_sdcl("alarms", "text.txt", "missing.txt", "--pairs", "own.jsonl")
        assert (result.exit_code, result.stdout) == (2, "")
        assert not (tmp_path / "own.jsonl").exists()
        assert "missing.txt" in result.stderr


class TestInfo:
    def test_the_embedded_model_shows_its_card_and_thresholds(self, run_sdcl):
        result = run_sdcl("info", model="zh_sdcl_sm")
        assert result.exit_code == 0
        assert "# zh_sdcl_sm" in result.stdout
        assert f"  spacy_sdcl: {__version__}" in result.stdout
        assert f"  spacy: {spacy.__version__}" in result.stdout
        assert '  thresholds: {"careful": ' in result.stdout

    def test_a_pipeline_shows_its_meta_and_settings(self, run_sdcl, pipeline_dir):
        record = json.loads(run_sdcl("info", "--json").stdout)
        assert record["model"] == str(pipeline_dir)
        assert record["card"] == ""
        assert record["meta"]["lang"] == "zh"
        assert record["settings"]["threshold"] == record["network"]["threshold"] == 0.5
        assert record["network"]["trained"] is True
        assert record["evidence"] is None
        assert {"torch", "transformers", "spacy", "spacy_sdcl"} <= record["versions"].keys()

    def test_a_model_that_is_none_is_code_2(self, run_sdcl):
        assert run_sdcl("info", model="no_such_model").exit_code == 2
