"""The project's commands that measure a pipeline."""

import json

import pytest
from typer.testing import CliRunner

from spacy_sdcl.cli.project import evaluate, similarity, traditional, usual


def test_nothing_is_evaluated_or_written_where_there_is_no_test_set(tmp_path):
    (tmp_path / "empty").mkdir()
    arguments = [str(tmp_path / "empty"), "--output", str(tmp_path / "out.json")]
    with pytest.raises(SystemExit) as stopped:
        evaluate.app(arguments)
    assert stopped.value.code == 1
    assert not (tmp_path / "out.json").exists()


def rows_printed_by(command, *arguments):
    done = CliRunner().invoke(command.app, list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return [line for line in done.stdout.splitlines() if line.startswith("| ")]


def test_the_weights_of_likeness_are_compared_in_a_table(tmp_path):
    (tmp_path / "dev.tsv").write_text("我今天很高行。\t我今天很高兴。\n", encoding="utf-8")
    (tmp_path / "correct.txt").write_text("今天天气很好。\n", encoding="utf-8")
    rows = rows_printed_by(
        similarity, tmp_path / "dev.tsv", tmp_path / "correct.txt", "--weight", 0, "--weight", 2
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
    rows = rows_printed_by(traditional, *(tmp_path / folder for folder in texts))
    assert len(rows) == 2 + 8
    figures = {tuple(row.split(" | ")[1:3]): row.split(" | ")[3] for row in rows[2:6]}
    assert figures["Traditional", "`traditional`"] == figures["Simplified", "`simplified`"]


def test_what_is_changed_for_its_forms_is_listed_and_counted(tmp_path):
    pytest.importorskip("opencc")
    path = tmp_path / "own.tsv"
    targets = ["我們以后再說。", "他們都是幹部。", "今天天氣很好。", "今天天氣很好。"]
    path.write_text("".join(f"{each}\t{each}\n" for each in targets), encoding="utf-8")
    done = CliRunner().invoke(usual.app, [str(path)])
    assert done.stdout.startswith("我們以[后→後]再說。\n| sentences")
    [row] = rows_printed_by(usual, path)[2:]
    assert row.startswith("| 3 | 1 | 33.333% | 2 | ")
