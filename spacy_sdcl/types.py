"""The named types that cross module boundaries."""

from typing import NamedTuple

# The thresholds that a model's weights come with: one that leaves correct text alone, and the one
# of the best F1.
SETTINGS = ("careful", "recall")


class Pair(NamedTuple):
    """A sentence with its correction: two texts of the same length.

    source (str): The text as it was written, possibly misspelt.
    target (str): The correct text; `len(target) == len(source)`.
    id (str): The record's name in its file, "" where the format has none.
    """

    source: str
    target: str
    id: str = ""


class CharCorrection(NamedTuple):
    """One wrong character.

    start (int): Its offset in the text, in characters.
    target (str): The character to put there.
    score (float): The model's probability of it, 0 to 1.
    """

    start: int
    target: str
    score: float
