"""`spacy sdcl learn`, and `spacy sdcl info --learned`."""

import json

import pytest
import spacy
from typer.testing import CliRunner

from spacy_sdcl.cli import sdcl
from spacy_sdcl.evidence.learned import LEARNED_FILE

LINES = [
    "星澜仪今天运到了。",
    "我们安装了星澜仪。",
    "检查星澜仪的读数。",
    "请把星澜仪关上。",
    "旧的星澜仪已经卖掉，新的更好用。",
]
WRONG = ["我们因该保护环境，节约用水。", "老师说，我们因该保护环境，节约用水。"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Call a command in an empty folder; returns typer's result."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, input=None: CliRunner().invoke(
        sdcl, list(map(str, arguments)), input=input
    )


@pytest.fixture
def write(tmp_path):
    def make(name, lines=LINES, encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        return path

    return make


def learned_by(folder):
    return spacy.load(folder).get_pipe("sdcl_corrector").loaded_evidence.learned


def check(result, code=0):
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.mark.parametrize("way", ["file", "folder", "stdin", "gb18030"])
def test_a_pipeline_is_written_that_has_learnt_the_text(run, write, way, tmp_path):
    write("d/a.txt", LINES[:2], "gb18030" if way == "gb18030" else "utf-8")
    write("d/b.md", LINES[2:], "gb18030" if way == "gb18030" else "utf-8")
    arguments = {
        "file": ["d/a.txt", "d/b.md"],
        "folder": ["d"],
        "stdin": ["-"],
        "gb18030": ["d", "--encoding", "gb18030"],
    }[way]
    text = "\n".join(LINES) if way == "stdin" else None
    result = check(run("learn", *arguments, "--output", "my/own", input=text))
    assert f"Read {sum(map(len, LINES))} characters" in result.output
    assert "New words: 1: 星澜仪 5" in result.output
    assert "Saved to" in result.output
    assert learned_by(tmp_path / "my" / "own").words == {"星澜仪": 5}
    # Nothing is left beside it.
    assert [each.name for each in (tmp_path / "my").iterdir()] == ["own"]


def test_more_is_added_listed_and_taken_out(run, write, tmp_path):
    write("a.txt", LINES[:3])
    check(run("learn", "a.txt", "--output", "own"))
    write("a.txt")
    result = check(run("learn", "a.txt", "--output", "own", "--update"))
    assert f"{sum(map(len, LINES[:3]))} of them in lines that come again" in result.output
    learned = learned_by(tmp_path / "own")
    assert learned.words == {"星澜仪": 3}
    write("words.txt", ["峋磊", "星澜仪", "我", "OK", "", "三花聚顶	12"])
    result = check(run("learn", "--words", "words.txt", "-o", "own", "-u"))
    assert "New words: 2: 三花聚顶  峋磊" in result.output
    assert "2: 我  OK" in result.output
    assert learned_by(tmp_path / "own").words == {"星澜仪": 3, "三花聚顶": 0, "峋磊": 0}

    shown = check(run("info", "--learned", "--model", "own"))
    assert shown.output.splitlines() == ["星澜仪\t3", "三花聚顶\t0", "峋磊\t0"]
    record = json.loads(check(run("info", "--learned", "--json", "--model", "own")).output)
    assert record["words"] == {"星澜仪": 3, "三花聚顶": 0, "峋磊": 0}
    assert record["forgotten"] == []
    assert record["characters"] >= sum(map(len, LINES))
    brief = json.loads(check(run("info", "--json", "--model", "own")).output)
    assert brief["evidence"]["learned"]["words"] == 3

    check(run("learn", "--forget", "星澜仪", "--forget", "峋磊", "-o", "own", "-u"))
    record = json.loads(check(run("info", "--learned", "--json", "--model", "own")).output)
    assert list(record["words"]) == ["三花聚顶"]
    assert record["forgotten"] == ["星澜仪", "峋磊"]
    result = check(run("learn", "--forget", "星澜仪", "-o", "own", "-u"), 2)
    assert "'星澜仪' was not learnt" in result.output
    # What was taken out stays out.
    more = [f"{line}{line}" for line in LINES]
    write("a.txt", more)
    check(run("learn", "a.txt", "-o", "own", "-u"))
    assert list(learned_by(tmp_path / "own").words) == ["三花聚顶"]


def test_what_looks_wrong_is_listed_with_what_stands_around_it(run, write):
    long = "我们在学校学习中文，老师说得很对，" * 20
    write("a.txt", [*LINES, *WRONG, f"{long}我们因该保护环境，节约用水。{long}"])
    result = check(run("learn", "a.txt", "--output", "own"))
    assert "Not learnt, for it may be wrong: 1" in result.output
    [line] = [line for line in result.output.splitlines() if "->" in line]
    assert line.startswith("  们因该 -> 们应该  ")
    assert "3 times: " in line
    assert len(line) < 100


class TestNothingIsWritten:
    def refused(self, result, said, folder):
        check(result, 2)
        assert said in " ".join(result.output.split())
        assert not folder.exists()

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([], "Name a folder for the pipeline with --output."),
            (["a.txt"], "Name a folder for the pipeline with --output."),
            (["-o", "own"], "Name files of correct text, or words with --words."),
            (["a.txt", "-o", "own", "-u"], "own is not there yet: leave out --update"),
            (["missing.txt", "-o", "own"], "missing.txt"),
            (["empty.txt", "-o", "own"], "no Chinese text to learn from"),
            (["latin.txt", "-o", "own"], "no Chinese text to learn from"),
            (["--words", "empty.txt", "-o", "own"], "no Chinese text to learn from"),
            (["--words", "latin.txt", "-o", "own"], "nothing to learn: 'hello'"),
            (["--words", "missing.txt", "-o", "own"], "missing.txt"),
            (["a.txt", "bad.docx", "-o", "own"], "bad.docx"),
            (["a.txt", "gb.txt", "-o", "own"], "gb.txt"),
            (["--forget", "星澜仪", "-o", "own"], "this pipeline has learnt nothing"),
            (["a.txt", "-o", "own", "--model", "no_such_model"], "no_such_model"),
        ],
    )
    def test_where_something_is_wrong(self, run, write, tmp_path, arguments, said):
        write("a.txt")
        write("empty.txt", [])
        write("latin.txt", ["hello"])
        write("bad.docx")
        write("gb.txt", encoding="gb18030")
        self.refused(run("learn", *arguments), said, tmp_path / "own")

    def test_over_a_pipeline_that_is_there_or_anything_else(self, run, write, tmp_path):
        write("a.txt")
        write("other/notes.txt")
        check(run("learn", "--words", "words.txt", "-o", "own"), 2)
        write("words.txt", ["峋磊"])
        check(run("learn", "--words", "words.txt", "-o", "own"))
        result = check(run("learn", "a.txt", "-o", "own"), 2)
        assert "own is there already: add to it with --update" in " ".join(result.output.split())
        result = check(run("learn", "a.txt", "-o", "own", "-u", "--model", "other"), 2)
        assert "leave out --model" in result.output
        assert learned_by(tmp_path / "own").words == {"峋磊": 0}
        for arguments in (["-o", "other"], ["-o", "other", "-u"], ["-o", "a.txt"]):
            result = check(run("learn", "a.txt", *arguments), 2)
            assert "is there already and no pipeline" in " ".join(result.output.split())

    def test_where_it_is_broken_off(self, run, write, tmp_path, monkeypatch):
        write("a.txt")
        check(run("learn", "a.txt", "-o", "own"))
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

        def broken(*arguments, **settings):
            raise KeyboardInterrupt

        write("b.txt", ["今天又来了一台星澜仪。"])
        before[tmp_path / "b.txt"] = (tmp_path / "b.txt").read_bytes()
        for place in (
            "spacy_sdcl.evidence.learning.find_new_words",
            "spacy_sdcl.evidence.learned.Learned.to_bytes",
        ):
            with monkeypatch.context() as patched:
                patched.setattr(place, broken)
                assert run("learn", "b.txt", "-o", "own", "-u").exit_code != 0
            after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
            assert after == before


def test_of_a_pipeline_that_has_learnt_nothing_nothing_is_listed(run):
    for arguments in ([], ["--json"]):
        result = check(run("info", "--learned", *arguments), 2)
        assert "has learnt nothing yet: show it text with" in " ".join(result.output.split())


def test_a_damaged_file_says_what_to_do(run, write, tmp_path):
    write("words.txt", ["峋磊"])
    check(run("learn", "--words", "words.txt", "-o", "own"))
    path = tmp_path / "own" / "sdcl_corrector" / "evidence" / LEARNED_FILE
    path.write_bytes(path.read_bytes()[:-1])
    result = check(run("info", "--learned", "--model", "own"), 2)
    assert "Learn it anew with `spacy sdcl learn`" in " ".join(result.output.split())
