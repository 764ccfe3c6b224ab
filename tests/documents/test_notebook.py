import json

import pytest
from document_samples import passages, texts

from spacy_sdcl.documents.errors import MalformedDocument


def notebook(*sources, kind="markdown", **dumping):
    cells = [{"cell_type": kind, "metadata": {}, "source": source} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4}, **dumping)


@pytest.mark.parametrize("ascii", [True, False])
def test_markdown_is_read_across_the_strings_of_a_cell(ascii):
    source = notebook(["> 很**高\n", "> 行**，`x`\n", "“好”"], "# 题", ensure_ascii=ascii)
    assert texts("notebook", source) == ["很高行，\ufffc“好”", "题"]


def test_a_character_has_the_place_of_its_escape():
    source = notebook(["很\n", "高"])
    (passage,) = passages("notebook", source)
    written = [source[a:b] for a, b in zip(passage.starts, passage.ends, strict=True)]
    assert written == ["\\u5f88", "\\u9ad8"]


def test_other_cells_are_left_alone():
    assert texts("notebook", notebook("甲", kind="code")) == []
    assert texts("notebook", notebook("甲", kind="raw")) == []


def test_a_comment_in_a_cell_switches_correction_off_in_it():
    off = "<!-- sdcl-disable -->\n\n乙"
    assert texts("notebook", notebook("甲\n\n" + off, "丙")) == ["甲", "丙"]


@pytest.mark.parametrize("source", ["[]", '{"a": 1}', '"甲"', '{"worksheets": []}'])
def test_what_is_no_notebook_is_named(source):
    with pytest.raises(MalformedDocument, match="no notebook of format 4"):
        texts("notebook", source)
