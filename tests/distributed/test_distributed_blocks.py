"""How inputs are found and cut into blocks."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.distributed import blocks as blocks_module
from spacy_sdcl.distributed import parts as parts_module
from spacy_sdcl.distributed.blocks import MEGABYTE, cut_file, cut_lines, kind_of, size_for
from spacy_sdcl.distributed.parts import read_rows
from spacy_sdcl.distributed.storage import find_files, locate

TEXT = st.lists(st.sampled_from([b"\n", b"\r\n", b"ab", "我".encode()]), max_size=30).map(b"".join)


@given(TEXT, st.integers(1, 20), st.integers(1, 7))
def test_blocks_are_whole_lines_and_all_of_them(text, size, chunk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_module, "CHUNK", chunk)
        found = list(cut_lines(io.BytesIO(text), size))
    assert b"".join(text[start:end] for start, end, _ in found) == text
    for number, (start, end, lines) in enumerate(found):
        piece = text[start:end]
        assert lines == len(io.BytesIO(piece).readlines()) > 0
        if number < len(found) - 1:
            assert piece.endswith(b"\n")
            # No line more than it takes.
            assert len(b"".join(io.BytesIO(piece).readlines()[:-1])) < size <= len(piece)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("size", [1, 10, 1000])
def test_the_rows_of_blocks_are_the_lines_of_the_file(tmp_path, monkeypatch, suffix, size):
    monkeypatch.setattr(blocks_module, "CHUNK", 5)
    monkeypatch.setattr(parts_module, "CHUNK", 5)
    text = "\ufeff我\r\n\n很高行\nabc".encode()
    path = tmp_path / f"text.txt{suffix}"
    path.write_bytes(gzip.compress(text) if suffix else text)
    place = locate(str(path))
    rows, first = [], 0
    for block in cut_file(place, "text", size, 0):
        rows += read_rows(place, block, "text", "text", first=first)
        first += block.rows
    assert [(row.number, row.value) for row in rows] == [
        (0, "我"),
        (1, ""),
        (2, "很高行"),
        (3, "abc"),
    ]
    pieces = [(row.origin.prefix, row.origin.content, row.origin.ending) for row in rows]
    assert b"".join(map(b"".join, pieces)) == text


def test_tables_are_cut_across_their_row_groups(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow.parquet import write_table

    path = tmp_path / "table.parquet"
    texts = [f"我{number}" if number % 3 else None for number in range(50)]
    write_table(pa.table({"text": texts}), path, row_group_size=7)
    place = locate(str(path))
    found = cut_file(place, "parquet", 60, 0)
    assert 3 < len(found) < 50
    rows, first = [], 0
    for block in found:
        rows += read_rows(place, block, "parquet", "text", first=first)
        first += block.rows
    assert [row.value for row in rows] == texts
    assert [row.number for row in rows] == list(range(50))


@pytest.mark.parametrize(
    ("names", "kind", "found", "taken"),
    [
        (["a.txt", "b.text"], None, "text", [0, 1]),
        (["a.jsonl.gz", "b.NDJSON"], None, "jsonl", [0, 1]),
        (["a.parquet", "README", "b.md"], None, "parquet", [0]),
        (["a.log"], "text", "text", [0]),
        (["a.parquet", "b.jsonl"], "jsonl", "jsonl", [1]),
    ],
)
def test_the_names_of_files_say_what_they_are(names, kind, found, taken):
    assert kind_of(names, kind) == (found, [names[index] for index in taken])


@pytest.mark.parametrize("names", [["a.log"], ["a.txt", "b.jsonl"]])
def test_where_names_do_not_say_it_the_option_is_named(names):
    with pytest.raises(ValueError, match=r"--type parquet\|jsonl\|text"):
        kind_of(names, None)


def test_hidden_files_of_a_folder_are_no_input(tmp_path):
    for name in ("b.txt", "a/c.txt", ".hidden.txt", "_sdcl/d.txt", ".git/e.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = find_files(locate(str(tmp_path)))
    assert [each.removeprefix(f"{tmp_path.as_posix()}/") for each in found] == ["a/c.txt", "b.txt"]


def test_a_pattern_names_files(tmp_path):
    for name in ("a.txt", "b.md"):
        (tmp_path / name).touch()
    assert find_files(locate(str(tmp_path / "*.txt"))) == [(tmp_path / "a.txt").as_posix()]
    with pytest.raises(FileNotFoundError, match="name a file"):
        find_files(locate(str(tmp_path / "*.html")))


def test_blocks_grow_with_the_input_within_bounds():
    assert size_for(1000) == MEGABYTE
    assert size_for(100_000 * MEGABYTE) == 10 * MEGABYTE
    assert size_for(10**15) == 64 * MEGABYTE
