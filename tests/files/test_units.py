"""Lines that are read together, and corrections that come back to their lines."""

import numpy as np
import pytest

from spacy_sdcl.files.correction import correct_batches
from spacy_sdcl.files.formats import apply_changes
from spacy_sdcl.files.lines import Line, Position
from spacy_sdcl.files.units import CorrectedLine, Reading, Unit, text_units

TEXT = "我今天很高\n行。\n\n老师说得很对。\n他\n门明天去北京。\n- 这个苹果\n- 很好吃。\n请问车占\n怎么走？"


def make_lines(text, encoding="utf-8"):
    return [
        Line("in.txt", b"", line.encode(encoding), b"\n", Position(0, number, 0))
        for number, line in enumerate(text.split("\n"), start=1)
    ]


@pytest.mark.parametrize("batch_size", [1, 2, 3, 5, 100])
def test_an_error_behind_a_line_end_is_found_whatever_the_batch(trained_nlp, batch_size):
    batches = correct_batches(trained_nlp, make_lines(TEXT), batch_size=batch_size)
    found = [
        (each.line.number, change["start"], change["source"], change["target"])
        for batch in batches
        for each in batch
        for change in each.changes
    ]
    assert found == [(2, 0, "行", "兴"), (6, 0, "门", "们"), (9, 3, "占", "站")]


def test_the_lines_come_in_order_and_each_unit_in_one_batch(trained_nlp):
    batches = list(correct_batches(trained_nlp, make_lines(TEXT), batch_size=1))
    assert [each.text for batch in batches for each in batch] == TEXT.split("\n")
    assert [len(batch) for batch in batches] == [2, 1, 1, 2, 1, 1, 2]


def test_what_is_read_goes_on_from_any_unit():
    lines = make_lines(TEXT)
    read = [(unit.lines, unit.passages[0].text) for unit in text_units(lines)]
    for number, (of_unit, _) in enumerate(read):
        units = text_units(lines[of_unit[0].line.number - 1 :])
        assert [(unit.lines, unit.passages[0].text) for unit in units] == read[number:]


def test_indentation_and_spaces_are_not_read_at_a_line_end():
    [unit] = text_units(make_lines("- 我 \t\n  今天。 "))
    [reading] = unit.passages
    assert reading.text == "- 我今天。 "
    source = "\n".join(each.text for each in unit.lines)
    read = [source[a:b] for a, b in zip(reading.starts, reading.ends, strict=True)]
    assert "".join(read) == reading.text


def test_a_line_that_is_no_text_is_not_read_and_nothing_goes_on_in_it():
    lines = make_lines("我今天很高\n?\n行。")
    lines[1] = lines[1]._replace(content=b"\xff")
    units = list(text_units(lines))
    assert [len(unit.passages) for unit in units] == [1, 0, 1]


def correction(start, source, target):
    return {"start": start, "end": start + 1, "source": source, "target": target, "score": 0.9}


class TestPut:
    SOURCE = "我&#34892;\n&both;天"

    @pytest.fixture
    def unit(self):
        first, second = self.SOURCE.split("\n")
        lines = make_lines(self.SOURCE)
        passage = Reading("我行他门天", np.array([0, 1, 10, 10, 16]), np.array([1, 9, 16, 16, 17]))
        texts = [
            CorrectedLine(line, text, [], {})
            for line, text in zip(lines, (first, second), strict=True)
        ]
        return Unit(texts, [0, 10], [passage])

    def put(self, unit, *corrections):
        unit.put(unit.passages[0], corrections)
        return [
            (number, each["start"], each["end"], each["source"], each["target"])
            for number, line in enumerate(unit.lines)
            for each in line.corrections
        ]

    def test_an_escape_is_replaced_as_a_whole(self, unit):
        found = self.put(unit, correction(1, "行", "兴"), correction(4, "天", "夭"))
        assert found == [(0, 1, 9, "&#34892;", "兴"), (1, 6, 7, "天", "夭")]

    def test_one_that_stands_for_two_characters_too(self, unit):
        assert self.put(unit, correction(3, "门", "们")) == [(1, 0, 6, "&both;", "他们")]

    def test_what_is_flagged_stays_as_it_is_written(self, unit):
        self.put(unit, correction(1, "行", "行"))
        assert unit.lines[0].corrections[0]["target"] == "&#34892;"
        assert unit.lines[0].changes == []


def test_corrections_of_a_passage_in_the_midst_of_another_keep_the_order_of_the_text():
    text = "很高行（他门说的），去火车占。"
    line = CorrectedLine(make_lines(text)[0], text, [], {})
    note, around = [4, 5, 6, 7], [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14]
    passages = [
        Reading("".join(text[i] for i in places), places, [i + 1 for i in places])
        for places in (note, around)
    ]
    unit = Unit([line], [0], passages)
    for passage in passages:
        unit.put(
            passage,
            [
                {"start": place, "end": place + 1, "source": char, "target": right}
                for place, char in enumerate(passage.text)
                for right in [dict(zip("行门占", "兴们站", strict=True)).get(char)]
                if right
            ],
        )
    assert [each["start"] for each in line.corrections] == [2, 5, 13]
    assert apply_changes(line) == "很高兴（他们说的），去火车站。"
