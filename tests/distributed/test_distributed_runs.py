"""Runs over all blocks, broken off anywhere, and what they must not be mixed up with."""

import json
from itertools import islice
from pathlib import Path

import pytest

from spacy_sdcl.distributed import work as work_module
from spacy_sdcl.distributed.manifest import FOLDER, MANIFEST
from spacy_sdcl.distributed.run import in_this_process


def hands_that_stop(after):
    """Break off when some blocks are done."""

    def do(worker, options, numbers):
        yield from islice(in_this_process(worker, options, numbers), after)
        raise KeyboardInterrupt

    return do


@pytest.fixture
def counting_hands():
    """Notes which blocks were handed out."""
    handed = []

    def do(worker, options, numbers):
        handed.extend(numbers)
        return in_this_process(worker, options, numbers)

    do.handed = handed
    return do


def blocks_of(order):
    return len(json.loads((Path(order.output) / FOLDER / MANIFEST).read_bytes())["blocks"])


def test_text_stays_as_it_is_but_for_its_corrections(order, corpus, fix, correct_all, read_parts):
    raw = corpus.read_bytes() + b"\xff\xfe\r\n" + "他门明天去北京。".encode()
    corpus.write_bytes(raw)
    counts, said = correct_all(order)
    lines = raw.decode("utf-8", "surrogateescape").split("\n")
    expected = "\n".join(line if "\udcff" in line else fix(line) for line in lines)
    assert read_parts(order.output) == expected.encode("utf-8", "surrogateescape")
    assert (counts["rows"], counts["changed"], counts["failed"]) == (202, 121, 1)
    assert said == ["row 200: not utf-8: invalid start byte at byte 1"]
    assert blocks_of(order) > 5


@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_run_that_is_broken_off_goes_on(
    order, tmp_path, correct_all, read_parts, counting_hands, after
):
    whole, _ = correct_all(order._replace(output=str(tmp_path / "whole")))
    with pytest.raises(KeyboardInterrupt):
        correct_all(order, hands_that_stop(after))
    counts, said = correct_all(order, counting_hands)
    assert counts == whole
    assert read_parts(order.output) == read_parts(tmp_path / "whole")
    assert counting_hands.handed == list(range(after, blocks_of(order)))
    assert said == ([f"Done already: {after} of {blocks_of(order)} blocks."] if after else [])


def test_what_is_whole_is_not_done_again(order, correct_all, counting_hands):
    first, _ = correct_all(order)
    assert correct_all(order, counting_hands)[0] == first
    assert counting_hands.handed == []


def test_a_part_without_its_record_or_its_end_is_done_again(
    order, correct_all, read_parts, counting_hands
):
    correct_all(order)
    whole = read_parts(order.output)
    output = Path(order.output)
    (output / FOLDER / "part-000001.txt.json").unlink()
    (output / "part-000003.txt").unlink()
    part = output / "part-000004.txt"
    part.write_bytes(part.read_bytes()[:-1])
    correct_all(order, counting_hands)
    assert counting_hands.handed == [1, 3, 4]
    assert read_parts(output) == whole


def test_a_block_that_fails_in_its_midst_leaves_no_part(order, correct_all, monkeypatch):
    def fail(nlp, values):
        raise OSError(28, "No space left on device", "/full")

    monkeypatch.setattr(work_module, "correct_values", fail)
    with pytest.raises(ValueError, match="/full: No space left on device"):
        correct_all(order)
    assert [path.name for path in Path(order.output).iterdir()] == [FOLDER]


def test_what_killed_workers_left_is_taken_away_in_the_end(order, correct_all):
    left = Path(order.output) / ".part-000001.txt.0123.tmp"
    with pytest.raises(KeyboardInterrupt):
        correct_all(order, hands_that_stop(1))
    left.touch()
    correct_all(order)
    assert not left.exists()


