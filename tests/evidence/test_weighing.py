"""Predictions weighed with evidence: what is found, in what order, and by itself or beside others."""

from functools import partial

import numpy as np
import pytest
from made_evidence import NGRAMS, doubt_everywhere, make_evidence, make_judge

from spacy_sdcl.evidence.bundle import EVIDENCE, JUDGE_FILE, NGRAMS_FILE, Evidence
from spacy_sdcl.evidence.candidates import find_places
from spacy_sdcl.evidence.features import gather
from spacy_sdcl.evidence.judge import probabilities
from spacy_sdcl.evidence.neighbours import BEST, RARER, _score_both
from spacy_sdcl.evidence.sources import find_evidence
from spacy_sdcl.evidence.weighing import judge_places, weigh
from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.model.storage import pack, unpack


@pytest.fixture(scope="module")
def evidence():
    return make_evidence()


def corrected(evidence, text, candidates="", threshold=0.5):
    read = partial(doubt_everywhere, candidates=candidates)
    chars = list(text)
    for each in weigh(evidence, [text], read)[0]:
        if each.candidates[0].score >= threshold:
            chars[each.start] = each.candidates[0].target
    return "".join(chars)


def test_what_counting_knows_is_corrected_though_the_network_knows_nothing(evidence):
    assert corrected(evidence, "我今天很高行。") == "我今天很高兴。"
    assert corrected(evidence, "请问去火车占怎么走？") == "请问去火车站怎么走？"
    assert corrected(evidence, "我们今天去火车站。") == "我们今天去火车站。"


def test_probabilities_of_a_place_add_up_to_at_most_one(evidence):
    found = weigh(evidence, ["他门再学笑学习"], partial(doubt_everywhere, candidates="们在校"))
    assert found[0]
    for each in found[0]:
        scores = [candidate.score for candidate in each.candidates]
        assert scores == sorted(scores, reverse=True)
        assert sum(scores) + each.source_score <= 1 + 1e-5


def test_two_wrong_characters_side_by_side_are_found_together():
    evidence = make_evidence(make_judge(-1.5, **NGRAMS))
    text = ["我今天很搞行。"]
    places = find_places(
        text, doubt_everywhere(text, candidates="高兴"), evidence.table, evidence.likeness
    )
    found = gather(places, evidence.table, evidence.lexicon, evidence.likeness)
    scores = np.full(places.candidates.shape, -np.inf)
    scores[found.row, found.column] = evidence.judge.scores(found.features, found.keys)
    alone, _ = probabilities(scores, places.is_candidate)
    together, _ = judge_places(evidence, places)
    # Each of the two hides the other: 兴 is no word behind 搞.
    assert alone[5].max() < 0.5 < together[5].max()
    assert corrected(evidence, text[0], candidates="高兴") == "我今天很高兴。"


def test_both_are_as_likely_as_the_one_after_the_other_the_rarer_way_round():
    text, after_first, after_second = "我今天很搞行。", "我今天很高行。", "我今天很搞兴。"
    evidence = make_evidence(make_judge(-2.5, **NGRAMS))

    def score(text, place, wanted):
        doubts = doubt_everywhere([text], candidates="高兴")
        places = find_places([text], doubts, evidence.table, evidence.likeness)
        found = gather(places, evidence.table, evidence.lexicon, evidence.likeness)
        symbol = evidence.table.encode(wanted)[0]
        of_it = (places.start[found.row] == place) & (
            places.candidates[found.row, found.column] == symbol
        )
        [value] = evidence.judge.scores(found.features, found.keys)[of_it]
        return value

    one = score(text, 4, "高") + score(after_first, 5, "兴")
    other = score(text, 5, "兴") + score(after_second, 4, "高")
    places = find_places(
        [text], doubt_everywhere([text], candidates="高兴"), evidence.table, evidence.likeness
    )
    scores = np.full(places.candidates.shape, -np.inf, dtype=np.float32)
    found = gather(places, evidence.table, evidence.lexicon, evidence.likeness)
    scores[found.row, found.column] = evidence.judge.scores(found.features, found.keys)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :BEST]
    possible = np.isfinite(np.take_along_axis(scores, best, 1))
    row = np.flatnonzero(places.start == 4)
    both = _score_both(
        evidence, places, scores, best, row, possible[row][:, :, None] & possible[row + 1][:, None]
    )
    assert both.max() == pytest.approx(min(one, other) - RARER, abs=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "如何组织你的代码？",
        "医院急需血浆。",
        "我们可以延迟加载控件。",
    ],
)
def test_words_are_not_changed_into_others_that_sound_alike(text):
    assert load_pipeline("zh_sdcl_sm", threshold="careful")(text)._.corrected == text


