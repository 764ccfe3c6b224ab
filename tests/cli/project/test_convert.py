import sys
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

pytest.importorskip("typer")
from typer.testing import CliRunner

from spacy_sdcl.cli.project.convert import app
from spacy_sdcl.data.formats import read_pairs
from spacy_sdcl.types import Pair

FILES = {
    "csc7/SampleSet/Bakeoff2013_SampleSet_WithError_00001-00350.txt": (
        '<DOC Nid="00001">\n<P>雨停了，我們出法吧。</P>\n<TEXT>\n<MISTAKE wrong_position=8>\n'
        "<WRONG>出法</WRONG>\n<CORRECT>出發</CORRECT>\n</MISTAKE>\n</TEXT>\n</DOC>\n"
    ),
    "csc7/FinalTest/FinalTest_SubTask2.txt": "(NID=00401) 他每天坐公車上學。\n",
    "csc7/FinalTest/FinalTest_SubTask2_Truth.txt": "00401, 0\n",
    "csc8/Training/SIGHAN15_CSC_A2_Training.sgml": (
        '<ESSAY title="信">\n<TEXT>\n<PASSAGE id="A2-1-1">貓在屋頂上睡角。</PASSAGE>\n'
        '<PASSAGE id="A2-1-2">門沒有官。</PASSAGE>\n</TEXT>\n'
        '<MISTAKE id="A2-1-1" location="7"><WRONG>睡角</WRONG><CORRECTION>睡覺</CORRECTION>'
        '</MISTAKE>\n<MISTAKE id="A2-1-2" location="1"><WRONG>窗戶</WRONG>'
        "<CORRECTION>窗護</CORRECTION></MISTAKE>\n</ESSAY>\n"
        '<ESSAY title="信">\n<TEXT>\n<PASSAGE id="A2-2-1">他每天坐公車上學。</PASSAGE>\n</TEXT>\n'
        "</ESSAY>\n"
    ),
    "csc8/Test/SIGHAN15_CSC_TestInput.txt": "(pid=A2-9-1)\t我門在公圓裡跑步。\n",
    "csc8/Test/SIGHAN15_CSC_TestTruth.txt": "A2-9-1, 2, 們, 5, 園\n",
}
PARK = Pair("我门在公圆里跑步。", "我们在公园里跑步。", "A2-9-1")
CAT = Pair("猫在屋顶上睡角。", "猫在屋顶上睡觉。", "A2-1-1")


@pytest.fixture
def sighan_dir(tmp_path):
    for name, content in FILES.items():
        path = tmp_path / "sighan" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "sighan"


