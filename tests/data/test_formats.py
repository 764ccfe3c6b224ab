import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.data.formats import READERS, Problem, detect_format, read_pairs, write_jsonl
from spacy_sdcl.types import Pair

FIRST = Pair("他每天坐公车上学。", "他每天坐公车上学。")
SECOND = Pair("我门在公圆里跑步。", "我们在公园里跑步。")
LAST = Pair("猫在屋顶上睡角。", "猫在屋顶上睡觉。")
PAIRS = [FIRST, SECOND, LAST]


def tsv_line(pair):
    return f"{pair.source}\t{pair.target}"


def spaced_line(pair):
    return f"{' '.join(pair.source)}\t{' '.join(pair.target)}"


def jsonl_line(pair):
    return json.dumps({"source": pair.source, "target": pair.target}, ensure_ascii=False)


def pycorrector_record(pair):
    wrong_ids = [i for i, (a, b) in enumerate(zip(*pair[:2], strict=True)) if a != b]
    return {"original_text": pair.source, "wrong_ids": wrong_ids, "correct_text": pair.target}


LINES = {"tsv": tsv_line, "spaced": spaced_line, "jsonl": jsonl_line}


def read(tmp_path, content, name="pairs.txt", **kwargs):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    problems = []
    pairs = list(read_pairs(path, on_problem=problems.append, **kwargs))
    assert all(problem.path == str(path) for problem in problems)
    return pairs, [(problem.line, problem.kind) for problem in problems]


def json_array(records):
    return json.dumps(records, ensure_ascii=False, indent=2)


CONTENTS = {
    **{name: "\n".join(map(line, PAIRS)) + "\n" for name, line in LINES.items()},
    "json": json_array([pycorrector_record(pair) for pair in PAIRS]),
}


