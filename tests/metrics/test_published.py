"""Figures in the tables of documents."""

from pathlib import Path

import pytest

from spacy_sdcl.metrics.published import BLOCK, COLUMNS, fill, make_tables

ROOT = Path(__file__).parents[2]

TEXT = (
    "A\n\n<!-- figures: careful -->\n\n| set | P |\n|---|---:|\n| one | 1 |\n| two | 2 |\n\n"
    "<!-- end -->\n\nB\n"
)


def test_rows_are_filled_and_all_else_is_kept():
    filled = fill(TEXT, {"careful": [["3.0"], ["4.0"]]})
    assert filled == TEXT.replace("| 1 |", "| 3.0 |").replace("| 2 |", "| 4.0 |")


def test_a_table_of_another_length_is_refused():
    with pytest.raises(ValueError, match="careful has 2 rows, not 1"):
        fill(TEXT, {"careful": [["3.0"]]})


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("README.md", {"careful", "speed"}),
        ("README.zh.md", {"careful", "speed"}),
        ("docs/accuracy.md", {"careful", "recall", "untouched"}),
        ("docs/accuracy.zh.md", {"careful", "recall", "untouched"}),
        ("docs/performance.md", {"benchmark_avx2", "benchmark_avx512"}),
        ("spacy_sdcl/embedded/zh_sdcl_sm/README.md", {"careful", "recall", "untouched"}),
    ],
)
def test_the_documents_tables_have_the_columns_of_the_figures(path, names):
    blocks = BLOCK.findall((ROOT / path).read_text(encoding="utf-8"))
    assert {name for _, name, _, _ in blocks} >= names
    columns = {"careful": len(COLUMNS), "recall": len(COLUMNS), "thresholds": 4}
    row = {"values": [1.0], "unit": "x", "goal": "≥ 1"}
    benchmarks = {"avx2": {"rows": [row]}, "avx512": {"rows": [row]}}
    made = make_tables(benchmarks=benchmarks)
    assert made["speed"] == [["1 x (1 to 1)", "≥ 1"] * 2]
    columns |= {name: len(rows[0]) for name, rows in made.items()}
    for _, name, table, _ in blocks:
        cells = {line.count("|") - 1 for line in table.split("\n")}
        assert len(cells) == 1
        assert name == "untouched" or cells == {columns[name] + 1}


def test_the_thresholds_that_were_measured_take_the_place_of_those_before():
    before = "<!-- figures: thresholds -->\n\n| threshold | F1 |\n|---:|---:|\n| 0.9 | 1.0 |\n\n<!-- end -->"
    scores = {f"sdcl_correction_{x}": 0.5 for x in "prf"} | {"fpr": 0.01}
    rows = [{"threshold": threshold, **scores} for threshold in (0.25, 0.61)]
    filled = fill(before, make_tables(thresholds={"thresholds": rows}))
    assert "| 0.9 |" not in filled
    assert "| 0.25 | 50.0 | 50.0 | 50.0 | 1.00 |\n| 0.61 | 50.0 | 50.0 | 50.0 | 1.00 |" in filled


def test_every_document_with_figures_is_filled_by_the_project():
    commands = (ROOT / "project.yml").read_text(encoding="utf-8")
    (line,) = (
        line
        for line in commands.splitlines()
        if "project/scripts/figures.py" in line and '- "python' in line
    )
    listed = line.replace("${vars.name}", "zh_sdcl_sm").split()
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    documents += (ROOT / "spacy_sdcl" / "embedded").glob("*/README.md")
    with_figures = {
        path.relative_to(ROOT).as_posix()
        for path in documents
        if BLOCK.search(path.read_text(encoding="utf-8"))
    }
    assert with_figures == {each for each in listed if each.endswith(".md")}
