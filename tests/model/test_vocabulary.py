"""One id per character."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.model.vocabulary import SPECIAL_TOKENS, Vocabulary


@pytest.fixture(scope="module")
def vocabulary():
    # Word pieces and unused entries, as in MacBERT's vocabulary.
    return Vocabulary(
        [*SPECIAL_TOKENS, "我", "們", "a", "##我", "abc", "1", "𠮷", "，", "[unused1]"]
    )


@given(text=st.text())
def test_every_character_of_any_text_has_one_id(vocabulary, text):
    ids = vocabulary.encode(text)
    assert ids.dtype == np.int64
    assert ids.shape == (len(text),)
    for char, i in zip(text, ids.tolist(), strict=True):
        assert vocabulary.tokens[i] in (char, char.lower(), "[UNK]")


def test_ids_stand_for_the_character_itself_its_lower_case_or_unknown(vocabulary):
    tokens = [vocabulary.tokens[i] for i in vocabulary.encode("我A𠮷您 😀1")]
    assert tokens == ["我", "a", "𠮷", "[UNK]", "[UNK]", "[UNK]", "1"]


def test_text_that_spells_a_special_token_or_a_word_piece_is_read_as_characters(vocabulary):
    tokens = [vocabulary.tokens[i] for i in vocabulary.encode("[MASK]abc##我")]
    assert tokens == ["[UNK]", "[UNK]", "a", *["[UNK]"] * 3, "a", *["[UNK]"] * 4, "我"]


def test_an_upper_case_entry_goes_before_the_lower_case_one():
    vocabulary = Vocabulary([*SPECIAL_TOKENS, "a", "A"])
    assert vocabulary.encode("aA").tolist() == [5, 6]


def test_a_character_whose_lower_case_is_longer_is_unknown(vocabulary):
    assert len("İ".lower()) == 2
    assert vocabulary.encode("İ").tolist() == [vocabulary.unk]


def test_an_id_does_not_depend_on_what_was_looked_up_before(vocabulary):
    first = vocabulary.encode("A您x").tolist()
    vocabulary.encode("您aXxA")
    assert vocabulary.encode("A您x").tolist() == first


def test_only_single_chinese_characters_are_candidates(vocabulary):
    assert [vocabulary.tokens[i] for i in vocabulary.candidates] == ["我", "們", "𠮷"]
    assert vocabulary.is_candidate.nonzero()[0].tolist() == vocabulary.candidates.tolist()
    assert vocabulary.is_candidate.shape == (len(vocabulary),)


def test_a_vocabulary_of_characters_holds_each_once_after_the_special_tokens():
    vocabulary = Vocabulary.from_characters("我们我a")
    assert vocabulary.tokens == [*SPECIAL_TOKENS, "我", "们", "a"]
    assert (vocabulary.pad, vocabulary.unk, vocabulary.cls, vocabulary.sep, vocabulary.mask) == (
        0,
        1,
        2,
        3,
        4,
    )


def test_special_tokens_are_found_wherever_they_stand():
    vocabulary = Vocabulary(["我", *reversed(SPECIAL_TOKENS)])
    assert (vocabulary.pad, vocabulary.mask) == (5, 1)


def test_a_vocabulary_without_a_special_token_is_refused():
    with pytest.raises(ValueError, match=r"lacks \[CLS\], \[MASK\]"):
        Vocabulary(["[PAD]", "[UNK]", "[SEP]", "我"])
