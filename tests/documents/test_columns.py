import csv
import io
import json

import pytest
from document_samples import passages, texts
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.documents.columns import UnknownColumns
from spacy_sdcl.documents.errors import MalformedDocument
from spacy_sdcl.documents.json_places import json_strings, string_origin
from spacy_sdcl.documents.table import cell_text, cut_cells

TABLE = '编号,评论,备注\n1,"很""高""行",甲\n\n2,乙\n'


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["评论"], ['很"高"行', "乙"]),
        (["备注", "评论"], ['很"高"行', "甲", "乙"]),
        (["2"], ["评论", '很"高"行', "乙"]),  # by number: the first row may be none of names
        (["*"], ["1", '很"高"行', "甲", "2", "乙"]),
    ],
)
def test_named_columns_are_read(columns, expected):
    assert texts("csv", TABLE, columns) == expected
    assert texts("csv", TABLE.replace("\n", "\r\n"), columns) == expected
    assert texts("csv", TABLE.replace(",", ";"), columns) == expected
    assert texts("tsv", TABLE.replace(",", "\t"), columns) == expected


@pytest.mark.parametrize(
    ("kind", "source"), [("csv", TABLE), ("json", '{"编号": "1", "评论": "甲"}')]
)
def test_columns_must_be_named_and_be_there(kind, source):
    with pytest.raises(UnknownColumns, match=r"say which .*编号.*评论"):
        passages(kind, source)
    with pytest.raises(UnknownColumns, match=r"there is no .*'作者'; there are: .*编号.*评论"):
        passages(kind, source, ["作者"])


def test_a_cell_that_does_not_end_is_named_with_its_line():
    with pytest.raises(MalformedDocument, match=r"^line 2: a cell in quotes begins here"):
        texts("csv", '甲,乙\n1,"丙\n2,丁\n', ["乙"])


CELLS = st.text(st.sampled_from('甲乙a ,"\n\r\t;'), max_size=5)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4), st.booleans())
def test_cells_are_those_that_python_finds(rows, quoted):
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(buffer, quoting=quoting).writerows(rows)
    source = buffer.getvalue()
    found = [cell_text(source, cell).text for cell in cut_cells(source, ",")]
    expected = [cell for row in csv.reader(io.StringIO(source, newline="")) for cell in row]
    assert found == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["text"], ["甲", "乙", "丙", "丁"]),
        (["a.text"], ["乙"]),
        (["b.text", "n"], ["丙", "丁"]),
        (["*"], ["甲", "乙", "丙", "丁", "戊"]),
    ],
)
def test_named_keys_are_read(columns, expected):
    value = {
        "text": "甲",
        "a": {"text": "乙"},
        "b": [{"text": ["丙", "丁"]}],
        "c": ["戊"],
        "n": [1],
    }
    for ascii in (True, False):
        source = json.dumps(value, ensure_ascii=ascii, indent=1)
        if columns != ["b.text", "n"]:
            assert texts("json", source, columns) == expected
            assert texts("jsonl", source.replace("\n", "") + "\n", columns) == expected


@pytest.mark.parametrize(
    ("source", "line"),
    [('{"a": "b"}\n{"a": }', 2), ('\n\n{"a": "b"', 3), ("甲", 1), ('{"a": "\n"}', 1)],
)
def test_what_is_no_json_is_named_with_its_line(source, line):
    with pytest.raises(MalformedDocument, match=rf"^line {line}: no JSON: "):
        texts("jsonl", source, ["a"])


def test_half_a_character_is_read_as_none():
    assert texts("json", r'{"a": "甲\ud83d乙\ud83d\ude00\ude00"}', ["a"]) == ["甲\ufffd乙😀\ufffd"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


@given(JSON, st.booleans())
def test_strings_are_those_that_python_finds(value, ascii):
    source = json.dumps(value, ensure_ascii=ascii)
    found = [string_origin(source, each.start, each.end).text for each in json_strings(source)]
    assert found == list(strings(value))
