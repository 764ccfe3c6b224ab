"""Figures in the tables of documents."""

from pathlib import Path

import pytest

from spacy_sdcl.metrics.published import BLOCK, COLUMNS, benchmark_cells, fill

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
    "path", ["README.md", "README.zh.md", "spacy_sdcl/embedded/zh_sdcl_sm/README.md"]
)
def test_the_documents_tables_have_the_columns_of_the_figures(path):
    blocks = BLOCK.findall((ROOT / path).read_text(encoding="utf-8"))
    assert {name for _, name, _, _ in blocks} >= {"careful", "recall", "untouched"}
    columns = {"careful": len(COLUMNS), "recall": len(COLUMNS), "thresholds": 4}
    columns["speed"] = len(benchmark_cells({"values": [1.0], "unit": "x", "goal": ""}))
    for _, name, table, _ in blocks:
        cells = {line.count("|") - 1 for line in table.split("\n")}
        assert len(cells) == 1
        assert name == "untouched" or cells == {columns[name] + 1}
