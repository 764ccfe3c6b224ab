"""Lines that were counted are not counted again: what a text repeats is no better known for it.

Who learns a folder anew whenever a file of it has changed would soon believe everything in it, the slips
that it has once included.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np


def leave_out_known(
    lines: Iterable[str], known: np.ndarray | None = None
) -> tuple[list[str], np.ndarray]:
    """Leave out the lines that came before.

    lines (Iterable[str]): Lines of a text.
    known (np.ndarray): Fingerprints of lines of other text, ascending, uint64; None for none.
    RETURNS (tuple[list[str], np.ndarray]): Those of the lines that are new, each once, in order; the
        fingerprints of all, ascending.
    """
    first: dict[int, str] = {}
    for line in lines:
        first.setdefault(_fingerprint(line), line)
    found = np.fromiter(first, dtype=np.uint64, count=len(first))
    known = np.zeros(0, np.uint64) if known is None else known
    is_new = ~np.isin(found, known)
    new = [line for line, kept in zip(first.values(), is_new.tolist(), strict=True) if kept]
    return new, np.union1d(known, found)


def _fingerprint(line: str) -> int:
    data = line.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")
