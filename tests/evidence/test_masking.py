"""Wrong characters are taken out of text before it is counted."""

import pytest

from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.masking import MASK, mask

ALPHABET = Alphabet("我们因该应保护很高行兴")


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"们因该": 1}, ["我们?该保护", "因该", "很高行，高行"]),
        ({"因该": 0, "高行": 1}, ["我们?该保护", "?该", "很高?，高?"]),
        ({"因该": 0, "们因": 0}, ["我??该保护", "?该", "很高行，高行"]),
        ({"行高": 0, "护因": 0}, ["我们因该保护", "因该", "很高行，高行"]),
        ({"我们因该": 2}, ["我们?该保护", "因该", "很高行，高行"]),
        ({}, ["我们因该保护", "因该", "很高行，高行"]),
    ],
)
def test_they_are_masked_wherever_they_stand(wrong, expected):
    sentences = ["我们因该保护", "因该", "很高行，高行"]
    assert mask(sentences, wrong, ALPHABET) == [each.replace("?", MASK) for each in expected]


@pytest.mark.parametrize("sentences", [[], [""], ["", ""], ["因"], ["\ud800因", "该\U0001f600"]])
def test_any_other_text_stays_as_it_is(sentences):
    assert mask(sentences, {"因该": 0, "们因该": 1}, ALPHABET) == sentences
