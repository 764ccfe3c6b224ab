"""n-grams as single numbers: 16 bits a symbol, the last symbol lowest, four symbols at most."""

import numpy as np

ORDER = 4
BITS = 16


def pack(ngrams: np.ndarray) -> np.ndarray:
    """Make one key of each n-gram. Shorter ones have nothing (0) in front.

    ngrams (np.ndarray): Symbols, shape (n, k), k at most 4.
    RETURNS (np.ndarray): uint64 keys, shape (n,).
    """
    keys = np.zeros(len(ngrams), dtype=np.uint64)
    for column in ngrams.T:
        keys <<= np.uint64(BITS)
        keys |= column.astype(np.uint64)
    return keys


def last_symbols(keys: np.ndarray, count: int) -> np.ndarray:
    """The keys of the last symbols of n-grams: what is left without the farthest ones.

    keys (np.ndarray): Keys of n-grams.
    count (int): Number of symbols.
    RETURNS (np.ndarray): uint64 keys.
    """
    return keys & np.uint64((1 << (BITS * count)) - 1)


def history(keys: np.ndarray) -> np.ndarray:
    """The keys of n-grams without their last symbol.

    keys (np.ndarray): Keys of n-grams.
    RETURNS (np.ndarray): uint64 keys.
    """
    return keys >> np.uint64(BITS)


def total_by_key(keys: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add up the counts of equal keys.

    keys (np.ndarray): Keys in ascending order.
    counts (np.ndarray): One count each.
    RETURNS (tuple[np.ndarray, np.ndarray]): The keys, each once, and int64 sums.
    """
    if not len(keys):
        return keys, counts.astype(np.int64)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[starts], np.add.reduceat(counts, starts, dtype=np.int64)


def find(keys: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Look keys up in an ascending array.

    keys (np.ndarray): Keys in ascending order, each once.
    wanted (np.ndarray): Keys in any order; ascending ones are found faster.
    RETURNS (tuple[np.ndarray, np.ndarray]): Places, and whether the key is there.
    """
    places = np.searchsorted(keys, wanted)
    inside = np.minimum(places, max(len(keys) - 1, 0))
    known = keys[inside] == wanted if len(keys) else np.zeros(len(wanted), dtype=bool)
    return inside, known
