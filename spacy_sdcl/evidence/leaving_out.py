"""Lines that must not be counted: n-grams of a text that a judge or a threshold is fitted to would be
believed too much.
"""

import re
from collections.abc import Iterable

from ..language.characters import CJK_RANGES

# So many Chinese characters in a row are of one source; fewer are a common phrase.
SHARED = 12
_NOT_CHINESE = re.compile("[^" + "".join(f"{chr(a)}-{chr(b)}" for a, b in CJK_RANGES) + "]+")


class LeftOut:
    """Tells which lines are not counted.

    A line is left out if it is one of `lines`, or shares SHARED Chinese characters in a row with one
    of `texts`, whatever else stands between them; a text of fewer is known by all of its own.

    lines (Iterable[str]): Whole lines.
    texts (Iterable[str]): Texts, such as the targets of pairs.
    found (int): How many lines were not kept.
    """

    def __init__(self, lines: Iterable[str] = (), texts: Iterable[str] = ()) -> None:
        self.found = 0
        self._lines = {line.strip() for line in lines}
        self._parts: set[str] = set()
        for text in texts:
            self._parts.update(_parts(text))
        # Of one that has none at all, nothing is known.
        self._parts.discard("")

    def keeps(self, line: str) -> bool:
        """Whether a line is counted.

        line (str): The line.
        RETURNS (bool): False for one that is left out.
        """
        found = line in self._lines or not self._parts.isdisjoint(_parts(line))
        self.found += found
        return not found


def _parts(text: str) -> list[str]:
    bare = _NOT_CHINESE.sub("", text)
    if len(bare) < SHARED:
        return [bare]
    return [bare[start : start + SHARED] for start in range(len(bare) - SHARED + 1)]
