"""The named types that cross module boundaries."""

from typing import NamedTuple

import numpy as np

# The thresholds that a model's weights come with: one that leaves correct text alone, and the one
# of the best F1.
SETTINGS = ("careful", "recall")
# The folder of evidence beside a model's weights, and its field in the bytes of a component.
EVIDENCE = "evidence"


class Pair(NamedTuple):
    """A sentence with its correction: two texts of the same length.

    source (str): The text as it was written, possibly misspelt.
    target (str): The correct text; `len(target) == len(source)`.
    id (str): The record's name in its file, "" where the format has none.
    """

    source: str
    target: str
    id: str = ""


class Candidate(NamedTuple):
    """A character that may stand at a place.

    target (str): The character.
    score (float): The model's probability of it, 0 to 1.
    """

    target: str
    score: float


class CharPrediction(NamedTuple):
    """A place where the model finds another character likelier than the one that is written.

    start (int): Its offset in the text, in characters.
    candidates (tuple[Candidate, ...]): The likeliest characters, the likeliest first; the written
        one may be among them, though never the first.
    source_score (float): The probability of the written character, 0 to 1.
    """

    start: int
    candidates: tuple[Candidate, ...]
    source_score: float


class Doubts(NamedTuple):
    """The places of some texts where the network is not sure of what is written.

    text (np.ndarray): The text of each place, ascending, int64, shape (places,).
    start (np.ndarray): Its offset in the text, in characters, ascending in each text, same shape.
    candidates (np.ndarray): Code points of the likeliest characters, the likeliest first; the
        written one may be among them, uint32, shape (places, candidates).
    log_p (np.ndarray): Their log probabilities, float32, same shape.
    log_written (np.ndarray): That of the written character, float32, shape (places,).
    """

    text: np.ndarray
    start: np.ndarray
    candidates: np.ndarray
    log_p: np.ndarray
    log_written: np.ndarray


class ReadPart(NamedTuple):
    """What was read of some texts since the part before.

    doubts (Doubts): Where the network has doubts in it.
    text (int): How far they are read now: all texts before this one,
    end (int): and so many characters of this one.
    """

    doubts: Doubts
    text: int
    end: int


class CharCorrection(NamedTuple):
    """One wrong character.

    start (int): Its offset in the text, in characters.
    target (str): The character to put there; the written one where an error is flagged, that is,
        found without a sure correction.
    score (float): The probability of it, 0 to 1.
    candidates (tuple[Candidate, ...]): The likeliest characters, where the model found it.
    origin (str): Who found it: "model", "confusions" for a phrase of the user's own, or "variant"
        for a Traditional character that is not the usual one of its word.
    """

    start: int
    target: str
    score: float
    candidates: tuple[Candidate, ...] = ()
    origin: str = "model"


class Hold(NamedTuple):
    """Why a character must stay as it is.

    reason (str): "protected", "identifier" in an address, a path, a name or code, "numeral", or
        "confusions" in a phrase that the user has put right.
    detail (str): The same in a sentence.
    against (str): The characters that it may not become, where it may become others; "" for none.
    """

    reason: str
    detail: str
    against: str = ""

    @property
    def is_absolute(self) -> bool:
        """Whether it may become no other character at all."""
        return not self.against


class Decision(NamedTuple):
    """What became of one place that might be wrong.

    start (int): Its offset in the text, in characters.
    source (str): The character that is written there.
    target (str): The character that was considered for it.
    score (float): The probability of it, 0 to 1.
    candidates (tuple[Candidate, ...]): The likeliest characters, the likeliest first.
    kept (bool): Whether it became a correction.
    reason (str): Why, as a short word: "threshold" where the probability decided, "similarity"
        where the likeness to the written character did, "protected", "identifier" and "numeral"
        as in `Hold`, "confusions" for a phrase of the user's own, "flagged" where an error was
        found without a sure correction, "variant" for a Traditional character that is not the
        usual one of its word, and, not kept, where the two are one in Traditional writing.
    detail (str): The same in a sentence, with the numbers.
    source_score (float): The probability of the written character, 0 to 1.
    """

    start: int
    source: str
    target: str
    score: float
    candidates: tuple[Candidate, ...]
    kept: bool
    reason: str
    detail: str
    source_score: float = 0.0
