"""What was found in texts: one that is read again is not corrected again."""

from collections.abc import Hashable
from typing import Any

MOST_CHARACTERS = 4_000_000


class Cache:
    """Corrections of texts, those of the latest ones.

    most (int): So many characters of texts are kept.
    """

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self._most = most
        self._size = 0
        self._found: dict[tuple[str, Hashable], list[dict[str, Any]]] = {}

    def get(self, text: str, key: Hashable) -> list[dict[str, Any]] | None:
        """What was found in a text; it is then the latest one.

        text (str): The text.
        key (Hashable): What else the corrections depend on.
        RETURNS (list[dict]): As in `doc._.corrections`; None where that is not known.
        """
        found = self._found.pop((text, key), None)
        if found is not None:
            self._found[text, key] = found
        return found

    def put(self, text: str, key: Hashable, found: list[dict[str, Any]]) -> None:
        """Keep what was found in a text.

        text (str): The text.
        key (Hashable): What else the corrections depend on.
        found (list[dict]): As in `doc._.corrections`.
        """
        if self._found.pop((text, key), None) is None:
            self._size += len(text)
        self._found[text, key] = found
        while self._size > self._most and len(self._found) > 1:
            oldest = next(iter(self._found))
            del self._found[oldest]
            self._size -= len(oldest[0])
