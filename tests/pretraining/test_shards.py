"""Text to shards, and shards to batches."""

import numpy as np
import pytest
from made_up import made_up_sentences, stream, take

from spacy_sdcl.pretraining import shards as shards_module
from spacy_sdcl.pretraining.preparation import prepare


def test_shards_hold_every_sentence_but_the_held_out_ones(shards):
    vocabulary = shards_module.load_vocabulary(shards)
    read = []
    for path in sorted(shards.glob("*.safetensors")):
        if path.name.startswith(("train", "dev")):
            shard = shards_module.load_shard(path)
            ids = [
                shard.ids[a:b] for a, b in zip(shard.offsets[:-1], shard.offsets[1:], strict=True)
            ]
            read += ["".join(vocabulary.tokens[i] for i in sentence) for sentence in ids]
    assert sorted(read) == sorted(made_up_sentences(600))
    assert len(shards_module.load_shard(shards / shards_module.DEV_FILE).offsets) - 1 == 50


def test_prepare_goes_on_where_it_was_broken_off(shards, tmp_path):
    texts = [shards.parent / "a.txt", shards.parent / "b.txt"]
    prepare(texts, tmp_path, vocabulary_size=200, dev_sentences=50)
    kept = (tmp_path / "train-000.safetensors").stat().st_mtime_ns
    (tmp_path / "train-001.safetensors").unlink()
    prepare(texts, tmp_path, vocabulary_size=200, dev_sentences=50)
    assert (tmp_path / "train-000.safetensors").stat().st_mtime_ns == kept
    for name in ("train-000", "train-001", "dev"):
        again = shards_module.load_shard(tmp_path / f"{name}.safetensors")
        first = shards_module.load_shard(shards / f"{name}.safetensors")
        assert all(np.array_equal(a, b) for a, b in zip(again, first, strict=True))


def test_text_that_would_all_be_held_out_is_refused(shards, tmp_path):
    texts = [shards.parent / "a.txt", shards.parent / "b.txt"]
    with pytest.raises(ValueError, match=r"b\.txt has 300 sentences, 300 are to be held out"):
        prepare(texts, tmp_path, vocabulary_size=200, dev_sentences=300)


def test_batches_keep_sources_and_targets_aligned(shards):
    vocabulary = shards_module.load_vocabulary(shards)
    wrong = 0
    for _, batch in take(stream(shards), 20):
        assert batch.source_ids.shape == batch.target_ids.shape
        assert batch.source_ids.size <= 400
        assert (batch.source_ids[:, 0] == vocabulary.cls).all()
        ends = batch.source_ids[np.arange(len(batch.lengths)), batch.lengths - 1]
        assert (ends == vocabulary.sep).all()
        differing = batch.source_ids != batch.target_ids
        wrong += int(differing.sum())
        assert not (differing & ~batch.is_character).any()
        assert vocabulary.is_candidate[batch.source_ids[differing]].all()
    assert wrong > 100


def test_batches_hold_little_padding(shards):
    batches = [batch for _, batch in take(stream(shards, chunk_characters=100_000), 20)]
    used = sum(int(batch.lengths.sum()) for batch in batches)
    assert used / sum(batch.source_ids.size for batch in batches) > 0.95


def test_only_wrong_masked_and_sampled_characters_are_scored(shards):
    vocabulary = shards_module.load_vocabulary(shards)
    for _, batch in take(stream(shards, mask_rate=0.2, scored_share=0.0), 10):
        differing = (batch.source_ids != batch.target_ids) & batch.is_character
        assert np.array_equal(batch.is_scored, differing)
        assert (batch.source_ids == vocabulary.mask).any()


def test_stream_goes_on_exactly_from_any_place(shards):
    unbroken = take(stream(shards), 30)
    place, _ = unbroken[11]
    resumed = take(stream(shards), 18, place)
    for (next_a, a), (next_b, b) in zip(unbroken[12:], resumed, strict=True):
        assert next_a == next_b
        assert np.array_equal(a.source_ids, b.source_ids)
        assert np.array_equal(a.is_scored, b.is_scored)


def test_each_pass_over_the_text_has_new_noise(shards):
    one = stream(shards, chunk_characters=1_000_000)
    first, second = one._make_chunk(0), one._make_chunk(2)
    assert sum(b.lengths.sum() for b in first) == sum(b.lengths.sum() for b in second)
    noised = [sorted(tuple(r) for x in c for r in x.source_ids.tolist()) for c in (first, second)]
    assert noised[0] != noised[1]