@pytest.mark.parametrize("format", CONTENTS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("asked", [True, False])
def test_every_format_reads_the_same_pairs(tmp_path, format, line_end, encoding, asked):
    content = CONTENTS[format].replace("\n", line_end).encode(encoding)
    pairs, problems = read(tmp_path, content, format=format if asked else "auto")
    assert (pairs, problems) == (PAIRS, [])


# A malformed line between two good ones, by format. None of them may cost a neighbour.
@pytest.mark.parametrize(
    ("format", "bad_line", "kind"),
    [
        ("tsv", "两列\t三列了", "unequal lengths"),
        ("tsv", "只有一列", "malformed record"),
        ("tsv", "一\t二\t三\t四", "malformed record"),
        ("tsv", "只有一边\t ", "malformed record"),
        ("spaced", "两 列\t三 列 了", "unequal lengths"),
        ("spaced", "只 有 一 列", "malformed record"),
        ("spaced", "一 一\t二 二\t三 三", "malformed record"),
        ("jsonl", '{"source": "少了括号", "target": "少了括号"', "malformed JSON"),
        ("jsonl", "[" * 100_000, "malformed JSON"),
        ("jsonl", '{"source": "长短", "target": "长短不一"}', "unequal lengths"),
        ("jsonl", '{"source": "没有答案"}', "malformed record"),
        ("jsonl", '{"source": "数字", "target": 12}', "malformed record"),
        ("jsonl", '{"source": "", "target": ""}', "malformed record"),
        ("jsonl", '{"source": "半\\ud800", "target": "半个"}', "malformed record"),
        ("jsonl", '["一", "一"]', "malformed record"),
        ("jsonl", "null", "malformed record"),
    ],
)
def test_malformed_line_costs_itself_only(tmp_path, format, bad_line, kind):
    line = LINES[format]
    content = f"{line(FIRST)}\n\n{bad_line}\n{line(LAST)}\n"
    assert read(tmp_path, content, format=format) == ([FIRST, LAST], [(3, kind)])


@pytest.mark.parametrize("format", LINES)
def test_line_that_is_not_utf8_costs_itself_only(tmp_path, format):
    first, second, last = (LINES[format](pair) for pair in PAIRS)
    content = first.encode() + b"\n" + second.encode("gb18030") + b"\n" + last.encode()
    assert read(tmp_path, content, format=format) == ([FIRST, LAST], [(2, "not UTF-8")])


@pytest.mark.parametrize(
    ("wrong_ids", "problems"),
    [
        ([1, 4], []),
        (None, []),
        ([1, 2, 4], []),  # Equal characters among them: what conversion to Simplified leaves.
        ([1], [(2, "bad wrong_ids")]),
        ([], [(2, "bad wrong_ids")]),
        ([1, 4, 9], [(2, "bad wrong_ids")]),
        ([1, 4, -1], [(2, "bad wrong_ids")]),
        (["1", "4"], [(2, "bad wrong_ids")]),
        ("1, 4", [(2, "bad wrong_ids")]),
    ],
)
def test_wrong_ids_must_agree_with_the_texts(tmp_path, wrong_ids, problems):
    records = [pycorrector_record(pair) for pair in PAIRS]
    records[1]["wrong_ids"] = wrong_ids
    content = "\n".join(json.dumps(record) for record in records)
    assert read(tmp_path, content) == ([FIRST, LAST] if problems else PAIRS, problems)


BROKEN_OBJECTS = {
    '{"source": "少了引号, "target": "少了引号"}': "malformed JSON",
    '{"source": "少了括号", "target": "少了括号"': "malformed JSON",
    "胡说": "malformed JSON",
    "12": "malformed record",
    '{"source": "长短", "target": "长短不一"}': "unequal lengths",
}


@pytest.mark.parametrize("broken", BROKEN_OBJECTS)
def test_broken_object_of_an_array_costs_itself_only(tmp_path, broken):
    content = f"[\n{jsonl_line(FIRST)},\n{broken},\n{jsonl_line(LAST)}\n]\n"
    pairs, problems = read(tmp_path, content, name="pairs.json")
    assert (pairs, problems) == ([FIRST, LAST], [(3, BROKEN_OBJECTS[broken])])


def test_object_of_an_array_in_a_line_that_is_not_utf8(tmp_path):
    content = json_array([pycorrector_record(pair) for pair in PAIRS])
    damaged = content.encode().replace("公圆".encode(), "公圆".encode("gb18030"))
    pairs, problems = read(tmp_path, damaged)
    line = content[: content.index("公圆")].count("\n") + 1
    assert pairs == [FIRST, LAST]
    assert problems == [(line, "not UTF-8"), (line - 1, "malformed record")]


def test_ids(tmp_path):
    expected = [Pair("今天很令。", "今天很冷。", "7")]
    for content in [
        "7\t今天很令。\t今天很冷。\n",
        "source\ttarget\tid\n今天很令。\t今天很冷。\t7\n",
        "correct_text\tid\toriginal_text\n今天很冷。\t7\t今天很令。\n",
        '{"id": 7, "source": "今天很令。", "target": "今天很冷。"}\n',
        '[{"id": "7", "original_text": "今天很令。", "correct_text": "今天很冷。"}]',
    ]:
        assert read(tmp_path, content) == (expected, [])


def test_white_space_around_texts_goes_and_within_stays(tmp_path):
    expected = [Pair("他 说 OK。", "她 说 OK。"), Pair("a\u2028b\x85c", "a\u2028b\x85c")]
    spaced = "\n".join(map(spaced_line, expected))
    tsv = " 他 说 OK。\t她 说 OK。  \na\u2028b\x85c\ta\u2028b\x85c\n"
    assert read(tmp_path, spaced, format="spaced") == (expected, [])
    assert read(tmp_path, tsv, format="tsv") == (expected, [])


def test_words_in_a_spaced_file(tmp_path):
    expected = [Pair("我用Python写字。", "我用Python写字。")]
    line = "我 用 Python 写 字 。\t我 用 Python 写 字 。\n"
    assert read(tmp_path, line, format="spaced") == (expected, [])


def test_detection_survives_a_malformed_start(tmp_path):
    for format, line in LINES.items():
        pairs, problems = read(tmp_path, "\n".join(["坏了", *map(line, PAIRS)]))
        assert pairs == PAIRS, format
        assert len(problems) == 1


def test_blank_file_holds_no_pairs(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbf\r\n\r\n") == ([], [])


@pytest.mark.parametrize(
    ("content", "kwargs", "error", "message"),
    [
        (b"", {"format": "csv"}, ValueError, "must be one of auto, sgml"),
        ("没有格式的文章。".encode(), {}, ValueError, "Cannot tell the format"),
        ("一\t一".encode("utf-16"), {}, ValueError, "UTF-16"),
        (b"", {"format": "tsv", "truth": "x"}, ValueError, "truth"),
        (b"", {"format": "sighan-test"}, FileNotFoundError, "corrections"),
    ],
)
def test_what_cannot_be_read_says_so_at_once(tmp_path, content, kwargs, error, message):
    path = tmp_path / "pairs.txt"
    path.write_bytes(content)
    with pytest.raises(error, match=message):
        read_pairs(path, **kwargs)


def test_missing_file(tmp_path):
    for format in ["auto", *READERS]:
        with pytest.raises(FileNotFoundError, match="missing"):
            read_pairs(tmp_path / "missing.txt", format=format)


def test_problems_are_logged_unless_handled(tmp_path, caplog):
    path = tmp_path / "pairs.tsv"
    path.write_text("一\t一一\n", encoding="utf-8")
    assert list(read_pairs(path)) == []
    assert f"{path}:1: unequal lengths" in caplog.text


def test_problem_names_kind_and_outcome():
    skipped = Problem("a.tsv", 3, "unequal lengths: 1 and 2 characters; skipped")
    assert (skipped.kind, skipped.skipped) == ("unequal lengths", True)
    assert not Problem("a.tsv", 3, "repeated id: 'x'; kept").skipped


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(texts=st.lists(TEXTS.filter(lambda text: text == text.strip()), max_size=5))
def test_written_pairs_are_read_again(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("jsonl") / "pairs.jsonl"
    pairs = [Pair(text, text[::-1], str(i)) for i, text in enumerate(texts)]
    assert write_jsonl(pairs, path) == len(pairs)
    assert list(read_pairs(path, format="jsonl")) == pairs


def test_failed_writing_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "new" / "pairs.jsonl"
    write_jsonl(PAIRS, path)

    def fail():
        yield LAST
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        write_jsonl(fail(), path)
    assert list(read_pairs(path)) == PAIRS
    assert [file.name for file in path.parent.iterdir()] == ["pairs.jsonl"]
    assert detect_format(path) == "jsonl"


def test_readers_load_without_spacy():
    code = "import sys, spacy_sdcl.data.formats; print('spacy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
