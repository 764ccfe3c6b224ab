"""`spacy sdcl explain`."""

import json
import sys

import pytest

from spacy_sdcl.cli.explain import _print_table
from spacy_sdcl.corrector import SDCLCorrector
from spacy_sdcl.evidence.explaining import Grounds
from spacy_sdcl.types import Candidate, Decision

WRONG, RIGHT = "我今天很高行。", "我今天很高兴。"


def test_each_place_is_explained(run_sdcl):
    pytest.importorskip("pypinyin")
    result = run_sdcl("explain", WRONG)
    assert result.exit_code == 0
    corrected, header, row, *others = result.stdout.splitlines()
    assert corrected == RIGHT
    assert others == []
    assert header.split("\t") == ["place", "written", "pinyin", "candidates", "verdict", "why"]
    place, written, pinyin, candidates, verdict, why = row.split("\t")
    assert (place, written, pinyin, verdict) == ("6", "行", "xíng", "corrected")
    assert candidates.startswith("兴 xìng 0.")
    assert why.startswith("threshold: ")


def test_what_was_dropped_is_listed_too(run_sdcl):
    result = run_sdcl("explain", WRONG, "--threshold", "1.0")
    corrected, _, row = result.stdout.splitlines()
    assert corrected == WRONG
    assert row.split("\t")[-2] == "left"


def test_json_has_all_candidates(run_sdcl):
    pytest.importorskip("pypinyin")
    record = json.loads(run_sdcl("explain", "行" + WRONG, "--json").stdout)
    assert record["text"] == "行" + WRONG
    [decision] = [each for each in record["decisions"] if each["start"] == 6]
    assert (decision["source"], decision["pinyin"]) == ("行", "xíng")
    assert decision["reason"] == "threshold"
    assert decision["candidates"][0].keys() == {"target", "score", "pinyin"}
    assert all(
        record["corrected"][each["start"]] == each["target"]
        for each in record["decisions"]
        if each["verdict"] == "corrected"
    )


def test_where_nothing_was_considered_it_says_so(run_sdcl):
    result = run_sdcl("explain", "老师说得很对。")
    assert result.stdout.startswith("老师说得很对。\nNo character was found likelier")


def test_without_pypinyin_the_column_is_left_out_and_the_remedy_named(run_sdcl, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypinyin", None)
    result = run_sdcl("explain", WRONG)
    assert result.exit_code == 0
    assert "pinyin" not in result.stdout
    assert 'pip install "spacy_sdcl[pinyin]"' in result.stderr
    record = json.loads(run_sdcl("explain", WRONG, "--json").stdout)
    assert "pinyin" not in record["decisions"][0]


def test_on_a_terminal_it_is_a_table(run_sdcl, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    candidates = (Candidate("兴", 0.75), Candidate("行", 0.25))
    kept = Decision(5, "行", "兴", 0.75, candidates, True, "threshold", "[b]why[/b]")
    flagged = kept._replace(target="行", reason="flagged")
    _print_table(WRONG, [kept, flagged, kept._replace(kept=False)], None)
    printed = capsys.readouterr().out
    for word in ("兴 0.750", "corrected", "flagged", "left", "[b]why[/b]"):
        assert word in printed
    assert "pinyin" not in printed


def test_the_evidence_on_the_best_candidate_is_named(run_sdcl, monkeypatch):
    known = Grounds(0.9914, 0.0031, 5.24, -0.31, 2, 0, "same", 0.125)
    monkeypatch.setattr(SDCLCorrector, "loaded_evidence", object())
    monkeypatch.setattr(
        SDCLCorrector,
        "_predictions",
        lambda pipe, readings: enumerate(pipe.model.predict([each.read for each in readings])),
    )
    monkeypatch.setattr(SDCLCorrector, "grounds", lambda pipe, doc, decision: known)
    _, header, row = run_sdcl("explain", WRONG, "--threshold", "0.5").stdout.splitlines()
    cells = dict(zip(header.split("\t"), row.split("\t"), strict=True))
    assert cells["evidence"] == (
        "network 0.991 (written 0.003), n-grams +5.2 itself, -0.3 what follows, "
        "word of 2 (written none), sound same, shape 0.12"
    )
    record = json.loads(run_sdcl("explain", WRONG, "--threshold", "0.5", "--json").stdout)
    assert record["decisions"][0]["evidence"] == known._asdict()
    monkeypatch.setattr(SDCLCorrector, "grounds", lambda pipe, doc, decision: None)
    record = json.loads(run_sdcl("explain", WRONG, "--threshold", "0.5", "--json").stdout)
    assert record["decisions"][0]["evidence"] is None


def test_a_sentence_is_needed(run_sdcl):
    assert run_sdcl("explain").exit_code == 2
