"""New bytes in the place of old ones."""

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """New bytes for a part of the old ones.

    start, end (int): The part.
    content (bytes): What stands there instead.
    opens, closes (bool): Whether it only opens an element, or closes one.
    """

    start: int
    end: int
    content: bytes
    opens: bool = False
    closes: bool = False


def edited(data: bytes, edits: Iterable[Edit], start: int, end: int) -> bytes:
    """Put new bytes in the place of old ones.

    data (bytes): The part.
    edits (Iterable[Edit]): What is to be changed; no two overlap.
    start, end (int): The bytes that are wanted; edits elsewhere are passed over.
    RETURNS (bytes): These bytes, with the edits.
    """
    pieces = []
    place = start
    for edit in _joined(sorted(edits, key=lambda each: (each.start, each.end))):
        if start <= edit.start and edit.end <= end:
            pieces += [data[place : edit.start], edit.content]
            place = edit.end
    return b"".join([*pieces, data[place:end]])


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    """Edits without those that open an element only for the next one to close it."""
    joined: list[Edit] = []
    for edit in edits:
        if edit.closes and joined and joined[-1].opens and joined[-1].end == edit.start:
            joined.pop()
        else:
            joined.append(edit)
    return joined
