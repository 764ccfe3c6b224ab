"""Long texts weighed in stretches: the same is found as in the whole text, and few places are held."""

import tracemalloc
from functools import partial

import numpy as np
import pytest
from made_evidence import NGRAMS, doubt_everywhere, make_evidence, make_judge

from spacy_sdcl.evidence import weighing
from spacy_sdcl.evidence.candidates import texts_of_one_line
from spacy_sdcl.evidence.repetitions import MOST_REPETITIONS, pairs_of_text, written_pairs
from spacy_sdcl.evidence.stretches import BESIDE, find_stretches
from spacy_sdcl.evidence.weighing import weigh, weigh_in_parts
from spacy_sdcl.types import Doubts, ReadPart

SENTENCES = ["我今天很搞行。", "请问去火车占怎么走？！", "他门再学笑学习\n", "abc，我们", "。。"]
CANDIDATES = "高兴们在校"


def make_texts(seed):
    rng = np.random.default_rng(seed)
    lengths = rng.permutation([0, 1, 3, 12, 40])
    return ["".join(rng.choice(SENTENCES, size)) for size in lengths]


def read_by(size):
    """Reads texts as the network does in parts, of so many characters each."""

    def read(texts):
        doubts = doubt_everywhere(texts, candidates=CANDIDATES)
        ends = [(n, end) for n, text in enumerate(texts) for end in range(size, len(text), size)]
        before = (0, 0)
        places = list(zip(doubts.text.tolist(), doubts.start.tolist(), strict=True))
        for end in [*ends, (len(texts), 0)]:
            rows = [row for row, place in enumerate(places) if before <= place < end]
            yield ReadPart(Doubts(*(column[rows] for column in doubts)), *end)
            before = end

    return read


def repeating_evidence():
    """Evidence that looks at all of a text, and at what stands beside a place."""
    weights = {"candidate_in_the_text_with_the_one_before": 1.5, "doubt_two_behind": 0.3}
    weights |= {"written_in_the_text_with_the_one_behind": -0.7, "doubt_two_before": 0.2}
    return make_evidence(make_judge(-2.5, **NGRAMS, **weights))


@pytest.mark.parametrize("size", [1, 5, 16, 100])
@pytest.mark.parametrize("seed", range(3))
def test_parts_of_any_size_give_what_the_whole_gives(size, seed):
    evidence, texts = repeating_evidence(), make_texts(seed)
    whole = weigh(evidence, texts, partial(doubt_everywhere, candidates=CANDIDATES), held=None)
    found = weigh(evidence, texts, read_by(size))
    assert sum(map(len, whole)) > 50
    for expected, predictions in zip(whole, found, strict=True):
        assert [each.start for each in predictions] == [each.start for each in expected]
        for one, other in zip(predictions, expected, strict=True):
            assert one.source_score == pytest.approx(other.source_score, abs=1e-5)
            assert dict(one.candidates) == pytest.approx(dict(other.candidates), abs=1e-5)


@pytest.mark.parametrize("size", [1, 3, 10, 1000])
def test_stretches_are_whole_sentences_and_have_each_character_once(size):
    texts = make_texts(4)
    doubts = doubt_everywhere(texts)
    done = [0] * len(texts)
    numbers = []
    for stretch in find_stretches(texts, read_by(size)(texts)):
        own = [span.text for span in stretch.spans]
        assert own == sorted(set(own))
        for number, start, end in stretch.spans:
            text = texts[number]
            assert start == done[number]
            done[number] = end
            numbers.append(number)
            ends = end == len(text) or (text[end - 1] in "。？！\n" and text[end] not in "。？！\n")
            assert ends
            low, high = max(start - BESIDE, 0), end + BESIDE
            expected = doubts.start[doubts.text == number]
            expected = expected[(expected >= start) & (expected < end)]
            known = stretch.doubts.start[stretch.doubts.text == number]
            assert set(expected) <= set(known)
            assert all(low <= place < high for place in known)
    assert done == [len(text) for text in texts]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(len(texts)))


def test_texts_that_are_not_read_to_their_end_are_an_error():
    with pytest.raises(ValueError, match="only 1 were read"):
        list(find_stretches(["甲", "乙"], [ReadPart(doubt_everywhere(["甲", "乙"]), 1, 0)]))


def test_pairs_of_a_long_text_are_counted_as_in_one_piece(monkeypatch):
    table = make_evidence().table
    text = "".join(make_texts(5))
    [line] = texts_of_one_line([text])
    every = written_pairs(table.encode(f"{line}\n"))
    monkeypatch.setattr("spacy_sdcl.evidence.repetitions.AT_ONCE", 7)
    pairs = pairs_of_text(table, text)
    known, counts = np.unique(every, return_counts=True)
    found, times = np.unique(pairs, return_counts=True)
    assert counts.max() > MOST_REPETITIONS + 1
    np.testing.assert_array_equal(found, known)
    np.testing.assert_array_equal(times, np.minimum(counts, MOST_REPETITIONS + 1))


def test_a_text_ten_times_as_long_has_no_more_places_in_memory(monkeypatch):
    evidence = repeating_evidence()
    unit = "".join(SENTENCES) * 10
    sizes, peaks = [], []
    find_places = weighing.find_places

    def noted(*arguments):
        places = find_places(*arguments)
        sizes.append(len(places.place))
        return places

    monkeypatch.setattr(weighing, "find_places", noted)
    weigh(evidence, [unit], read_by(200))
    for times in (4, 40):
        text = unit * times
        # What is read is there before, so that memory is that of weighing.
        parts = list(read_by(200)([text]))
        read = partial(_first_then, iter(parts), read_by(200), text)
        sizes.clear()
        tracemalloc.start()
        try:
            for _ in weigh_in_parts(evidence, [text], read):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert len(sizes) > 2 * times
        assert max(sizes) < 300
    # What the pairs of the text need, some bytes a character, may grow.
    assert peaks[1] - peaks[0] < 30 * len(unit) * 36


def _first_then(parts, read, text, texts):
    return parts if texts == [text] else read(texts)
