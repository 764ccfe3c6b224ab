"""Correct sentences and their own errors: what is changed in them, and which are left out."""

import lzma

from tiny import PAIRS

from spacy_sdcl.evaluation.cleaning import LeftOut, find_alarms, mark_changes, text_hash

SOURCE, MARKED = PAIRS[2].source, "我[门→们]在学[笑→校]学习中文。"


def test_an_alarm_says_where_and_what_and_how_probable_it_is(trained_nlp, tmp_path):
    plain, packed = tmp_path / "a.txt", tmp_path / "b.xz"
    plain.write_text(f"{PAIRS[0].target}\n\n  {SOURCE}\n", encoding="utf-8")
    packed.write_bytes(lzma.compress(f"{SOURCE}\n".encode()))
    pipe = trained_nlp.get_pipe("sdcl_corrector")
    pipe.threshold = 0.5
    alarms = list(find_alarms(trained_nlp, [plain, packed]))
    assert [alarm[:3] for alarm in alarms] == [(plain, 3, SOURCE), (packed, 1, SOURCE)]
    assert {alarm.marked for alarm in alarms} == {MARKED}
    highest = max(each["score"] for each in trained_nlp(SOURCE)._.corrections)
    assert {alarm.score for alarm in alarms} == {highest}
    pipe.threshold = 1.0
    assert not list(find_alarms(trained_nlp, [plain, packed]))


def test_a_flagged_error_changes_nothing_and_is_no_alarm(trained_nlp, tmp_path):
    pipe = trained_nlp.get_pipe("sdcl_corrector")
    pipe.threshold, pipe.min_confidence = 1.0, 0.5
    path = tmp_path / "a.txt"
    path.write_text(SOURCE, encoding="utf-8")
    assert trained_nlp(SOURCE)._.corrections
    assert not list(find_alarms(trained_nlp, [path]))


def test_changes_are_marked_where_they_are():
    changes = [{"start": 0, "end": 1, "source": "在", "target": "再"}]
    assert mark_changes("在说", changes) == "[在→再]说"
    assert mark_changes("再说", []) == "再说"


def test_lines_are_left_out_by_themselves_or_by_what_a_row_begins_with(tmp_path):
    lines, rows = tmp_path / "lines.txt", tmp_path / "rows.tsv"
    lines.write_text("一\t二\n三四\n", encoding="utf-8")
    rows.write_text(f"{text_hash('五六')}\ta.txt:3\t0.99\t五[六→七]\n{text_hash('八')}\n", "utf-8")
    left_out = LeftOut([lines, rows])
    texts = ["一\t二", "一", "三四", "五六", "八", "九"]
    assert [text in left_out for text in texts] == [True, False, True, True, True, False]
    assert "三四" not in LeftOut()