def invoke(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def read_docs(path):
    return list(DocBin().from_disk(path).get_docs(spacy.blank("zh").vocab))


def test_sighan_is_found_converted_and_cleaned(sighan_dir, tmp_path):
    pytest.importorskip("opencc")
    out = tmp_path / "out"
    result = invoke("sighan", sighan_dir, out)
    assert result.exit_code == 0, result.output
    assert list(read_pairs(out / "sighan15_test.jsonl")) == [PARK]
    # The passage of the test set of 2013 is dropped, the one with a bad mistake skipped.
    assert list(read_pairs(out / "sighan15_train.jsonl")) == [CAT]
    assert "CLP14_CSC_TestInput.txt: not found" in result.output
    assert "SIGHAN15_CSC_A2_Training.sgml: 3 read, 2 kept" in result.output
    assert "1 x WRONG does not occur; skipped" in result.output
    assert "1 of a test set, 0 repeated" in result.output
    rows = [row.split("\t") for row in (out / "problems.tsv").read_text("utf-8").splitlines()]
    assert [(Path(path).name, line) for path, line, _ in rows[1:]] == [
        ("SIGHAN15_CSC_A2_Training.sgml", "7")
    ]


def test_documents_hold_text_and_gold(sighan_dir, tmp_path):
    pytest.importorskip("opencc")
    invoke("sighan", sighan_dir, tmp_path / "out")
    (doc,) = read_docs(tmp_path / "out" / "sighan15_test.spacy")
    assert doc.text == PARK.source
    assert doc._.corrected == PARK.target


def test_traditional_characters_can_stay(sighan_dir, tmp_path):
    result = invoke("sighan", sighan_dir, tmp_path, "--traditional")
    assert result.exit_code == 0, result.output
    (pair,) = read_pairs(tmp_path / "sighan15_test.jsonl")
    assert pair.target == "我們在公園裡跑步。"


def test_train_and_dev_share_no_text(sighan_dir, tmp_path, monkeypatch):
    path = sighan_dir / "csc8/Training/SIGHAN15_CSC_A2_Training.sgml"
    essay = '<ESSAY><TEXT><PASSAGE id="A2-{0}-1">第{0}篇。</PASSAGE></TEXT></ESSAY>\n'
    path.write_text("".join(essay.format(i) for i in range(50)) * 2, encoding="utf-8")
    monkeypatch.setattr("spacy_sdcl.data.conversion.DEV_PASSAGES", 20)
    result = invoke("sighan", sighan_dir, tmp_path / "out", "--traditional")
    train, dev = (list(read_pairs(tmp_path / f"out/{name}.jsonl")) for name in ("train", "dev"))
    assert len(train) + len(dev) == 51, result.output
    assert not {pair.source for pair in train} & {pair.source for pair in dev}


def test_folder_without_sighan_says_what_to_do(tmp_path):
    result = invoke("sighan", tmp_path, tmp_path / "out")
    assert result.exit_code == 2
    assert "SIGHAN15_CSC_TestInput.txt" in result.output
    assert "github.com/onebula/sighan_raw" in result.output
    assert not (tmp_path / "out").exists()
    assert invoke("sighan", tmp_path / "missing", tmp_path / "out").exit_code == 2


def test_test_set_without_its_truth_says_so(sighan_dir, tmp_path):
    (sighan_dir / "csc8/Test/SIGHAN15_CSC_TestTruth.txt").unlink()
    result = invoke("sighan", sighan_dir, tmp_path / "out", "--traditional")
    assert result.exit_code == 2
    assert "SIGHAN15_CSC_TestTruth.txt" in result.output


def test_own_files_of_several_formats_become_one(tmp_path):
    one, two = tmp_path / "one.tsv", tmp_path / "two.jsonl"
    one.write_text("今天很令。\t今天很冷。\n一\t一二\n", encoding="utf-8")
    two.write_text('{"source": "门官了。", "target": "门关了。"}\n', encoding="utf-8")
    pairs = [Pair("今天很令。", "今天很冷。"), Pair("门官了。", "门关了。")]
    for output in (tmp_path / "all.jsonl", tmp_path / "all.spacy"):
        result = invoke("pairs", one, two, "--output", output)
        assert result.exit_code == 0, result.output
        assert "one.tsv: 2 read, 1 kept\n    1 x unequal lengths; skipped" in result.output
        assert "one.tsv\t2\tunequal" in (tmp_path / "all.problems.tsv").read_text("utf-8")
    assert list(read_pairs(tmp_path / "all.jsonl")) == pairs
    docs = read_docs(tmp_path / "all.spacy")
    assert [(doc.text, doc._.corrected) for doc in docs] == [pair[:2] for pair in pairs]


@pytest.mark.parametrize("name", ["own.jsonl", "own.spacy"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("一\t一二\n二二\t二\n三\t\n", "1 x malformed record, 2 x unequal lengths"),
        ("", "there is none in what was read"),
    ],
)
def test_a_conversion_that_keeps_no_pair_fails_and_says_why(tmp_path, name, text, reason):
    (tmp_path / "bad.tsv").write_text(text, encoding="utf-8")
    (tmp_path / name).write_text("what was there before", encoding="utf-8")
    result = invoke("pairs", tmp_path / "bad.tsv", "--output", tmp_path / name)
    assert result.exit_code == 2
    assert f"No pair was kept: {reason}" in result.stderr
    assert (tmp_path / name).read_text("utf-8") == "what was there before"
    problems = (tmp_path / "own.problems.tsv").read_text("utf-8").splitlines()
    assert len(problems) == 1 + text.count("\n")
    if text:
        assert "own.problems.tsv" in result.stderr


def test_pairs_that_no_doc_can_hold_are_none(tmp_path, monkeypatch):
    def refuse(*arguments):
        raise ValueError("too odd")

    monkeypatch.setattr("spacy_sdcl.data.conversion.make_gold_doc", refuse)
    (tmp_path / "own.tsv").write_text("一\t二\n", encoding="utf-8")
    result = invoke("pairs", tmp_path / "own.tsv", "--output", tmp_path / "own.spacy")
    assert result.exit_code == 2
    assert "No pair was kept: 1 x not representable" in result.stderr
    assert not (tmp_path / "own.spacy").exists()


def test_releases_in_which_nothing_is_sound_are_no_success(sighan_dir, tmp_path):
    for path in sighan_dir.rglob("*.*"):
        path.write_text("", encoding="utf-8")
    result = invoke("sighan", sighan_dir, tmp_path / "out", "--traditional")
    assert result.exit_code == 2
    assert "No pair was kept" in result.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["problems.tsv"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["own.tsv", "--output", "own.txt"], "must end in"),
        (["missing.tsv", "--output", "own.jsonl"], "missing.tsv"),
        (["own.tsv", "--output", "own.jsonl", "--format", "csv"], "must be one of"),
        (["own.tsv", "own.tsv", "--output", "own.jsonl", "--truth", "own.tsv"], "one file"),
    ],
)
def test_wrong_arguments_are_explained(tmp_path, monkeypatch, args, message):
    monkeypatch.chdir(tmp_path)
    Path("own.tsv").write_text("一\t一\n", encoding="utf-8")
    result = invoke("pairs", *args)
    assert result.exit_code == 2
    assert message in result.output


def test_missing_opencc_is_explained(sighan_dir, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "opencc", None)
    result = invoke("sighan", sighan_dir, tmp_path / "out")
    assert result.exit_code == 2
    assert "spacy_sdcl[traditional]" in result.output
