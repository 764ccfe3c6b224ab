"""Places that may be errors, by n-grams alone."""

import pytest
from made_evidence import SENTENCES, make_evidence

from spacy_sdcl.evidence.suspects import EXAMPLES, OFTEN, find_suspects


@pytest.fixture(scope="module")
def evidence():
    return make_evidence()


@pytest.fixture
def find(evidence, monkeypatch):
    # In a table of six sentences nothing is much likelier than anything else.
    monkeypatch.setattr("spacy_sdcl.evidence.suspects.LEAST_GAIN", 1.0)
    monkeypatch.setattr("spacy_sdcl.evidence.suspects.LEAST_GAIN_SELDOM", 2.0)

    def call(sentences):
        suspects = find_suspects(sentences, evidence.table, evidence.likeness)
        return [
            (number, start, sentences[number][start - before : start + behind + 1], times)
            for number, start, before, behind, times in zip(
                *(column.tolist() for column in suspects), strict=True
            )
        ]

    return call


def test_what_no_text_has_and_something_alike_would_make_likelier_is_suspect(find):
    assert find(["我今天很高行。", "他门明天去北京。"]) == [
        (0, 5, "高行", 1),
        (1, 1, "他门明", 1),
    ]


def test_text_as_it_was_counted_is_not_suspect(find):
    assert find(SENTENCES) == []


def test_what_is_unknown_and_like_nothing_better_is_not_suspect(find):
    # A name, say: no homophone of these would be more usual there.
    assert find(["京效再占。"]) == []


def test_of_what_comes_again_some_places_are_read_and_all_are_counted(find):
    sentences = [f"{'我' * (i + 1)}今天很高行。" for i in range(EXAMPLES + 4)]
    found = find(sentences)
    assert [each[0] for each in found] == list(range(EXAMPLES))
    assert {each[2:] for each in found} == {("高行", EXAMPLES + 4)}


def test_what_would_be_learnt_needs_less_to_be_suspect(find, monkeypatch):
    text = ["我" * (i + 1) + "今天很高行。" for i in range(OFTEN)]
    monkeypatch.setattr("spacy_sdcl.evidence.suspects.LEAST_GAIN_SELDOM", 99.0)
    assert find(text[:-1]) == []
    assert [each[2] for each in find(text)] == ["高行"] * EXAMPLES


@pytest.mark.parametrize("sentences", [[], [""], ["", ""], ["。"], ["行"], ["abc 123"], ["龘龘𠮷"]])
def test_text_of_hardly_anything_has_no_suspects(find, sentences):
    assert find(sentences) == []
