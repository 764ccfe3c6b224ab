"""Texts to windows, groups and padded batches."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.model.encoding import (
    Window,
    cut_windows,
    encode_pairs,
    encode_windows,
    group_windows,
)
from spacy_sdcl.model.vocabulary import SPECIAL_TOKENS, Vocabulary
from spacy_sdcl.types import Pair

VOCABULARY = Vocabulary([*SPECIAL_TOKENS, *"我你他们门天北京去。，abc"])
TEXTS = st.text(alphabet=st.sampled_from("我你他们。！\n，, a😀𠮷…")) | st.text()


def tokens_of(ids):
    return [VOCABULARY.tokens[i] for i in ids.tolist()]


@given(text=TEXTS, size=st.integers(1, 40))
def test_kept_parts_are_the_text_each_character_once(text, size):
    windows = list(cut_windows(text, size, number=3))
    assert "".join(text[window.first : window.last] for window in windows) == text
    for window in windows:
        assert window.text == 3
        assert 0 <= window.start <= window.first < window.last <= window.end <= len(text)
        assert window.end - window.start <= size


@given(text=TEXTS, size=st.integers(8, 40))
def test_every_character_is_read_with_what_is_around_it(text, size):
    margin = size // 8
    for window in cut_windows(text, size):
        assert window.start == 0 or window.first - window.start >= margin
        assert window.end == len(text) or window.end - window.last >= margin


def test_a_text_that_fits_is_one_window_and_the_empty_text_none():
    assert list(cut_windows("我" * 16, 16)) == [Window(0, 0, 16, 0, 16)]
    assert list(cut_windows("", 16)) == []


def test_a_long_text_is_cut_at_the_end_of_a_sentence():
    text = "我们去，北京。" * 10
    cuts = [text[window.first : window.last] for window in cut_windows(text, 32)]
    assert len(cuts) > 2
    assert all(cut.endswith("。") for cut in cuts)


def test_without_the_end_of_a_sentence_it_is_cut_at_that_of_a_clause():
    text = "我们去北京，" * 10
    cuts = [text[window.first : window.last] for window in cut_windows(text, 32)]
    assert all(cut.endswith("，") for cut in cuts)


@pytest.mark.parametrize("end", "。！？!?；;…\n")
def test_the_last_end_of_a_sentence_that_fits_is_taken(end):
    # 24 characters fit beside the margins of 4; the cut is looked for in their second half.
    text = "我" * 14 + end + "我" * 5 + end + "我，" * 30
    assert next(cut_windows(text, 32)).last == 21


def test_an_end_too_near_the_start_is_not_taken():
    text = "我。" + "我" * 60
    assert next(cut_windows(text, 32)).last == 24


def test_of_a_long_document_little_is_read_twice():
    text = ("我们去，北京。" * 3 + "\n") * 500
    for size, most in ((128, 1.5), (510, 1.15)):
        read = sum(window.end - window.start for window in cut_windows(text, size))
        assert len(text) < read < most * len(text)


def test_how_a_text_is_cut_does_not_depend_on_its_number():
    text = "我们去，北京。" * 10
    assert [w[1:] for w in cut_windows(text, 20)] == [
        w[1:] for w in cut_windows(text, 20, number=7)
    ]


def test_a_window_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        list(cut_windows("我", 0))


@given(lengths=st.lists(st.integers(1, 50)), characters=st.integers(1, 200))
def test_groups_keep_all_windows_within_the_bound(lengths, characters):
    windows = [Window(i, 0, length, 0, length) for i, length in enumerate(lengths)]
    groups = list(group_windows(windows, characters))
    assert sorted(window for group in groups for window in group) == windows
    for group in groups:
        longest = max(window.end for window in group)
        # [CLS] and [SEP] count.
        assert len(group) == 1 or len(group) * (longest + 2) <= characters


@given(lengths=st.lists(st.integers(1, 50)), characters=st.integers(1, 200))
def test_groups_without_padding_are_as_full_as_they_may_be(lengths, characters):
    windows = [Window(i, 0, length, 0, length) for i, length in enumerate(lengths)]
    groups = list(group_windows(windows, characters, pads=False))
    assert [w for group in groups for w in group] == sorted(windows, key=lambda w: w.end)
    sizes = [sum(window.end + 2 for window in group) for group in groups]
    assert all(size <= characters or len(g) == 1 for size, g in zip(sizes, groups, strict=True))
    for size, following in zip(sizes, groups[1:], strict=False):
        assert size + following[0].end + 2 > characters


def test_short_windows_share_a_group():
    windows = [Window(i, 0, 10, 0, 10) for i in range(8)]
    assert [len(group) for group in group_windows(windows, 48)] == [4, 4]


def test_long_windows_do_not_stretch_a_group_of_short_ones():
    lengths = [8] * 20 + [9] * 5 + [60] * 3
    windows = [Window(i, 0, length, 0, length) for i, length in enumerate(lengths)]
    groups = list(group_windows(windows, 10_000))
    assert [len(group) for group in groups] == [25, 3]
    # Few of them are padded all the same.
    assert [len(group) for group in group_windows(windows[19:], 10_000)] == [9]


@given(texts=st.lists(TEXTS.filter(bool), min_size=1, max_size=5), size=st.integers(1, 20))
def test_ids_and_wanted_places_are_aligned_with_the_characters(texts, size):
    ids = [VOCABULARY.encode(text) for text in texts]
    windows = [
        w for number, text in enumerate(texts) for w in cut_windows(text, size, number=number)
    ]
    batch = encode_windows(windows, ids, VOCABULARY)
    wanted = []
    for row, window in enumerate(windows):
        length = window.end - window.start
        assert batch.input_ids[row, 0] == VOCABULARY.cls
        assert batch.input_ids[row, length + 1] == VOCABULARY.sep
        assert (batch.input_ids[row, length + 2 :] == VOCABULARY.pad).all()
        inside = batch.input_ids[row, 1 : length + 1]
        assert np.array_equal(inside, ids[window.text][window.start : window.end])
        if batch.attention_mask is not None:
            assert batch.attention_mask[row].sum() == length + 2
            assert batch.attention_mask[row, : length + 2].all()
        for column in batch.is_wanted[row].nonzero().flatten().tolist():
            wanted.append((window.text, window.start + column - 1))
    assert sorted(wanted) == [
        (number, place)
        for number, text in enumerate(texts)
        for place, char in enumerate(text)
        if char in "我你他们门天北京去"
    ]


def test_a_batch_without_padding_has_no_mask():
    ids = [VOCABULARY.encode("我们"), VOCABULARY.encode("他们")]
    windows = [Window(0, 0, 2, 0, 2), Window(1, 0, 2, 0, 2)]
    assert encode_windows(windows, ids, VOCABULARY).attention_mask is None


def test_pairs_are_laid_out_side_by_side():
    batch = encode_pairs([Pair("我门去a", "我们去a"), Pair("你", "你")], VOCABULARY, 16)
    assert tokens_of(batch.source_ids[0]) == ["[CLS]", *"我门去a", "[SEP]"]
    assert tokens_of(batch.target_ids[0]) == ["[CLS]", *"我们去a", "[SEP]"]
    assert tokens_of(batch.source_ids[1]) == ["[CLS]", "你", "[SEP]", *["[PAD]"] * 3]
    assert batch.is_character.tolist() == [[0, 1, 1, 1, 1, 0], [0, 1, 0, 0, 0, 0]]
    assert batch.attention_mask.tolist() == [[1] * 6, [1, 1, 1, 0, 0, 0]]


def test_a_character_whose_correct_form_has_no_id_counts_nowhere():
    batch = encode_pairs([Pair("我门", "我們"), Pair("們去", "门去")], VOCABULARY, 16)
    # In the second pair the wrong character has no id, which does not keep it from being corrected.
    assert batch.is_character.tolist() == [[0, 1, 0, 0], [0, 1, 1, 0]]


@given(text=st.text(alphabet="我你他们。，", min_size=1, max_size=80), size=st.integers(1, 20))
def test_each_character_of_long_pairs_counts_once(text, size):
    batch = encode_pairs([Pair(text, text[::-1])], VOCABULARY, size)
    assert int(batch.is_character.sum()) == len(text)
    assert tokens_of(batch.source_ids[batch.is_character]) == list(text)
    assert tokens_of(batch.target_ids[batch.is_character]) == list(text[::-1])
    assert batch.attention_mask.dtype == torch.bool
