"""Keeping training, development and test pairs apart."""

import hashlib
from collections.abc import Iterable

from ..types import Pair


def drop_known(
    trains: dict[str, list[Pair]], tests: Iterable[Pair]
) -> tuple[dict[str, list[Pair]], int, int]:
    """Drop training pairs that share a text with a test set, and repeated ones.

    Texts that differ in punctuation only count as shared.

    trains (Dict[str, List[Pair]]): The training sets.
    tests (Iterable[Pair]): All test pairs.
    RETURNS (Tuple[Dict[str, List[Pair]], int, int]): The remaining pairs; how many were dropped
        for a test set, and how many as repeated.
    """
    known = {text for pair in tests for text in _bare_texts(pair)}
    seen: set[tuple[str, str]] = set()
    remaining: dict[str, list[Pair]] = {}
    in_test = repeated = 0
    for name, pairs in trains.items():
        remaining[name] = []
        for pair in pairs:
            if known.intersection(_bare_texts(pair)):
                in_test += 1
            elif (pair.source, pair.target) in seen:
                repeated += 1
            else:
                seen.add((pair.source, pair.target))
                remaining[name].append(pair)
    return remaining, in_test, repeated


def split(pairs: Iterable[Pair], *, size: int) -> tuple[list[Pair], list[Pair]]:
    """Cut a development set off, the same one each time.

    Passages of one essay, or with a text in common, stay together: else the development set would
    show what was memorised. A hash decides over each such group, not its place in the file, so
    that a group stays where it is when others come or go.

    pairs (Iterable[Pair]): The pairs.
    size (int): About how many pairs the development set is to have.
    RETURNS (Tuple[List[Pair], List[Pair]]): The training and the development set.
    """
    pairs = list(pairs)
    parents: dict[str, str] = {}

    def find(key: str) -> str:
        while parents.setdefault(key, key) != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    for pair in pairs:
        for text in _bare_texts(pair):
            # The lesser key leads, whatever the order; essays ("\0...") before texts.
            low, high = sorted((find(_essay(pair)), find(f"\1{text}")))
            parents[high] = low
    train: list[Pair] = []
    dev: list[Pair] = []
    for pair in pairs:
        digest = hashlib.sha256(find(_essay(pair)).encode("utf-8")).digest()
        is_dev = int.from_bytes(digest[:8], "big") * len(pairs) < size * 2**64
        (dev if is_dev else train).append(pair)
    return train, dev


def _essay(pair: Pair) -> str:
    """The essay of passage "B1-0110-2" is "B1-0110"; a pair without an id stands for itself."""
    return f"\0{pair.id.rpartition('-')[0] or pair.id or pair.source}"


def _bare_texts(pair: Pair) -> tuple[str, str]:
    return _bare(pair.source), _bare(pair.target)


def _bare(text: str) -> str:
    """A text's letters and digits; the text itself where it has none."""
    return "".join(char for char in text if char.isalnum()) or text
