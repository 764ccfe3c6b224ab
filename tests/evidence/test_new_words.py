"""New words of a text: frequent, cohesive, free on both sides, and known to no lexicon."""

import numpy as np
import pytest

from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.building import build_table
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.lexicon import build_lexicon
from spacy_sdcl.evidence.new_words import LEAST, find_new_words

COMMON = "天地人你我他们好很高兴去火车站怎么走请问今看学校老师中文书本笔画山水田"
RARE = "澜鎏魑峋罡曌"
ALPHABET = Alphabet(COMMON + RARE + "的了可能会，。")


def around(word, times, first=0):
    """The word in as many sentences, each time between other characters."""
    neighbours = COMMON[first:] + COMMON[:first]
    pairs = zip(neighbours[:times], reversed(neighbours), strict=False)
    return [f"{left}{word}{right}。" for left, right in pairs]


@pytest.fixture(scope="module")
def other_text():
    """Sentences of common characters that follow one another at random."""
    rng = np.random.default_rng(9)
    return ["".join(rng.choice(list(COMMON), 12)) for _ in range(3000)]


@pytest.fixture(scope="module")
def general(other_text):
    return build_table(NgramCounts.of(ALPHABET, other_text), 2_000_000)


@pytest.fixture
def find(general):
    def call(sentences, known=(), **settings):
        lexicon = build_lexicon(dict.fromkeys(known, 20.0), ALPHABET)
        return find_new_words(sentences, general, lexicon, **settings)

    return call


@pytest.mark.parametrize("word", ["澜峋", "山澜峋", "澜山峋水", "魑罡曌峋澜"])
def test_what_is_frequent_and_hangs_together_is_a_word(find, word):
    assert find(around(word, 12)) == {word: 12}


def test_the_most_frequent_word_is_first(find):
    text = around("澜峋", 5) + around("魑罡", 9, first=9) + around("鎏曌", 9, first=20)
    found = find(text)
    assert list(found.items()) == [("鎏曌", 9), ("魑罡", 9), ("澜峋", 5)]


def test_what_is_seldom_is_none(find):
    assert find(around("澜峋", LEAST - 1)) == {}
    assert find(around("澜峋", LEAST)) == {"澜峋": LEAST}
    assert find(around("澜峋", 9), least=10) == {}


def test_in_a_longer_text_a_word_must_be_more_frequent(find, other_text, monkeypatch):
    longer = other_text[:200]
    size = sum(map(len, longer))
    monkeypatch.setattr("spacy_sdcl.evidence.new_words.CHARACTERS_FOR_ONE", size)
    for times, found in ((LEAST, False), (LEAST + 1, True)):
        assert ("澜峋" in find(around("澜峋", times) + longer)) == found


def test_a_word_of_the_lexicon_is_not_new(find):
    assert find(around("澜峋", 9), ["澜峋"]) == {}


def test_characters_that_meet_by_chance_are_none(find, other_text):
    assert find(other_text[:1000]) == {}


def test_what_is_as_frequent_elsewhere_is_none(find, other_text):
    words = around("澜峋", 30) * 10 + other_text
    general = build_table(NgramCounts.of(ALPHABET, words), 2_000_000)
    nothing = build_lexicon({}, ALPHABET)
    text = around("澜峋", 9) + other_text[:100]
    assert "澜峋" in find(text)
    assert "澜峋" not in find_new_words(text, general, nothing)


def test_a_part_of_a_word_is_none(find):
    # 澜峋 always has 魑 behind it: not free.
    assert list(find(around("澜峋魑", 12))) == ["澜峋魑"]
    assert list(find(around("罡澜峋魑", 12))) == ["罡澜峋魑"]


def test_what_always_stands_beside_the_same_is_none(find):
    sentences = [
        f"{left}去澜峋{right}" for left, right in zip("天地人你我他", "山水田书本笔", strict=True)
    ]
    assert "澜峋" not in find(sentences)


def test_every_beginning_and_end_of_a_line_is_another_neighbour(find):
    # Cells of a table, say.
    assert find([f"澜峋{'，' * i}" for i in range(5)]) == {"澜峋": 5}


@pytest.mark.parametrize("phrase", ["的澜", "澜了", "澜的峋", "我澜峋", "澜峋了"])
def test_a_phrase_with_characters_of_grammar_is_none(find, phrase):
    assert phrase not in find(around(phrase, 12))


def test_a_known_word_and_a_character_beside_it_are_none_unless_they_hang_together(find):
    # 可能 is a word, and 会 follows it a little oftener than others do.
    text = around("可能会", 5) + around("可能", 30, first=9) * 2 + around("会", 30, first=20) * 2
    assert "可能会" not in find(text, ["可能"])
    assert "可能澜" in find(around("可能澜", 12), ["可能"])


def test_what_is_no_listed_chinese_character_is_in_no_word(find):
    text = around("澜9峋", 9) + around("澜峋", 9, first=9)
    assert find(text) == {"澜峋": 9}
    assert find(around("龘龘", 9)) == {}
    assert find(around("OK，", 9)) == {}


@pytest.mark.parametrize("sentences", [[], [""], ["，。"], ["澜"], ["澜峋"], ["澜" * 50]])
def test_of_hardly_any_text_there_are_none(find, sentences):
    assert find(sentences) == {}
