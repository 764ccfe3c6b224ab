"""Words and names: known strings have a level, others have none."""

import numpy as np

from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.lexicon import LENGTHS, Lexicon, build_lexicon, fingerprint

ALPHABET = Alphabet("北京大学生物理所有人美团国阿司匹林")
WORDS = {"北京": 1000.0, "大学": 500.0, "北京大学": 20.0, "阿司匹林": 3.0, "人": 9.0, "美团": 0.0}


def level(lexicon, word):
    return int(lexicon.level(ALPHABET.encode(word)[None])[0])


def test_words_have_the_level_of_their_frequency():
    lexicon = build_lexicon(WORDS, ALPHABET)
    assert level(lexicon, "北京") == round(np.log2(1001))
    assert level(lexicon, "北京大学") == round(np.log2(21))
    # However rare, a word is one.
    assert level(lexicon, "美团") == 1


def test_what_is_no_word_has_none():
    lexicon = build_lexicon(WORDS, ALPHABET)
    for other in ("京北", "京大", "大学生", "匹林", "阿司匹国"):
        assert level(lexicon, other) == 0


def test_what_holds_something_else_than_listed_characters_is_no_word_even_by_chance():
    # Every fingerprint is that of a word here.
    strings = ["北京", "北，", "\n京", "a京", "龘京"]
    prints = np.unique(fingerprint(np.stack([ALPHABET.encode(each) for each in strings], axis=1)))
    lexicon = Lexicon(prints, np.full(len(prints), 7, dtype=np.uint8))
    assert [level(lexicon, each) for each in strings] == [7, 0, 0, 0, 0]


def test_words_of_other_lengths_or_characters_are_left_out():
    long = "北京大学生物"
    assert len(long) not in LENGTHS
    lexicon = build_lexicon({long: 5.0, "人": 5.0, "北x": 5.0, "北龘": 5.0}, ALPHABET)
    assert len(lexicon) == 0
    assert level(lexicon, "北京") == 0


def test_of_a_word_given_twice_the_higher_frequency_counts():
    lexicon = build_lexicon([("北京", 1.0), ("北京", 100.0), ("北京", 3.0)], ALPHABET)
    assert level(lexicon, "北京") == round(np.log2(101))


def test_fingerprints_of_all_pairs_of_characters_differ():
    symbols = np.arange(6, 600, dtype=np.uint16)
    pairs = np.stack([np.repeat(symbols, len(symbols)), np.tile(symbols, len(symbols))], 1)
    prints = np.unique(fingerprint(pairs.T))
    # Of 350,000 strings in 2^32 numbers some 14 meet by chance.
    assert len(pairs) - len(prints) < 60


def test_a_lexicon_made_of_its_arrays_says_the_same():
    lexicon = build_lexicon(WORDS, ALPHABET)
    again = Lexicon(**lexicon.arrays())
    assert [level(again, word) for word in ("北京", "京北")] == [
        level(lexicon, word) for word in ("北京", "京北")
    ]


def test_strings_that_lie_apart_have_the_levels_of_those_in_rows():
    lexicon = build_lexicon(WORDS, ALPHABET)
    symbols = ALPHABET.encode("我在北京大学，北京人。")
    columns = [symbols[:-1].reshape(2, -1), symbols[1:].reshape(2, -1)]
    rows = np.stack([symbols[:-1], symbols[1:]], axis=1)
    found = lexicon.level_of(columns)
    assert found.any()
    np.testing.assert_array_equal(found.reshape(-1), lexicon.level(rows))