def test_neighbours_are_judged_in_parts_as_all_at_once(monkeypatch):
    evidence = make_evidence(make_judge(-2.5, **NGRAMS))
    texts = ["我今天很搞行。", "请问去火车占怎么走？", "他门再学笑学习"]
    read = doubt_everywhere(texts, candidates="高兴们在校")
    places = find_places(texts, read, evidence.table, evidence.likeness)
    whole = judge_places(evidence, places)
    monkeypatch.setattr("spacy_sdcl.evidence.neighbours.PAIRS_AT_ONCE", 2)
    for part, expected in zip(judge_places(evidence, places), whole, strict=True):
        np.testing.assert_allclose(part, expected, atol=1e-6)


def test_a_text_gives_the_same_alone_and_among_others(evidence):
    texts = ["我今天很高行。", "", "他门明天去北京", "abc", "请问去火车占怎么走？我门"]
    read = partial(doubt_everywhere, candidates="兴们")
    together = weigh(evidence, texts, read)
    for text, found in zip(texts, together, strict=True):
        [alone] = weigh(evidence, [text], read)
        assert [each.start for each in alone] == [each.start for each in found]
        for one, other in zip(alone, found, strict=True):
            assert one.source_score == pytest.approx(other.source_score, abs=1e-5)
            assert dict(one.candidates) == pytest.approx(dict(other.candidates), abs=1e-5)


def test_changed_sentences_are_read_once_more_with_the_changes(evidence):
    read_texts = []

    def read(texts):
        read_texts.append(list(texts))
        return doubt_everywhere(texts, candidates="兴")

    texts = ["我们今天去", "我今天很高行。他们明天去北京。我今天很高行。我们"]
    found = weigh(evidence, texts, read)
    assert read_texts == [texts, ["我今天很高兴。", "我今天很高兴。"]]
    changed = [each.start for each in found[1] if each.candidates[0].score > 0.5]
    assert changed == [5, 20]
    assert [each.start for each in found[1]] == sorted({each.start for each in found[1]})


def test_evidence_without_a_judge_says_how_to_fit_one(evidence):
    without = Evidence(evidence.table, evidence.lexicon, evidence.likeness)
    with pytest.raises(ValueError, match="no judge yet"):
        weigh(without, ["我今天"], doubt_everywhere)


def test_evidence_is_the_same_from_its_folder_and_its_bytes(evidence, tmp_path):
    evidence.save(tmp_path)
    for again in (Evidence.open(tmp_path), Evidence.from_bytes(evidence.to_bytes())):
        assert again.thresholds == {"careful": 0.7, "recall": 0.4}
        assert again.about == {"text": "made up"}
        read = partial(doubt_everywhere, candidates="兴们")
        assert weigh(again, ["我今天很高行。"], read) == weigh(evidence, ["我今天很高行。"], read)


@pytest.mark.parametrize("name", [NGRAMS_FILE, JUDGE_FILE])
def test_damaged_files_are_named(evidence, tmp_path, name):
    evidence.save(tmp_path)
    path = tmp_path / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="Make it anew"):
        Evidence.open(tmp_path)
    # The last byte of the last array.
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ValueError, match="not what its checksum says"):
        Evidence.open(tmp_path)
    path.unlink()
    with pytest.raises(ValueError, match=f"has no {name}"):
        Evidence.open(tmp_path)


def rewritten(evidence, change):
    """The evidence's bytes, with the judge's file changed and sealed anew."""
    files = evidence.to_bytes()
    stored = unpack(EVIDENCE, files[JUDGE_FILE], "judge")
    values = {name: value for name, value in stored.values.items() if name != "format"}
    arrays = dict(stored.arrays)
    change(values, arrays)
    return {**files, JUDGE_FILE: pack(EVIDENCE, values, arrays)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda values, arrays: values.pop("about"), "has no about"),
        (lambda values, arrays: values["thresholds"].update(careful=1.5), "not within 0 and 1"),
        (lambda values, arrays: arrays.update(other=np.zeros(1)), "unknown part other"),
        (lambda values, arrays: arrays.pop("lexicon.levels"), "lacks words or likeness"),
        (lambda values, arrays: arrays.pop("judge.last"), "lacks last"),
        (
            lambda values, arrays: arrays.update({"judge.bias": np.array([np.nan], np.float32)}),
            "NaN or infinity",
        ),
        (
            lambda values, arrays: arrays.update(
                {"likeness.readings": arrays["likeness.readings"][:-1]}
            ),
            "the n-grams beside it",
        ),
    ],
)
def test_a_judge_that_cannot_be_is_refused(evidence, change, message):
    with pytest.raises(ValueError, match=message):
        Evidence.from_bytes(rewritten(evidence, change))


def test_evidence_of_an_unknown_name_is_refused(tmp_path):
    with pytest.raises(ValueError, match="No evidence 'nowhere'"):
        find_evidence("nowhere", None)
    assert find_evidence("auto", str(tmp_path)) is None
    assert find_evidence("auto", None) is None


def test_evidence_beside_a_model_is_found(evidence, tmp_path):
    evidence.save(tmp_path / "evidence")
    for name, model in (("auto", str(tmp_path)), (str(tmp_path), None)):
        found = find_evidence(name, model)
        assert found is not None
        assert np.array_equal(found.lexicon.levels, evidence.lexicon.levels)
