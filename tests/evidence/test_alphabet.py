import pytest

from spacy_sdcl.evidence.alphabet import (
    BOUNDARY,
    DIGIT,
    FIRST_CHARACTER,
    LATIN,
    MAX_SYMBOLS,
    OTHER,
    OTHER_HAN,
    Alphabet,
)


def test_each_character_has_one_symbol_and_what_is_not_listed_that_of_its_class():
    alphabet = Alphabet("天地，")
    text = "天地，人𠀀9９aＺéñ。 😀\U0010ffff\ud800\n"
    expected = [FIRST_CHARACTER + i for i in range(3)]
    expected += [OTHER_HAN, OTHER_HAN, DIGIT, DIGIT, LATIN, LATIN, LATIN, LATIN]
    expected += [OTHER, OTHER, OTHER, OTHER, OTHER, BOUNDARY]
    assert alphabet.encode(text).tolist() == expected
    assert len(alphabet) == FIRST_CHARACTER + 3


def test_repeats_digits_letters_and_line_feeds_are_no_characters_of_their_own():
    alphabet = Alphabet("天9a天\nＢ\U0010ffff地")
    assert alphabet.characters == "天地"
    assert alphabet.encode("\U0010fffe").tolist() == [OTHER]


def test_special_tokens_are_refused():
    with pytest.raises(ValueError, match="leave special tokens of a vocabulary out"):
        Alphabet(["天", "[PAD]"])


def test_more_characters_than_fit_into_16_bits_are_refused():
    characters = [chr(i) for i in range(0x3000, 0x3000 + 2**16) if not 0xD800 <= i < 0xE000]
    with pytest.raises(ValueError, match=f"at most {MAX_SYMBOLS - FIRST_CHARACTER} characters"):
        Alphabet([*characters, *(chr(i) for i in range(0x20000, 0x21000))])


def test_no_text_has_no_symbols():
    assert len(Alphabet("天").encode("")) == 0
