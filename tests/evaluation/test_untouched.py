"""Correct sentences that are left alone, by domain."""

import json

from spacy_sdcl.cli.project.untouched import app
from spacy_sdcl.evaluation.cleaning import text_hash
from spacy_sdcl.evaluation.untouched import by_domain

SENTENCES = [
    "依法应当公开。",
    "安装 Python 以后重启。",
    "你好吗？",
    "天气很好。",
    "你应当知道。",
]


def test_a_sentence_belongs_to_the_first_domain_that_it_fits():
    groups = by_domain(SENTENCES, {"legal": "应当", "dialogue": "你"})
    assert groups == {"all": [0, 1, 2, 3, 4], "legal": [0, 4], "dialogue": [2], "other": [1, 3]}


def test_sentences_that_are_changed_are_counted(trained_nlp, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("".join(line + "\n" for line in [*SENTENCES, "我今天很高行。"]), "utf-8")
    output = tmp_path / "figures.json"
    trained_nlp.to_disk(tmp_path / "pipeline")
    arguments = [text, "--skip", "1", "--model", tmp_path / "pipeline"]
    arguments += ["--threshold", "0.5", "--threshold", "1.0", "--output", output]
    app(list(map(str, arguments)), standalone_mode=False)
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


def test_sentences_that_are_not_correct_are_not_counted(trained_nlp, tmp_path):
    text, left_out = tmp_path / "text.txt", tmp_path / "errors.txt"
    wrong = "我今天很高行。"
    text.write_text("".join(line + "\n" for line in [*SENTENCES, wrong]), "utf-8")
    left_out.write_text(text_hash(wrong), "utf-8")
    trained_nlp.to_disk(tmp_path / "pipeline")
    arguments = [text, "--model", tmp_path / "pipeline", "--threshold", "1.0"]
    arguments += ["--leave-out", left_out, "--output", tmp_path / "figures.json"]
    app(list(map(str, arguments)), standalone_mode=False)
    figures = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert figures["sentences"]["all"] == len(SENTENCES)
