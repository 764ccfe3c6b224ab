"""What is known of the usual characters of Traditional words."""

import pytest

from spacy_sdcl.language.usual_forms import confused_pairs, usual_words


@pytest.mark.parametrize(
    "pair", ["台臺", "里裡", "裡裏", "著着", "為爲", "群羣", "峰峯", "麵麪", "周週", "佔占", "游遊"]
)
def test_forms_of_regions_and_those_that_may_stand_for_one_another_are_no_errors(pair):
    one, other = pair
    assert not {(one, other), (other, one)} & confused_pairs()


def test_the_words_are_those_of_people():
    sure, others = usual_words()
    assert len(sure) > 4000
    assert len(set(sure) | set(others)) == len(sure) + len(others)
    assert {"頭髮", "麵條", "皇后", "幹部", "只是", "以後", "聯繫", "準備", "關係"} <= set(sure)
    assert "機制" in others


def test_each_word_has_a_character_that_others_are_written_for():
    usual = {right for _, right in confused_pairs()}
    sure, others = usual_words()
    assert all(usual.intersection(word) for word in (*sure, *others))


def test_the_conversions_write_the_words_so():
    pytest.importorskip("opencc")
    from spacy_sdcl.language.traditional import convert_text, load_converter

    sure, _ = usual_words()
    simplify, convert = load_converter("t2s"), load_converter("s2tw")
    again = [convert_text(convert_text(word, simplify), convert) for word in sure]
    assert sum(a != b for a, b in zip(sure, again, strict=True)) < 10
