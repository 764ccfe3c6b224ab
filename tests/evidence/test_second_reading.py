"""Sentences read again with their changes: what that says, and what becomes of it."""

from functools import partial

import numpy as np
import pytest
from made_evidence import doubt_everywhere, make_evidence

from spacy_sdcl.evidence.bundle import Evidence
from spacy_sdcl.evidence.cross_fitting import collect_checks, fit_evidence
from spacy_sdcl.evidence.material import Material
from spacy_sdcl.evidence.second_reading import (
    AROUND,
    BESIDE,
    DOUBTFUL,
    NAMES,
    UNNAMED,
    compare_readings,
    find_pieces,
)
from spacy_sdcl.evidence.verifier import Checks, Verifier, fit_verifier
from spacy_sdcl.evidence.weighing import weigh
from spacy_sdcl.types import Candidate, CharPrediction, Doubts, Pair

READ = partial(doubt_everywhere, candidates="兴们")


def prediction(start, target, score=0.5):
    return CharPrediction(start, (Candidate(target, score), Candidate("甲", 0.1)), 0.3)


def doubts_of(texts, rng):
    """Some doubts at some places, as a network might have them."""
    places = [
        (i, j) for i, text in enumerate(texts) for j in range(len(text)) if rng.random() < 0.5
    ]
    text, start = np.array(places, dtype=np.int64).reshape(-1, 2).T
    points = rng.choice([ord(char) for char in "甲乙丙丁"], (len(text), 2)).astype(np.uint32)
    log_p = -3 * rng.random((len(text), 2)).astype(np.float32)
    return Doubts(text, start, points, log_p, -2 * rng.random(len(text)).astype(np.float32))


def plainly(texts, pieces, first, second):
    """What `compare_readings` says, place by place."""
    rows = []
    for number, piece in enumerate(pieces):
        for place, each in piece.changes.items():
            row = []
            for doubts, text, shift, other in (
                (first, piece.text, 0, each.candidates[0].target),
                (second, number, piece.start, texts[piece.text][place]),
            ):
                found = {
                    int(start) + shift: i
                    for i, (of, start) in enumerate(zip(doubts.text, doubts.start, strict=True))
                    if of == text and piece.start <= start + shift < piece.end
                }
                written, listed = 0.0, UNNAMED
                if place in found:
                    written = doubts.log_written[found[place]]
                    logs = doubts.log_p[found[place]]
                    named = logs[doubts.candidates[found[place]] == ord(other)]
                    listed = max(named) if len(named) else min(logs) - 1
                around, beside = (
                    sum(
                        doubts.log_written[i]
                        for at, i in found.items()
                        if abs(at - place) <= reach and at not in piece.changes
                    )
                    for reach in (AROUND, BESIDE)
                )
                doubtful = sum(doubts.log_written[i] < DOUBTFUL for i in found.values())
                row.append((written, listed, around, beside, doubtful))
            (a, b, c, d, e), (f, g, h, i, j) = row
            length = piece.end - piece.start
            rows.append([a, b, f, g, c, h, h - c, d, i, i - d, len(piece.changes), e, j, length])
    return np.array(rows)


@pytest.mark.parametrize("seed", range(5))
def test_both_readings_are_compared_as_place_by_place(seed):
    rng = np.random.default_rng(seed)
    texts = ["甲乙丙丁，戊己。" * 3, "", "丙丁", "甲乙丙丁戊己庚辛。壬癸？子"]
    found = [
        [prediction(i, "丁") for i in range(len(text)) if rng.random() < 0.3] for text in texts
    ]
    pieces = list(find_pieces(texts, found, 0.4))
    changed = [piece.changed(texts[piece.text]) for piece in pieces]
    first, second = doubts_of(texts, rng), doubts_of(changed, rng)
    compared = compare_readings(texts, pieces, first, second)
    assert compared.shape == (sum(map(len, found)), len(NAMES))
    expected = plainly(texts, pieces, first, second)
    np.testing.assert_allclose(compared[:, 3:], expected, atol=1e-4)


def test_readings_without_doubts_can_be_compared():
    pieces = list(find_pieces(["甲乙"], [[prediction(1, "丁")]], 0.4))
    none = doubt_everywhere([])
    compared = compare_readings(["甲乙"], pieces, none, none)
    assert np.isfinite(compared).all()


def test_pieces_are_sentences_and_what_is_held_is_not_changed():
    texts = ["甲乙。丙丁。"]
    found = [
        [prediction(0, "子"), prediction(3, "子"), prediction(4, "丑"), prediction(1, "寅", 0.1)]
    ]
    pieces = list(find_pieces(texts, found, 0.4, [{4}]))
    assert [piece[:3] for piece in pieces] == [(0, 0, 3), (0, 3, 6)]
    assert [piece.changed(texts[0]) for piece in pieces] == ["子乙。", "子丁。"]
    assert list(find_pieces(texts, found, 0.4, [{0, 3, 4}])) == []


