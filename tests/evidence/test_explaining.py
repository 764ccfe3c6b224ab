"""What is known of one character at one place."""

import math

import numpy as np
import pytest

from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.building import build_table
from spacy_sdcl.evidence.bundle import Evidence
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.explaining import grounds
from spacy_sdcl.evidence.lexicon import build_lexicon
from spacy_sdcl.evidence.likeness import Likeness
from spacy_sdcl.types import Doubts

TEXT = "请问火车占怎么走"
ALPHABET = Alphabet("请问火车站占怎么走战。")


@pytest.fixture(scope="module")
def evidence():
    table = build_table(NgramCounts.of(ALPHABET, ["请问火车站怎么走。"] * 50), 400_000)
    readings = np.zeros((len(ALPHABET), 2), dtype=np.uint16)
    one, same, other = ALPHABET.encode("占站战")
    readings[[one, same], 0] = 1 << 3 | 4
    readings[other, 0] = 1 << 3 | 1
    keys = np.array([int(one) << 16 | int(same)], dtype=np.uint32)
    likeness = Likeness(readings, np.zeros(0, np.uint32), keys, np.array([204], dtype=np.uint8))
    return Evidence(table, build_lexicon({"火车站": 9.0, "车站": 9.0}, ALPHABET), likeness)


def read(texts):
    """A network that takes 占 for 站 with 0.75, and lists nothing else."""
    [text] = texts
    found = [text.index("占")] if "占" in text else []
    shape = (len(found), 1)
    return Doubts(
        np.zeros(len(found), dtype=np.int64),
        np.array(found, dtype=np.int64),
        np.full(shape, ord("站"), dtype=np.uint32),
        np.full(shape, math.log(0.75), dtype=np.float32),
        np.full(len(found), math.log(0.2), dtype=np.float32),
    )


def test_all_the_evidence_on_the_right_character_is_named(evidence):
    found = grounds(evidence, TEXT, 4, "站", read)
    assert found.network == pytest.approx(0.75)
    assert found.network_written == pytest.approx(0.2)
    assert found.gain > 1
    assert found.gain_following > 1
    assert (found.word, found.word_written) == (3, 0)
    assert (found.sound, found.shape) == ("same", pytest.approx(0.8))


def test_what_the_network_did_not_list_is_explained_too(evidence):
    found = grounds(evidence, TEXT, 4, "战", read)
    assert found.network == 0.0
    assert found.gain < 1
    assert (found.word, found.sound, found.shape) == (0, "other tone", 0.0)


def test_of_what_is_not_listed_nothing_is_known(evidence):
    assert grounds(evidence, TEXT, 4, "龘", read) is None
    assert grounds(evidence, TEXT, 4, "占", read) is None
    assert grounds(evidence, TEXT, 0, "问", read) is None
