"""False alarms in correct texts of many kinds."""

from pathlib import Path

from typer.testing import CliRunner

from spacy_sdcl.cli.project import kinds
from spacy_sdcl.documents.kinds import kind_of, read_passages

ASSETS = Path(__file__).parents[3] / "project" / "assets" / "kinds"
WRONG = "我今天很高行。"
MARKED = "我今天很高[行→兴]。"


def test_code_is_an_alarm_line_by_line_and_none_where_the_kind_is_known(tmp_path, pipeline_dir):
    (tmp_path / "own.md").write_text(f"```\n{WRONG}\n```\n", encoding="utf-8")
    (tmp_path / "own.txt").write_text(f"{WRONG}\n", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("own.md", "own.txt")]
    done = CliRunner().invoke(
        kinds.app, [*files, "--model", str(pipeline_dir), "--threshold", "0.5"]
    )
    assert done.exit_code == 0, done.output
    *alarms, _header, _rule, code, prose, together = done.stdout.splitlines()
    assert alarms == [
        f"0.5, line by line: own.md: {MARKED}",
        f"0.5, line by line: own.txt: {MARKED}",
        f"0.5, by kind: own.txt: {MARKED}",
    ]
    assert code == "| own.md | 6 | 1 (166.7) | 0 (0.0) |"
    assert prose == "| own.txt | 6 | 1 (166.7) | 1 (166.7) |"
    assert together == "| all | 12 | 2 (166.7) | 1 (83.3) |"


def test_a_file_that_is_no_text_ends_the_command_with_its_name(tmp_path, pipeline_dir):
    (tmp_path / "own.txt").write_bytes("高兴".encode("gb18030"))
    arguments = [str(tmp_path / "own.txt"), "--model", str(pipeline_dir), "--threshold", "0.5"]
    done = CliRunner().invoke(kinds.app, arguments)
    assert done.exit_code == 2
    assert "own.txt, line 1: not utf-8" in done.output


def test_the_last_row_has_the_alarms_of_all_files_per_thousand_characters():
    counts = [[kinds.Count(500, [], 1), kinds.Count(500, [], 0)], [kinds.Count(1500, [], 2)] * 2]
    assert kinds.alarm_rows(["a", "b"], counts) == [
        ["a", "500", "1 (2.0)", "0 (0.0)"],
        ["b", "1,500", "2 (1.3)", "2 (1.3)"],
        ["all", "2,000", "3 (1.5)", "2 (1.0)"],
    ]


def test_the_correct_texts_are_of_fifteen_kinds_and_well_formed():
    files = sorted(ASSETS.iterdir())
    assert len(files) == 15
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert len(kinds.CJK_PATTERN.findall(text)) > 400
        assert list(read_passages(kind_of(file.name), text))
