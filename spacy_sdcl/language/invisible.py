"""Characters that cannot be seen: what a reader reads of a text, and where that is in it.

Soft hyphens, zero-width spaces and joiners, marks of direction, variation selectors, byte order
marks: pages and word processors leave them inside words.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

# What Unicode 16 has as Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and the marks of
# interlinear annotation. Left out are the fillers of Hangul, which take up room as spaces do, and
# the inherent vowels of Khmer.
INVISIBLE_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF0, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
INVISIBLE = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in INVISIBLE_RANGES) + "]+")


class Visible(NamedTuple):
    """What can be seen of a text.

    text (str): The text without the characters that cannot be seen.
    places (Sequence[int]): Where each character of it is in the text as it is written, ascending.
    """

    text: str
    places: Sequence[int]

    @property
    def is_all(self) -> bool:
        """Whether there is nothing else in the text as it is written."""
        return isinstance(self.places, range)

    def find(self, place: int) -> int:
        """Where a character is in what can be seen.

        place (int): Its offset in the text as it is written.
        RETURNS (int): Its offset here; for one that cannot be seen, that of the next.
        """
        return bisect_left(self.places, place)


def see(text: str) -> Visible:
    """Leave out the characters that cannot be seen.

    text (str): A text.
    RETURNS (Visible): What is left of it.
    """
    if not INVISIBLE.search(text):
        return Visible(text, range(len(text)))
    places = array("q")
    end = 0
    for match in INVISIBLE.finditer(text):
        places.extend(range(end, match.start()))
        end = match.end()
    places.extend(range(end, len(text)))
    return Visible(visible_text(text), places)


def visible_text(text: str) -> str:
    """Leave out the characters that cannot be seen.

    text (str): A text.
    RETURNS (str): The others.
    """
    return INVISIBLE.sub("", text)


def visible_around(text: str, place: int, reach: int) -> str:
    """What can be seen around a character, without a look at the rest of the text.

    text (str): The text.
    place (int): The offset of a character that can be seen.
    reach (int): So many characters on either side.
    RETURNS (str): They, and the character itself between them.
    """
    before, behind = place, place + 1
    missing = reach
    while before > 0 and missing:
        before -= 1
        missing -= not INVISIBLE.match(text[before])
    missing = reach
    while behind < len(text) and missing:
        missing -= not INVISIBLE.match(text[behind])
        behind += 1
    return visible_text(text[before:behind])
