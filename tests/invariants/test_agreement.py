"""What counts as the same result: differences at sure places are seen, ties are let pass."""

import pytest
import spacy
from agreement import check_same

from spacy_sdcl.annotations import set_corrections
from spacy_sdcl.types import Candidate, CharCorrection


def make_doc(*corrections, text="我今天很高行。"):
    doc = spacy.blank("zh")(text)
    set_corrections(doc, corrections)
    return doc


def correct(target, score, *others):
    return CharCorrection(5, target, score, (Candidate(target, score), *others))


def test_equal_results_are_the_same():
    check_same([make_doc(correct("兴", 0.9))], [make_doc(correct("兴", 0.9 + 5e-6))])


@pytest.mark.parametrize(
    "other",
    [
        make_doc(),
        make_doc(correct("星", 0.9)),
        make_doc(correct("兴", 0.9001)),
        make_doc(text="我今天很高兴。"),
    ],
    ids=["nothing", "another character", "another probability", "another text"],
)
def test_a_difference_at_a_sure_place_is_seen(other):
    with pytest.raises(AssertionError):
        check_same([make_doc(correct("兴", 0.9))], [other])


def test_a_place_at_the_threshold_or_between_two_candidates_may_come_out_otherwise():
    check_same([make_doc(correct("兴", 0.7))], [make_doc()], thresholds=[0.700005])
    tie = make_doc(correct("兴", 0.4, Candidate("行", 0.399999)))
    check_same([tie], [make_doc()])
