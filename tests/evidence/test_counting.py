import lzma
from collections import Counter

import numpy as np
import pytest

from spacy_sdcl.evidence.alphabet import BOUNDARY, Alphabet
from spacy_sdcl.evidence.counting import NgramCounts, count_files, count_sentences
from spacy_sdcl.evidence.packing import pack

ALPHABET = Alphabet("天地人你我")


def random_sentences(seed, count=300):
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list("天地人你我9"), rng.integers(1, 8))) for _ in range(count)]


def expected_counts(sentences, order):
    counted = Counter()
    for sentence in sentences:
        symbols = [BOUNDARY, *ALPHABET.encode(sentence).tolist()]
        counted.update(
            tuple(symbols[i : i + order])
            for i in range(len(symbols) - order + 1)
            if (i, order) != (0, 1)
        )
    return {int(pack(np.array([ngram]))[0]): count for ngram, count in counted.items()}


def as_dict(keys, counts):
    assert (np.diff(keys.astype(object)) > 0).all()
    return dict(zip(keys.tolist(), counts.tolist(), strict=True))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_counts_of_every_length_are_those_of_the_text(order):
    sentences = [*random_sentences(0), "天", "", "地人"]
    counts = NgramCounts.of(ALPHABET, sentences)
    assert as_dict(*counts.of_order(order)) == expected_counts(filter(None, sentences), order)


@pytest.mark.parametrize("order", [2, 3, 4])
def test_histories_count_only_what_a_character_followed(order):
    sentences = random_sentences(1)
    expected = Counter()
    for key, count in expected_counts(sentences, order).items():
        expected[key >> 16] += count
    keys, counts = NgramCounts.of(ALPHABET, sentences).of_histories(order)
    found = as_dict(keys, counts)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("block", [64, 100, 1 << 20])
def test_counts_do_not_depend_on_the_size_of_blocks(block):
    sentences = random_sentences(2)
    whole = NgramCounts.of(ALPHABET, sentences)
    counts = count_sentences(iter(sentences), ALPHABET, block=block)
    assert counts.keys.tolist() == whole.keys.tolist()
    assert counts.counts.tolist() == whole.counts.tolist()


def test_a_sentence_longer_than_a_block_is_counted():
    counts = count_sentences(["天地人" * 100], ALPHABET, block=64)
    assert counts.of_order(1)[1].tolist() == [100, 100, 100]


def test_texts_are_added_to_one_another():
    first, second = random_sentences(3), random_sentences(4, 20)
    both = NgramCounts.of(ALPHABET, first + second)
    for one, other in ((first, second), (second, first), (first + second, [])):
        added = NgramCounts.of(ALPHABET, one).merged(NgramCounts.of(ALPHABET, other))
        assert added.keys.tolist() == both.keys.tolist()
        assert added.counts.tolist() == both.counts.tolist()


def test_counts_of_another_alphabet_are_not_added():
    with pytest.raises(ValueError, match="count both texts with the same one"):
        NgramCounts.empty(ALPHABET).merged(NgramCounts.empty(Alphabet("天")))


def test_folding_leaves_the_counts_of_shorter_ngrams_exact():
    counts = NgramCounts.of(ALPHABET, random_sentences(5))
    folded = counts.fold(below=2).merged(NgramCounts.empty(ALPHABET))
    for order in (1, 2, 3):
        assert as_dict(*folded.of_order(order)) == as_dict(*counts.of_order(order))
        assert folded.prefixes(order)[1].tolist() == counts.prefixes(order)[1].tolist()
    for order in (2, 3, 4):
        assert as_dict(*folded.of_histories(order)) == as_dict(*counts.of_histories(order))
    of_four = as_dict(*counts.of_order(4))
    often = {key: count for key, count in of_four.items() if count > 1}
    assert as_dict(*folded.of_order(4)) == often
    assert folded.folded == len(of_four) - len(often) > 0


def test_a_cap_keeps_memory_bounded_and_shorter_ngrams_exact():
    sentences = random_sentences(6)
    counts = count_sentences(sentences, ALPHABET, block=200, max_ngrams=100)
    assert len(counts) < len(NgramCounts.of(ALPHABET, sentences))
    for order in (1, 2, 3):
        assert as_dict(*counts.of_order(order)) == expected_counts(sentences, order)


def test_files_plain_and_compressed_are_counted_together(tmp_path):
    (tmp_path / "a.txt").write_text("天地人\n\n", encoding="utf-8")
    (tmp_path / "b.xz").write_bytes(lzma.compress("天地\n".encode()))
    (tmp_path / "c.txt").write_bytes("天\n".encode() + b"\xff\xfe\n")
    problems = []
    counts = count_files([tmp_path], ALPHABET, on_problem=problems.append)
    assert as_dict(*counts.of_order(1)) == expected_counts(["天地人", "天地", "天"], 1)
    assert [problem.kind for problem in problems] == ["not UTF-8"]


def test_counts_survive_a_file(tmp_path):
    counts = NgramCounts.of(ALPHABET, random_sentences(7)).fold()
    counts.save(tmp_path / "counts.safetensors")
    loaded = NgramCounts.load(tmp_path / "counts.safetensors")
    assert loaded.alphabet == ALPHABET
    assert loaded.folded == counts.folded
    assert loaded.keys.tolist() == counts.keys.tolist()
    assert loaded.counts.tolist() == counts.counts.tolist()


def test_no_text_gives_no_counts():
    for counts in (NgramCounts.empty(ALPHABET), count_sentences([], ALPHABET, block=8)):
        assert len(counts) == 0
        assert len(counts.of_order(2)[0]) == 0


def test_what_was_counted_of_a_part_can_be_taken_out():
    first, second = random_sentences(8), random_sentences(9, 40)
    both = NgramCounts.of(ALPHABET, first + second)
    rest = both.without(NgramCounts.of(ALPHABET, second))
    alone = NgramCounts.of(ALPHABET, first)
    assert as_dict(rest.keys, rest.counts) == as_dict(alone.keys, alone.counts)
    assert len(both.without(both)) == 0
    assert both.without(NgramCounts.empty(ALPHABET)).counts.tolist() == both.counts.tolist()


def test_only_what_was_counted_can_be_taken_out():
    counts = NgramCounts.of(ALPHABET, ["天地", "天地"])
    for sentences in (["天地"] * 3, ["天人"], ["天地人"]):
        with pytest.raises(ValueError, match="Only what was counted can be taken out"):
            counts.without(NgramCounts.of(ALPHABET, sentences))
    with pytest.raises(ValueError, match="Only what was counted"):
        NgramCounts.empty(ALPHABET).without(counts)
    with pytest.raises(ValueError, match="count both texts with the same one"):
        counts.without(NgramCounts.empty(Alphabet("天")))
