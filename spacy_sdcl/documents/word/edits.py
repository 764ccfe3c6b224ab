"""New bytes in the place of old ones."""

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """New bytes for a part of the old ones."""

    start: int
    end: int
    content: bytes


def edited(data: bytes, edits: Iterable[Edit], start: int, end: int) -> bytes:
    """Put new bytes in the place of old ones.

    data (bytes): The part.
    edits (Iterable[Edit]): What is to be changed; no two overlap.
    start, end (int): The bytes that are wanted; edits elsewhere are passed over.
    RETURNS (bytes): These bytes, with the edits.
    """
    pieces = []
    place = start
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        if start <= edit.start and edit.end <= end:
            pieces += [data[place : edit.start], edit.content]
            place = edit.end
    return b"".join([*pieces, data[place:end]])
