"""A hash table from keys to small codes, without the keys: 25.6 bits a slot.

A bucket is two words of 64 bits: five fingerprints of 12 bits, and the five codes of 12 bits that
belong to them. Each key is in one of two buckets (cuckoo hashing), so that nearly all slots are
used. A key that was never put in is taken for another one in about 0.2% of the cases; who asks for
an n-gram only where the n-grams that it contains are known asks for few of these.
"""

import numpy as np

SLOTS = 5
BITS_OF_SLOT = 12
# Codes 1 to 4095; 0 is what unknown keys have.
MAX_CODE = (1 << BITS_OF_SLOT) - 1
# Buckets of five with two choices can be filled to 98.9%; close to that, filling takes long.
LOAD = 0.975
# So many keys are looked up in both of their buckets at once.
FEW = 512

_LOW = np.uint64(sum(1 << (BITS_OF_SLOT * slot) for slot in range(SLOTS)))
_HIGH = np.uint64(int(_LOW) << (BITS_OF_SLOT - 1))
_MASK = np.uint64(MAX_CODE)
# Of the highest bit of the first lane.
_EXPONENT = np.uint64(1023 + BITS_OF_SLOT - 1)
_MULTIPLIERS = (0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F)
_ROUNDS = 5000
_REPAIRS = 10


