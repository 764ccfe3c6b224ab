"""Lines that come again are left out."""

import subprocess
import sys

import numpy as np

from spacy_sdcl.evidence.distinct import leave_out_known


def test_each_line_stays_once_in_order():
    lines, prints = leave_out_known(["一", "二", "一", "三", "二"])
    assert lines == ["一", "二", "三"]
    assert prints.dtype == np.uint64
    assert len(prints) == 3
    assert (np.diff(prints.astype(object)) > 0).all()


def test_lines_of_other_text_are_left_out():
    _, known = leave_out_known(["一", "二"])
    lines, prints = leave_out_known(iter(["三", "二"]), known)
    assert lines == ["三"]
    assert prints.tolist() == leave_out_known(["一", "二", "三"])[1].tolist()


def test_no_lines_leave_what_is_known():
    assert leave_out_known([])[1].dtype == np.uint64
    _, known = leave_out_known(["一"])
    assert leave_out_known([], known)[1].tolist() == known.tolist()


def test_any_string_is_a_line():
    assert leave_out_known(["\ud800", "\x00", "\ud801"])[0] == ["\ud800", "\x00", "\ud801"]


def test_fingerprints_are_the_same_in_another_process():
    code = "from spacy_sdcl.evidence.distinct import leave_out_known as f; print(f(['一'])[1][0])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert int(done.stdout) == leave_out_known(["一"])[1][0]
