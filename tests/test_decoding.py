"""What becomes of the model's predictions."""

import pytest

from spacy_sdcl.decoding import decide, kept_corrections
from spacy_sdcl.types import Candidate, CharPrediction

TEXT = "我门今天去学笑。"
PREDICTIONS = [
    CharPrediction(1, (Candidate("们", 0.75), Candidate("门", 0.25)), 0.25),
    CharPrediction(6, (Candidate("校", 0.5), Candidate("笑", 0.25)), 0.25),
]


@pytest.mark.parametrize(("threshold", "kept"), [(0.5, "们校"), (0.6, "们"), (0.8, "")])
def test_the_threshold_keeps_what_reaches_it(threshold, kept):
    decisions = decide(TEXT, PREDICTIONS, threshold=threshold)
    assert "".join(each.target for each in kept_corrections(decisions)) == kept
    assert [each.kept for each in decisions] == [each.target in kept for each in decisions]


def test_a_decision_says_what_was_considered_and_why():
    decision, _ = decide(TEXT, PREDICTIONS, threshold=0.8)
    assert decision[:5] == (1, "门", "们", 0.75, PREDICTIONS[0].candidates)
    assert (decision.kept, decision.reason) == (False, "threshold")
    assert "0.750" in decision.detail
    assert "0.800" in decision.detail


def test_a_correction_brings_its_candidates():
    correction, _ = kept_corrections(decide(TEXT, PREDICTIONS, threshold=0))
    assert correction == (1, "们", 0.75, PREDICTIONS[0].candidates)
