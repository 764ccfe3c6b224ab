"""`--variant`, on each command that corrects."""

import json

import pytest
import spacy

from spacy_sdcl.cli.options import open_pipeline

pytest.importorskip("opencc")

WRONG, RIGHT = "我門在學笑學習中文。", "我們在學校學習中文。"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], RIGHT),
        (["--variant", "auto"], RIGHT),
        (["--variant", "traditional"], RIGHT),
        # 笑 is one character in both; 門 and 們 are not read.
        (["--variant", "simplified"], "我門在學校學習中文。"),
    ],
)
def test_correct_and_explain_read_a_text_as_they_are_told(run_sdcl, arguments, expected):
    corrected = run_sdcl("correct", *arguments, input=f"{WRONG}\n").stdout
    explained = run_sdcl("explain", WRONG, *arguments).stdout
    assert corrected.strip() == explained.splitlines()[0] == expected


def test_explain_and_jsonl_name_the_origin(run_sdcl):
    text = "我們以后學習。"
    result = run_sdcl("explain", text)
    assert "variant: the usual form in 以後" in result.stdout
    record = json.loads(run_sdcl("correct", "-f", "jsonl", input=text).stdout)
    assert [each["origin"] for each in record["corrections"]] == ["variant"]


def test_evaluate_and_alarms_read_a_text_as_they_are_told(run_sdcl, tmp_path):
    (tmp_path / "own.tsv").write_text(f"{WRONG}\t{RIGHT}\n", encoding="utf-8")
    (tmp_path / "correct.txt").write_text(f"{WRONG}\n", encoding="utf-8")
    for variant, found in (("auto", True), ("simplified", False)):
        figures = run_sdcl("evaluate", "own.tsv", "--variant", variant).stdout
        assert ("| own | 100.0 | 100.0 | 100.0 |" in figures) == found
        alarms = run_sdcl("alarms", "correct.txt", "--variant", variant).stdout
        assert ("[門→們]" in alarms) == found


def test_tune_saves_a_pipeline_that_reads_so(run_sdcl, tmp_path):
    (tmp_path / "own.tsv").write_text(f"{WRONG}\t{RIGHT}\n", encoding="utf-8")
    arguments = ["own.tsv", "--precision", "0.1", "--variant", "traditional", "-o", "tuned"]
    result = run_sdcl("tune", *arguments)
    assert result.exit_code == 0, result.output
    assert spacy.load(tmp_path / "tuned").get_pipe("sdcl_corrector").variant == "traditional"


@pytest.mark.parametrize("command", ["correct", "explain", "evaluate", "tune", "alarms", "serve"])
def test_another_one_is_refused_by_every_command(run_sdcl, command):
    result = run_sdcl(command, "--variant", "taiwan")
    assert result.exit_code == 2
    assert "--variant" in result.stderr


def test_without_it_the_pipeline_is_read_as_it_was_saved(pipeline_dir, tmp_path):
    nlp = spacy.load(pipeline_dir, config={"components.sdcl_corrector.variant": "simplified"})
    nlp.to_disk(tmp_path / "saved")
    again = open_pipeline(str(tmp_path / "saved"))
    assert again.get_pipe("sdcl_corrector").variant == "simplified"
