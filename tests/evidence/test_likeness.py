"""Sounds and shapes as tables: what is alike, in which way, and what may be mistaken for what."""

import numpy as np
import pytest

from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.likeness import Likeness, build_likeness

ALPHABET = Alphabet("行兴性形门们问在再未末银很恨高搞中重好")


@pytest.fixture(scope="module")
def likeness():
    return build_likeness(ALPHABET)


def compare(likeness, one, other):
    return {
        kind: float(values[0])
        for kind, values in likeness.compare(ALPHABET.encode(one), ALPHABET.encode(other))
        ._asdict()
        .items()
    }


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("在", "再", "homophone"),
        ("行", "性", "other_tone"),
        ("门", "们", "homophone"),
        ("高", "搞", "other_tone"),
        # 兴 is read xing, 银 yin.
        ("行", "银", None),
        # 恨 (hen) and 很 (hen): the tone sets them apart.
        ("很", "恨", "other_tone"),
    ],
)
def test_sounds_are_compared_by_syllable_and_tone(likeness, one, other, kind):
    found = compare(likeness, one, other)
    for name in ("homophone", "other_tone", "near"):
        assert found[name] == (name == kind), name
    assert compare(likeness, other, one) == found


def test_shapes_are_compared_by_components(likeness):
    # The same parts, of which the strokes alone differ in length.
    assert compare(likeness, "门", "们")["look"] > 0.5
    assert compare(likeness, "中", "好")["look"] == 0


def test_what_may_be_mistaken_is_what_compares_as_alike(likeness):
    symbols = ALPHABET.encode(ALPHABET.characters)
    for symbol in symbols.tolist():
        found = likeness.of(symbol)
        assert symbol not in found
        assert list(found) == sorted(set(found.tolist()))
        if len(found):
            alike = likeness.compare(np.full(len(found), symbol), found)
            assert (sum(alike) > 0).all()
        others = np.setdiff1d(symbols, np.append(found, symbol)).astype(np.uint16)
        alike = likeness.compare(np.full(len(others), symbol, np.uint16), others)
        assert not (alike.homophone + alike.other_tone + alike.near + alike.look).any()


def test_tables_made_of_their_arrays_say_the_same(likeness):
    again = Likeness(**likeness.arrays())
    one, other = ALPHABET.encode("行在门高"), ALPHABET.encode("兴再问好")
    for first, second in zip(likeness.compare(one, other), again.compare(one, other), strict=True):
        assert first.tolist() == second.tolist()


def test_an_alphabet_of_characters_without_readings_is_no_trouble():
    empty = build_likeness(Alphabet("，。"))
    symbols = Alphabet("，。").encode("，。")
    assert len(empty.of(int(symbols[0]))) == 0
    assert not sum(empty.compare(symbols[:1], symbols[1:])).any()
