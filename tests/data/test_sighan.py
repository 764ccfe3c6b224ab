import os
from collections import Counter
from pathlib import Path

import pytest

from spacy_sdcl.data.formats import read_pairs
from spacy_sdcl.types import Pair

INPUT = [
    "(pid=T2-0001-1)\t他每天坐公車上學。",
    "(pid=T2-0001-2)\t我門在公圓裡跑步。",
    "(pid=T2-0002-1)\t貓在屋頂上睡角。",
]
TRUTH = ["T2-0001-1, 0", "T2-0001-2, 2, 們, 5, 園", "T2-0002-1, 7, 覺"]
FIRST = Pair("他每天坐公車上學。", "他每天坐公車上學。", "T2-0001-1")
SECOND = Pair("我門在公圓裡跑步。", "我們在公園裡跑步。", "T2-0001-2")
THIRD = Pair("貓在屋頂上睡角。", "貓在屋頂上睡覺。", "T2-0002-1")
ALL = [FIRST, SECOND, THIRD]


def read(tmp_path, inputs, truths, encoding="utf-8", line_end="\n"):
    path, truth = tmp_path / "Set_TestInput.txt", tmp_path / "Set_TestTruth.txt"
    path.write_bytes((line_end.join(inputs) + line_end).encode(encoding))
    truth.write_bytes((line_end.join(truths) + line_end).encode(encoding))
    problems = []
    pairs = list(read_pairs(path, on_problem=problems.append))
    files = {str(path): "input", str(truth): "truth"}
    return pairs, [(files[p.path], p.line, p.kind) for p in problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_passages_and_their_corrections_are_joined(tmp_path, encoding, line_end):
    assert read(tmp_path, INPUT, TRUTH, encoding, line_end) == ([FIRST, SECOND, THIRD], [])


def test_syntax_of_2013_and_white_space(tmp_path):
    inputs = ["(NID=00901) 雨停了，我們出法吧。 ", "(NID=00902) 　雨停樂。", ""]
    truths = ["\t00901, 8, 發 ", "00902,4,了", ""]
    # The ideographic space that the second begins with is counted by its location.
    assert read(tmp_path, inputs, truths) == (
        [
            Pair("雨停了，我們出法吧。", "雨停了，我們出發吧。", "00901"),
            Pair("雨停樂。", "雨停了。", "00902"),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("truth", "kind"),
    [
        ("T2-0001-2, 2, 們, 5", "malformed record"),
        ("T2-0001-2", "malformed record"),
        ("T2-0001-2, 二, 們", "bad location"),
        ("T2-0001-2, 0, 們", "bad location"),
        ("T2-0001-2, 10, 們", "bad location"),
        ("T2-0001-2, 2, 們們", "unequal lengths"),
        ("T2-0001-2, 2, 們, 2, 悶", "contradictory mistakes"),
    ],
)
def test_bad_correction_costs_its_passage_only(tmp_path, truth, kind):
    pairs, problems = read(tmp_path, INPUT, [TRUTH[0], truth, TRUTH[2]])
    assert pairs == [FIRST, THIRD]
    assert problems == [("truth", 2, kind)]


@pytest.mark.parametrize(
    ("inputs", "truths", "expected", "problem"),
    [
        ([INPUT[0], "沒有名字。", *INPUT[1:]], TRUTH, ALL, ("input", 2, "malformed record")),
        ([*INPUT[:2], INPUT[0], INPUT[2]], TRUTH, ALL, ("input", 3, "repeated id")),
        (INPUT, [TRUTH[0], TRUTH[2]], [FIRST, THIRD], ("input", 2, "bad id")),
        (INPUT, [*TRUTH, "T2-0009-9, 0"], ALL, ("truth", 4, "bad id")),
        (INPUT, [*TRUTH, TRUTH[1]], ALL, ("truth", 4, "repeated id")),
        (INPUT, [*TRUTH, "T2-0001-2, 0"], [FIRST, THIRD], ("truth", 4, "repeated id")),
    ],
)
def test_flaws_of_either_file_are_listed_with_their_lines(
    tmp_path, inputs, truths, expected, problem
):
    assert read(tmp_path, inputs, truths) == (expected, [problem])


def test_correction_without_effect_is_listed_but_kept(tmp_path):
    truths = [TRUTH[0], "T2-0001-2, 2, 門, 5, 園", TRUTH[2]]
    assert read(tmp_path, INPUT, truths) == (
        [FIRST, SECOND._replace(target="我門在公園裡跑步。"), THIRD],
        [("truth", 2, "correction without effect")],
    )


def test_truth_by_name(tmp_path):
    (tmp_path / "passages.txt").write_text(INPUT[0], encoding="utf-8")
    (tmp_path / "gold.txt").write_text(TRUTH[0], encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"passages_Truth\.txt"):
        read_pairs(tmp_path / "passages.txt")
    with pytest.raises(FileNotFoundError, match=r"missing\.txt"):
        read_pairs(tmp_path / "passages.txt", truth=tmp_path / "missing.txt")
    assert list(read_pairs(tmp_path / "passages.txt", truth=tmp_path / "gold.txt")) == [FIRST]


SIGHAN = os.environ.get("SPACY_SDCL_SIGHAN")


@pytest.mark.skipif(not SIGHAN, reason="SPACY_SDCL_SIGHAN names no folder of the SIGHAN releases")
@pytest.mark.parametrize(
    ("name", "passages", "with_errors", "skipped"),
    [
        ("Bakeoff2013_SampleSet_WithError_00001-00350.txt", 350, 350, 0),
        ("Bakeoff2013_SampleSet_WithoutError_10001-10350.txt", 350, 0, 0),
        ("B1_training.sgml", 3095, 3094, 0),
        ("C1_training.sgml", 342, 342, 0),
        ("SIGHAN15_CSC_A2_Training.sgml", 835, 835, 0),
        ("SIGHAN15_CSC_B2_Training.sgml", 1502, 1502, 2),
        ("FinalTest_SubTask2.txt", 1000, 996, 0),
        ("CLP14_CSC_TestInput.txt", 1062, 529, 0),
        ("SIGHAN15_CSC_TestInput.txt", 1100, 550, 0),
    ],
)
def test_official_files(name, passages, with_errors, skipped):
    problems = []
    path = next(Path(SIGHAN).rglob(name))
    pairs = list(read_pairs(path, on_problem=problems.append))
    assert len(pairs) == passages
    assert sum(pair.source != pair.target for pair in pairs) == with_errors
    assert Counter(problem.skipped for problem in problems)[True] == skipped
