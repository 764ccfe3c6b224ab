"""What the judge sees of a candidate, and which candidates there are."""

import numpy as np
import pytest
from made_evidence import ALPHABET, doubt_everywhere, make_evidence

from spacy_sdcl.evidence.candidates import FROM_NETWORK, find_places
from spacy_sdcl.evidence.features import NAMES, gather
from spacy_sdcl.types import Doubts


@pytest.fixture(scope="module")
def evidence():
    return make_evidence()


def places_of(evidence, texts, **settings):
    doubts = doubt_everywhere(texts, **settings)
    return find_places(texts, doubts, evidence.table, evidence.likeness)


def char(symbol):
    return ALPHABET.characters[int(symbol) - 6]


def features_of(evidence, places, start, target):
    found = gather(places, evidence.table, evidence.lexicon, evidence.likeness)
    rows = [
        values
        for values, row, column in zip(found.features, found.row, found.column, strict=True)
        if places.start[row] == start and char(places.candidates[row, column]) == target
    ]
    assert len(rows) == 1
    return dict(zip(NAMES, rows[0].tolist(), strict=True))


def test_candidates_are_the_networks_and_what_ngrams_like_better(evidence):
    places = places_of(evidence, ["我今天很高行。"], candidates="兴的")
    row = int(np.flatnonzero(places.start == 5)[0])
    assert [char(symbol) for symbol in places.candidates[row, :1]] == ["兴"]
    places = places_of(evidence, ["他门明天去北京。"], candidates="我")
    further = places.candidates[int(np.flatnonzero(places.start == 1)[0]), FROM_NETWORK:]
    assert "们" in [char(symbol) for symbol in further if symbol]


def test_the_written_character_is_no_candidate_and_none_is_named_twice(evidence):
    places = places_of(evidence, ["他门明天去北京。", "我们在学校"], candidates="们门我们天")
    for written, candidates in zip(places.written, places.candidates, strict=True):
        named = [int(symbol) for symbol in candidates if symbol]
        assert int(written) not in named
        # Of the network's own list, which has one twice here, the n-grams' part repeats nothing.
        assert len(set(named[FROM_NETWORK:])) == len(named[FROM_NETWORK:])


def test_a_character_outside_the_alphabet_is_neither_place_nor_candidate(evidence):
    places = places_of(evidence, ["龘今天ab，𠀀"], candidates="龘兴x")
    assert places.start.tolist() == [1, 2]
    assert {char(symbol) for symbol in places.candidates[:, :FROM_NETWORK].flat if symbol} == {"兴"}


def test_a_place_of_little_doubt_is_weighed_only_where_ngrams_object(evidence):
    text = ["我今天很高行。"]
    sure = places_of(evidence, text, candidates="兴的", written=0.99)
    assert sure.start.tolist() == [5]


def test_a_candidate_that_fits_gains_by_ngrams_and_words(evidence):
    places = places_of(evidence, ["我今天很高行。"], candidates="兴的")
    right = features_of(evidence, places, 5, "兴")
    wrong = features_of(evidence, places, 5, "的") if "的" in ALPHABET.characters else None
    assert wrong is None
    assert right["n-grams: gain, itself"] > 0
    assert right["n-grams: gain, what follows"] > 0
    assert right["word of 2"] > 0
    assert right["word of 2, written"] == 0
    assert right["sound: other tone"] == 1
    assert right["sound: same"] == right["alike in nothing"] == 0
    assert right["a boundary behind"] == 0


def test_repetition_is_of_the_same_text_only(evidence):
    texts = ["我们明天去", "我们今天去，我门明天去"]
    places = places_of(evidence, texts, candidates="们")
    found = features_of(evidence, places, 7, "们")
    # 我们 stands once more in this text, 我门 nowhere else.
    assert found["candidate in the text, with the one before"] == pytest.approx(np.log(2))
    assert found["written in the text, with the one before"] == 0


def test_doubts_of_one_text_are_not_seen_from_another(evidence):
    texts = ["我今天很高行", "我今天很高行", "今", "今"]
    places = places_of(evidence, texts, candidates="兴")
    for number, text in enumerate(texts):
        alone = places_of(evidence, [text], candidates="兴")
        np.testing.assert_array_equal(places.around[places.text == number], alone.around)
    assert places.around[0].tolist() == pytest.approx([0, 0, np.log(0.5), np.log(0.5)])
    assert not places.around[-1].any()


@pytest.mark.parametrize("texts", [[], [""], ["，。"], ["abc"], ["龘"]])
def test_nothing_to_weigh_is_no_trouble(evidence, texts):
    places = places_of(evidence, texts, candidates="兴")
    assert len(places.place) == 0
    found = gather(places, evidence.table, evidence.lexicon, evidence.likeness)
    assert found.features.shape == (0, len(NAMES))


def test_places_may_have_no_candidate_at_all(evidence):
    texts = ["高"]
    doubts = doubt_everywhere(texts)
    assert isinstance(doubts, Doubts)
    places = find_places(texts, doubts, evidence.table, evidence.likeness)
    found = gather(places, evidence.table, evidence.lexicon, evidence.likeness)
    assert len(found.features) == int(places.is_candidate.sum())


def test_parts_of_the_places_have_the_features_of_the_whole(evidence):
    places = places_of(evidence, ["我今天很高行。", "他门明天去北京。我今天"], candidates="兴们")
    whole = gather(places, evidence.table, evidence.lexicon, evidence.likeness)
    rows = []
    for start in range(0, len(places.place), 3):
        part = gather(
            places.part(slice(start, start + 3)),
            evidence.table,
            evidence.lexicon,
            evidence.likeness,
        )
        rows.append(part.features)
    np.testing.assert_allclose(np.concatenate(rows), whole.features, atol=1e-6)
