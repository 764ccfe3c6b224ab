import numpy as np
import pytest

from spacy_sdcl.evidence.buckets import FEW, LOAD, MAX_CODE, SLOTS, fill, look_up


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


def test_keys_have_the_same_codes_few_or_many_at_a_time():
    rng = np.random.default_rng(2)
    known = np.unique(rng.integers(1, 2**63, size=4 * FEW, dtype=np.uint64))
    words = fill(known, np.arange(len(known)) % MAX_CODE + 1)
    # Of so many unknown ones, some are taken for known ones, and must be so both ways.
    keys = np.concatenate([known, rng.integers(1, 2**63, size=40 * FEW, dtype=np.uint64)])
    parts = [look_up(words, keys[at : at + FEW]) for at in range(0, len(keys), FEW)]
    together = look_up(words, keys)
    assert (together[len(known) :] > 0).any()
    np.testing.assert_array_equal(np.concatenate(parts), together)
