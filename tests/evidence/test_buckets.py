import numpy as np
import pytest

from spacy_sdcl.evidence.buckets import LOAD, MAX_CODE, SLOTS, fill, look_up


def random_keys(seed, count):
    rng = np.random.default_rng(seed)
    return np.unique(rng.integers(1, 2**62, count).astype(np.uint64)), rng


@pytest.mark.parametrize("count", [0, 1, 6, 100, 20_000])
def test_every_key_has_its_code_though_nearly_all_slots_are_used(count):
    keys, rng = random_keys(count, count)
    codes = rng.integers(1, MAX_CODE + 1, len(keys))
    words = fill(keys, codes)
    assert len(words) // 2 * SLOTS <= len(keys) / LOAD * 1.02 + 2 * SLOTS
    assert look_up(words, keys).tolist() == codes.tolist()


def test_unknown_keys_are_taken_for_others_rarely():
    keys, rng = random_keys(0, 20_000)
    words = fill(keys, rng.integers(1, MAX_CODE + 1, len(keys)))
    unknown = np.setdiff1d(random_keys(1, 100_000)[0], keys)
    assert (look_up(words, unknown) > 0).mean() < 0.004


def test_an_empty_table_knows_nothing():
    words = fill(np.zeros(0, np.uint64), np.zeros(0, np.int64))
    assert look_up(words, random_keys(0, 1000)[0]).tolist() == [0] * 1000