def test_a_run_of_another_job_is_not_gone_on_with(order, corpus, correct_all, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        correct_all(order, hands_that_stop(1))
    others = {
        "model or setting of it": order._replace(settings=order.settings._replace(threshold=0.9)),
        "--format": order._replace(format="jsonl"),
        "--block-size": order._replace(block_size=None),
        "column": order._replace(column="other"),
    }
    for name, other in others.items():
        with pytest.raises(ValueError, match=f"another {name}.* or name another folder"):
            correct_all(other)
    with corpus.open("a", encoding="utf-8") as file:
        file.write("我")
    with pytest.raises(ValueError, match=r"another input.* or name another folder"):
        correct_all(order)


def test_an_input_that_changes_meanwhile_ends_the_run(order, corpus, correct_all):
    def hands(worker, options, numbers):
        one = worker(**options)
        yield from ((0, each["record"][0]) for each in one({"number": [0]}))
        corpus.write_bytes(corpus.read_bytes() + b"\n")
        yield from ((1, each["record"][0]) for each in one({"number": [1]}))

    with pytest.raises(ValueError, match="was changed since this run was begun"):
        correct_all(order, hands)
    assert not (Path(order.output) / "part-000001.txt").exists()


def test_a_worker_with_another_pipeline_is_refused(order, correct_all):
    def hands(worker, options, numbers):
        other = {**options, "settings": options["settings"]._replace(threshold=0.9)}
        return in_this_process(worker, other, numbers)

    with pytest.raises(ValueError, match="same pipeline"):
        correct_all(order, hands)


def test_a_damaged_manifest_is_refused(order, correct_all):
    correct_all(order)
    (Path(order.output) / FOLDER / MANIFEST).write_text("{")
    with pytest.raises(ValueError, match=r"is damaged .* or name another folder"):
        correct_all(order)


def test_a_folder_with_other_files_is_refused(order, correct_all):
    Path(order.output).mkdir()
    (Path(order.output) / "mine.txt").touch()
    with pytest.raises(ValueError, match=r"holds files.*name another folder"):
        correct_all(order)


@pytest.mark.parametrize("below", ["", "out"])
def test_an_output_within_the_input_is_refused(order, corpus, correct_all, below):
    other = order._replace(input=str(corpus.parent), output=str(corpus.parent / below))
    with pytest.raises(ValueError, match="Name a folder elsewhere"):
        correct_all(other)


def test_records_keep_what_they_have_and_a_bad_one_stays_alone(
    order, tmp_path, fix, correct_all, read_parts
):
    path = tmp_path / "records.jsonl"
    records = [{"t": "他门明天去北京。", "n": 1.5}, {"t": 3}, {"n": None}, {"t": "很", "error": 1}]
    lines = [json.dumps(each, ensure_ascii=False) for each in records]
    path.write_text("\n".join([*lines, "", "{bad", "[1]"]), encoding="utf-8")
    counts, said = correct_all(order._replace(input=str(path), column="t", block_size=40))
    found = [json.loads(line) for line in read_parts(order.output).splitlines()]
    assert [each["row_id"] for each in found] == [0, 1, 2, 3, 5, 6]
    assert found[0].items() >= {"n": 1.5, "corrected": "他们明天去北京。", "error": None}.items()
    assert found[0]["corrections"][0]["target"] == "们"
    assert (found[2]["corrected"], found[2]["error"]) == (None, None)
    assert "no text, but int" in found[1]["error"]
    assert "'error' already" in found[3]["error"]
    assert [each["t"] for each in found[4:]] == ["{bad", "[1]"]
    assert all(each["error"] and each["corrected"] is None for each in found[3:])
    assert counts["failed"] == len(said) == 4


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_text_becomes_rows_in_order(order, corpus, fix, correct_all, format):
    if format == "parquet":
        pytest.importorskip("pyarrow")
    correct_all(order._replace(format=format))
    rows = []
    for path in sorted(Path(order.output).glob("part-*")):
        if format == "parquet":
            from pyarrow.parquet import read_table

            rows += read_table(path).to_pylist()
        else:
            rows += map(json.loads, path.read_text(encoding="utf-8").splitlines())
    lines = corpus.read_text(encoding="utf-8").splitlines()
    assert [each["row_id"] for each in rows] == list(range(200))
    assert [each["text"] for each in rows] == lines
    assert [each["corrected"] for each in rows] == list(map(fix, lines))


def test_tables_keep_their_columns(order, tmp_path, fix, correct_all):
    pa = pytest.importorskip("pyarrow")
    from pyarrow.parquet import read_table, write_table

    texts = ["他门明天去北京。", None, "老师说得很对。"] * 20
    table = pa.table({"text": texts, "n": pa.array(range(60), pa.int8())})
    write_table(table, tmp_path / "table.parquet", row_group_size=9)
    correct_all(order._replace(input=str(tmp_path / "table.parquet"), block_size=100))
    parts = [read_table(path) for path in sorted(Path(order.output).glob("part-*"))]
    found = pa.concat_tables(parts)
    assert len(parts) > 3
    assert found.select(["text", "n"]).equals(table)
    assert found.column("row_id").to_pylist() == list(range(60))
    expected = [text and fix(text) for text in texts]
    assert found.column("corrected").to_pylist() == expected


def test_other_file_systems_are_read_and_written(order, corpus, correct_all, fix):
    from fsspec.implementations.memory import MemoryFileSystem

    system = MemoryFileSystem()
    system.pipe("/in/corpus.txt", corpus.read_bytes())
    other = order._replace(input="memory://in", output="memory://out")
    with pytest.raises(KeyboardInterrupt):
        correct_all(other, hands_that_stop(2))
    correct_all(other)
    parts = sorted(system.glob("/out/part-*"))
    lines = corpus.read_text(encoding="utf-8").split("\n")
    assert b"".join(map(system.cat_file, parts)).decode() == "\n".join(map(fix, lines))
