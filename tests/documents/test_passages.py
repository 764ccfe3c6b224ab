import numpy as np

from spacy_sdcl.documents.joining import joint
from spacy_sdcl.documents.passages import OBJECT, PassageBuilder, leave_out


def built(source, *parts):
    builder = PassageBuilder(source)
    for part in parts:
        builder.put(*part) if isinstance(part[0], str) else builder.take(*part)
    return list(builder.finish())


def test_each_character_knows_what_stands_for_it_in_the_source():
    (passage,) = built("我<b>很</b>&#39640;", (0, 1), (4, 5), ("高", 9, 17))
    assert passage.text == "我很高"
    assert passage.starts.tolist() == [0, 4, 9]
    assert passage.ends.tolist() == [1, 5, 17]


def test_what_holds_only_spaces_is_no_passage():
    assert built(" \n", (0, 2)) == built("") == []


def test_a_builder_begins_anew_after_each_passage():
    builder = PassageBuilder("甲乙")
    builder.take(0, 1)
    assert [passage.text for passage in builder.finish()] == ["甲"]
    builder.take(1, 2)
    assert [passage.starts.tolist() for passage in builder.finish()] == [[1]]


def test_what_is_left_out_divides_a_passage():
    (passage,) = built("甲乙丙丁", (0, 4))
    left = list(leave_out([passage], [(1, 2)]))
    assert [each.text for each in left] == ["甲", "丙丁"]
    assert np.concatenate([each.starts for each in left]).tolist() == [0, 2, 3]


def test_what_is_not_left_out_stays_whole():
    (passage,) = built("甲乙", (0, 2))
    assert list(leave_out([passage], [(2, 5)])) == [passage]


def test_a_line_end_in_chinese_is_read_as_nothing_and_between_words_as_a_space():
    assert joint("高", "行") == joint("，", "a") == joint("a", "高") == ""
    assert joint("a", "b") == " "
    assert OBJECT not in joint("", "")
