"""How often one character written is another one meant: the confusions of the texts that the judge is
fitted to, 的 for 地 or 在 for 再.
"""

import numpy as np

# So many cases of the average are added to those of each pair: what was seen once proves little.
PRIOR = 4.0
FOLDS = 5
# Smaller ones are left out: they would take more room than they are worth.
LEAST_GAIN = 0.4


def pair_keys(written: np.ndarray, candidate: np.ndarray) -> np.ndarray:
    """One number for each pair of characters.

    written, candidate (np.ndarray): Symbols, of one shape.
    RETURNS (np.ndarray): uint32, same shape.
    """
    return written.astype(np.uint32) << np.uint32(16) | candidate.astype(np.uint32)


class Pairs:
    """Of each pair, the logarithm of how much more often than on average the candidate was right.

    keys (np.ndarray): Pairs in ascending order, each once, uint32.
    gains (np.ndarray): float16 or float32, same shape.
    """

    def __init__(self, keys: np.ndarray, gains: np.ndarray) -> None:
        self.keys, self.gains = keys, gains

    @classmethod
    def of(cls, keys: np.ndarray, is_right: np.ndarray) -> "Pairs":
        """Count cases.

        keys (np.ndarray): The pair of each case, in any order.
        is_right (np.ndarray): Whether the candidate was right, bool, same shape.
        RETURNS (Pairs): The gains, those of next to nothing left out.
        """
        known, of = np.unique(keys, return_inverse=True)
        seen, right = np.bincount(of, minlength=len(known)), np.bincount(of, is_right, len(known))
        average = max(float(is_right.mean()), 1e-6) if len(is_right) else 1e-6
        gains = np.log((right / average + PRIOR) / (seen + PRIOR))
        kept = np.abs(gains) >= LEAST_GAIN
        return cls(known[kept], gains[kept].astype(np.float16))

    def gain(self, keys: np.ndarray) -> np.ndarray:
        """Look pairs up.

        keys (np.ndarray): Pairs, shape (n,).
        RETURNS (np.ndarray): float32, shape (n,); 0 for pairs that were never seen.
        """
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.float32)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, self.gains[places], 0).astype(np.float32)


def held_out_gains(keys: np.ndarray, is_right: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The gains of cases by the other folds: a case must not be judged by itself.

    keys (np.ndarray): The pair of each case.
    is_right (np.ndarray): Whether the candidate was right, bool, same shape.
    group (np.ndarray): Cases of one number, such as those of one sentence, share their fold.
    RETURNS (np.ndarray): float32, same shape.
    """
    folds = group * 7919 % FOLDS
    gains = np.zeros(len(keys), dtype=np.float32)
    for fold in range(FOLDS):
        own = folds == fold
        gains[own] = Pairs.of(keys[~own], is_right[~own]).gain(keys[own])
    return gains
