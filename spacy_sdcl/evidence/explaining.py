"""The evidence on one character at one place, by name: for people, and not where texts are read."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ..types import Doubts
from .alphabet import FIRST_CHARACTER
from .bundle import Evidence
from .candidates import UNLISTED, Places, texts_of_one_line
from .features import NAMES, gather
from .lexicon import LENGTHS

SOUNDS = {"sound: same": "same", "sound: other tone": "other tone", "sound: near": "near"}


class Grounds(NamedTuple):
    """What speaks for a character in the place of the written one, or against it.

    network (float): The network's probability of it; 0 where it did not list it.
    network_written (float): That of the written character.
    gain (float): How much likelier it is than the written one after what stands before it, by the
        n-grams, as a logarithm.
    gain_following (float): How much likelier what follows is after it.
    word (int): The length of the longest known word that the place is in with it; 0 for none.
    word_written (int): The same as written.
    sound (str): "same", "other tone", "near", or "" where the two do not sound alike.
    shape (float): How alike the two look, 0 to 1.
    """

    network: float
    network_written: float
    gain: float
    gain_following: float
    word: int
    word_written: int
    sound: str
    shape: float


def grounds(
    evidence: Evidence,
    text: str,
    start: int,
    target: str,
    read: Callable[[Sequence[str]], Doubts],
) -> Grounds | None:
    """Look up what is known of a character at a place of a text, the rest as it is written.

    evidence (Evidence): The evidence; it needs no judge.
    text (str): The text.
    start (int): The place, in characters.
    target (str): The character.
    read (Callable): Reads texts with the network, and names all places.
    RETURNS (Grounds): What is known; None where the two are one, or one of them is not listed.
    """
    table = evidence.table
    symbols = table.encode(f"{texts_of_one_line([text])[0]}\n")
    [candidate] = table.encode(target)
    if min(candidate, symbols[start]) < FIRST_CHARACTER or candidate == symbols[start]:
        return None
    doubts = read([text])
    rows = np.flatnonzero(doubts.start == start)
    if not len(rows):
        return None
    row = rows[0]
    [listed] = np.nonzero(doubts.candidates[row] == ord(target))
    log_p = doubts.log_p[row, listed[0]] if len(listed) else doubts.log_p[row].min() - UNLISTED
    log_written = doubts.log_written[row]
    place = Places(
        symbols,
        np.array([start]),
        np.array([0]),
        np.array([start]),
        symbols[[start]],
        np.array([log_written], dtype=np.float32),
        np.array([[candidate]], dtype=np.uint16),
        np.array([[log_p]], dtype=np.float32),
        np.zeros((1, 4), dtype=np.float32),
    )
    [features] = gather(place, table, evidence.lexicon, evidence.likeness).features.tolist()
    of = dict(zip(NAMES, features, strict=True))
    return Grounds(
        float(np.exp(log_p)) if len(listed) else 0.0,
        float(np.exp(log_written)),
        of["n-grams: gain, itself"],
        of["n-grams: gain, what follows"],
        max((length for length in LENGTHS if of[f"word of {length}"]), default=0),
        max((length for length in LENGTHS if of[f"word of {length}, written"]), default=0),
        next((sound for name, sound in SOUNDS.items() if of[name]), ""),
        of["shape"],
    )
