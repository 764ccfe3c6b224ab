"""What is counted before training."""

import numpy as np
import pytest

from spacy_sdcl.pretraining import shards as shards_module
from spacy_sdcl.pretraining.statistics import (
    common_bigrams,
    factorise_bigrams,
    initial_embeddings,
)


def test_bigram_factors_restore_the_association_of_neighbours():
    # 5 is always followed by 6, and 7 by 8; the pairs themselves come in random order.
    rng = np.random.default_rng(0)
    pairs = np.array([[5, 6], [7, 8]])[rng.integers(0, 2, 4000)]
    left, right = factorise_bigrams(pairs.ravel(), np.array([0, 8000]), 10, 10)
    association = left @ right.T
    assert association[5, 6] > 0.5
    assert association[7, 8] > 0.5
    assert abs(association[5, 5]) < 0.1


def test_initial_embeddings_are_as_wide_as_asked_and_alike_for_homophones(shards):
    from safetensors.numpy import load_file

    vocabulary = shards_module.load_vocabulary(shards)
    rows = initial_embeddings(
        load_file(shards / shards_module.STATISTICS_FILE), 64, std=0.1, sound_share=0.5
    )
    assert rows.shape == (len(vocabulary), 64)
    # Columns 28 to 59 hold the sound: 做 and 作 share it, 做 and 书 do not.
    sounds = rows[:, 28:60]
    alike, same, other = sounds[vocabulary.encode("做作书")]
    assert alike @ same > 3 * abs(alike @ other)
    assert np.sqrt((rows[5:] ** 2).mean()) == pytest.approx(0.1, rel=0.2)


def test_the_commonest_pairs_of_neighbours_are_counted_within_sentences():
    ids = np.array([5, 6, 5, 6, 7, 7, 7], dtype=np.uint16)
    # Sentences 5 6 5 6 and 7 7 7: 6 7 are no neighbours.
    shard = shards_module.Shard(ids, np.array([0, 4, 7]), np.array([]), np.array([]))
    found = common_bigrams([shard, shard], 10, 2)
    assert found["keys"].tolist() == [56, 77]
    assert found["counts"].tolist() == [4, 4]
    assert 67 not in common_bigrams([shard], 10, 100)["keys"]