def verifier_of(bias):
    width = len(NAMES)
    return Verifier(
        mean=np.zeros(width),
        scale=np.ones(width),
        first=np.zeros((width, 2)),
        first_bias=np.zeros(2),
        last=np.zeros(2),
        bias=np.array([bias]),
    )


def test_what_the_verifier_says_of_a_change_holds():
    text = "我今天很高行。"
    for bias, least, most in ((5.0, 0.9, 1.0), (-5.0, 0.0, 0.1)):
        evidence = make_evidence()
        evidence.verifier = verifier_of(bias)
        [found] = weigh(evidence, [text], READ)
        [change] = [each for each in found if each.start == 5]
        of = dict(change.candidates)
        assert least < of["兴"] < most
        scores = [candidate.score for candidate in change.candidates]
        assert scores == sorted(scores, reverse=True)
        assert sum(scores) + change.source_score <= 1 + 1e-5


def test_a_held_place_is_not_changed_for_the_second_reading():
    read_texts = []

    def read(texts):
        read_texts.append(list(texts))
        return READ(texts)

    weigh(make_evidence(), ["我今天很高行。"], read, held=[{5}])
    assert len(read_texts) == 1


def test_a_verifier_learns_what_tells_right_from_wrong():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(2000, len(NAMES))).astype(np.float32)
    right = features[:, 3] + features[:, 5] > 0
    verifier = fit_verifier([Checks(features, right, np.ones(2000, np.float32))], steps=200)
    said = verifier.probabilities(features)
    assert ((said > 0.5) == right).mean() > 0.95
    again = Verifier.from_arrays(verifier.arrays())
    assert np.array_equal(again.probabilities(features), said)


def test_a_verifier_of_other_features_is_refused():
    arrays = verifier_of(0.0).arrays()
    with pytest.raises(ValueError, match="lacks last"):
        Verifier(**{name: array for name, array in arrays.items() if name != "last"})
    with pytest.raises(ValueError, match="fitted to 3 features"):
        Verifier(**arrays | {"mean": np.zeros(3)})


def test_the_verifier_sees_the_judge_on_texts_that_it_was_not_fitted_to(monkeypatch):
    pairs = [Pair(f"我今天很高行{char}", f"我今天很高兴{char}") for char in "。，！？"]
    fitted, checked = [], []

    def fit(evidence_fits, **options):
        fitted.append(sum(len(each.weight) for each in evidence_fits))
        return make_evidence().judge

    def check(evidence, pairs, read, *, weight):
        checked.append([pair.source[-1] for pair in pairs])
        return collect_checks(evidence, pairs, read, weight=weight)

    monkeypatch.setattr("spacy_sdcl.evidence.cross_fitting.fit_judge", fit)
    monkeypatch.setattr("spacy_sdcl.evidence.cross_fitting.collect_checks", check)
    evidence = make_evidence()
    fit_evidence(evidence, [Material("pairs", 2.0, pairs, [], READ)])
    # A judge of each half, then that of all; the first is tried on the first half.
    assert fitted == [12, 12, 24]
    assert checked == [["。", "！"], ["，", "？"]]
    assert evidence.verifier is not None


def test_each_material_is_read_by_the_network_that_was_not_trained_on_it(monkeypatch):
    read: dict[str, set[str]] = {"own": set(), "other": set()}

    def reader(name):
        def read_with(texts):
            read[name].update(text[0] for text in texts)
            return READ(texts)

        return read_with

    material = [
        Material(
            start, 1.0, [Pair(f"{start}今天很高行", f"{start}今天很高兴")] * 2, [], reader(name)
        )
        for start, name in (("我", "own"), ("你", "other"))
    ]
    fit_evidence(make_evidence(), material, steps=5)
    assert read == {"own": {"我"}, "other": {"你"}}


def test_the_verifier_is_kept_with_the_evidence(tmp_path):
    evidence = make_evidence()
    evidence.verifier = verifier_of(1.5)
    evidence.save(tmp_path)
    for again in (Evidence.open(tmp_path), Evidence.from_bytes(evidence.to_bytes())):
        assert again.verifier is not None
        assert again.verifier.weights["bias"] == 1.5


def test_doubts_of_held_places_do_not_count():
    rng = np.random.default_rng(3)
    texts = ["甲乙丙丁，戊己。" * 3]
    pieces = list(find_pieces(texts, [[prediction(1, "丁"), prediction(12, "丁")]], 0.4))
    changed = [piece.changed(texts[piece.text]) for piece in pieces]
    first, second = doubts_of(texts, rng), doubts_of(changed, rng)
    held = {0, 3, 10, 13}

    def without(doubts, places):
        kept = [
            (text, start) not in places
            for text, start in zip(doubts.text.tolist(), doubts.start.tolist(), strict=True)
        ]
        return Doubts(*(column[kept] for column in doubts))

    ours = {
        (number, place - piece.start)
        for number, piece in enumerate(pieces)
        for place in held
        if piece.start <= place < piece.end
    }
    expected = compare_readings(
        texts, pieces, without(first, {(0, place) for place in held}), without(second, ours)
    )
    found = compare_readings(texts, pieces, first, second, [held])
    np.testing.assert_allclose(found, expected, atol=1e-5)