def _hash(keys: np.ndarray, buckets: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Two buckets and a fingerprint from one mixed number.
    mixed = keys * np.uint64(_MULTIPLIERS[0])
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(_MULTIPLIERS[1])
    mixed ^= mixed >> np.uint64(29)
    count = np.uint64(buckets)
    first = ((mixed >> np.uint64(32)) * count) >> np.uint64(32)
    second = ((mixed & np.uint64(0xFFFFFFFF)) * count) >> np.uint64(32)
    prints = (mixed * np.uint64(_MULTIPLIERS[2])) >> np.uint64(64 - BITS_OF_SLOT)
    # A fingerprint of 0 is an empty slot.
    prints += prints == 0
    return first, second, prints


def fill(keys: np.ndarray, codes: np.ndarray, load: float = LOAD) -> np.ndarray:
    """Make a table.

    keys (np.ndarray): uint64 keys, each once.
    codes (np.ndarray): One code each, 1 to 4095.
    load (float): The share of the slots that is used.
    RETURNS (np.ndarray): uint64 words, two for each bucket.
    """
    buckets = max(int(np.ceil(len(keys) / (SLOTS * load))), 1)
    while (words := _Nest(keys, codes, buckets).settle()) is None:
        buckets += max(buckets // 100, 1)
    return words


class _Nest:
    """Who sits where, while a table is made."""

    def __init__(self, keys: np.ndarray, codes: np.ndarray, buckets: int) -> None:
        self.keys = keys
        self.codes = codes
        *choices, self.prints = _hash(keys, buckets)
        self.choices = np.stack(choices).astype(np.int64)
        self.side = np.zeros(len(keys), dtype=np.int8)
        self.holders = np.full((buckets, SLOTS), -1, dtype=np.int64)
        self.rng = np.random.default_rng(0)

    def settle(self) -> np.ndarray | None:
        """Find a slot for every key; None if there are too few."""
        homeless = np.arange(len(self.keys))
        for _ in range(_REPAIRS):
            if not self._house(homeless):
                return None
            words = self._words()
            hidden = np.flatnonzero(look_up(words, self.keys) != self.codes)
            if not len(hidden):
                break
            homeless = self._evict_hiders(hidden)
        return words

    def _house(self, homeless: np.ndarray) -> bool:
        # All homeless keys move at once: into free slots, then in place of random others.
        flat = self.holders.reshape(-1)
        for _ in range(_ROUNDS):
            if not len(homeless):
                return True
            wanted = self.choices[self.side[homeless], homeless]
            by_bucket = np.argsort(wanted, kind="stable")
            homeless, wanted = homeless[by_bucket], wanted[by_bucket]
            starts = np.flatnonzero(np.concatenate([[True], wanted[1:] != wanted[:-1]]))
            sizes = np.diff(np.append(starts, len(wanted)))
            rank = np.arange(len(wanted)) - np.repeat(starts, sizes)
            taken = self.holders[wanted] >= 0
            fits = rank < SLOTS - taken.sum(axis=1)
            free = np.argsort(taken[fits], axis=1, kind="stable")
            lanes = np.take_along_axis(free, rank[fits][:, None], axis=1)[:, 0]
            self.holders[wanted[fits], lanes] = homeless[fits]
            homeless, wanted = homeless[~fits], wanted[~fits]
            # Of several that claim one slot, the last gets it.
            claims = wanted * SLOTS + self.rng.integers(SLOTS, size=len(wanted))
            evicted = np.unique(flat[claims])
            flat[claims] = homeless
            homeless = np.concatenate([homeless[flat[claims] != homeless], evicted])
            self.side[homeless] ^= 1
        return False

    def _evict_hiders(self, hidden: np.ndarray) -> np.ndarray:
        # A key whose fingerprint stands before that of another one would be found in its stead.
        near = np.concatenate([self.holders[choice[hidden]] for choice in self.choices], axis=1)
        alike = (near >= 0) & (self.prints[near] == self.prints[hidden][:, None])
        hiders = np.unique(near[np.arange(len(hidden)), alike.argmax(axis=1)])
        sitting = self.choices[self.side[hiders], hiders]
        self.holders[sitting] = np.where(
            np.isin(self.holders[sitting], hiders), -1, self.holders[sitting]
        )
        self.side[hiders] ^= 1
        return hiders

    def _words(self) -> np.ndarray:
        words = np.zeros((len(self.holders), 2), dtype=np.uint64)
        for slot in range(SLOTS):
            used = np.flatnonzero(self.holders[:, slot] >= 0)
            held = self.holders[used, slot]
            shift = np.uint64(slot * BITS_OF_SLOT)
            words[used, 0] |= self.prints[held] << shift
            words[used, 1] |= self.codes[held].astype(np.uint64) << shift
        return words.reshape(-1)


def look_up(words: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Look up the codes of keys.

    words (np.ndarray): A table.
    keys (np.ndarray): uint64 keys, shape (n,).
    RETURNS (np.ndarray): int64 codes, shape (n,); 0 for unknown keys.
    """
    codes = np.zeros(len(keys), dtype=np.int64)
    first, second, prints = _hash(keys, len(words) // 2)
    prints *= _LOW
    if len(keys) <= FEW:
        # In both buckets at once: of few keys, each step costs more than what it is done to.
        both = np.concatenate([first, second]), np.concatenate([prints, prints])
        found, values, _ = _look_into(words, *both)
        # A key that is in both has the code of the first, which is written last.
        codes[found[::-1] % len(keys)] = values[::-1]
        return codes
    found, values, left = _look_into(words, first, prints)
    codes[found] = values
    if len(left):
        found, values, _ = _look_into(words, second[left], prints[left])
        codes[left[found]] = values
    return codes


def _look_into(
    words: np.ndarray, buckets: np.ndarray, prints: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # All five fingerprints are compared at once: the lowest lane that borrows is one that is equal.
    buckets = (buckets << np.uint64(1)).astype(np.int64)
    differences = words.take(buckets)
    differences ^= prints
    equal = (differences - _LOW) & ~differences
    equal &= _HIGH
    found = equal.nonzero()[0]
    lanes = equal[found]
    lanes &= ~lanes + np.uint64(1)
    values = words.take(buckets[found] + 1)
    # A power of two as a float has its logarithm in the bits of the exponent.
    values >>= (lanes.astype(np.float64).view(np.uint64) >> np.uint64(52)) - _EXPONENT
    values &= _MASK
    return found, values, (equal == 0).nonzero()[0]
