"""From what the network predicts to what is probable by all the evidence."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from ..model.encoding import SENTENCE_ENDS
from ..types import Candidate, CharPrediction, Doubts
from .alphabet import FIRST_CHARACTER
from .bundle import Evidence
from .candidates import Places, find_places
from .features import gather
from .neighbours import judge_neighbours

# What is not even this probable is not listed.
LEAST = 0.02
# Corrections of at least this probability are taken as made when their sentence is read again.
SURE = 0.6
SENTENCE = re.compile(f"[^{SENTENCE_ENDS}]*[{SENTENCE_ENDS}]+|[^{SENTENCE_ENDS}]+")
CANDIDATES = 10
# Places whose features are in memory at a time: some 20 MB.
PLACES_AT_ONCE = 8192

Predictions = list[list[CharPrediction]]


def weigh(
    evidence: Evidence, texts: Sequence[str], read: Callable[[Sequence[str]], Doubts]
) -> Predictions:
    """Weigh what the network predicts with the evidence.

    Sentences that are changed are read once more with the changes, where other errors show better.

    evidence (Evidence): The evidence, with a judge.
    texts (Sequence[str]): The texts.
    read (Callable): Reads texts with the network.
    RETURNS (list): The places of each text where another character has at least the probability
        LEAST, with the likeliest of the others and the probability of the written one.
    RAISES (ValueError): If the evidence has no judge yet.
    """
    weighed = _weigh_once(evidence, texts, read(texts))
    pieces = [
        Piece(number, start, end, changes)
        for number, found in enumerate(weighed)
        for start, end, changes in _changed_sentences(texts[number], found)
    ]
    if not pieces:
        return weighed
    changed = [piece.changed(texts[piece.text]) for piece in pieces]
    again = _weigh_once(evidence, changed, read(changed))
    for piece, second in zip(pieces, again, strict=True):
        others = [
            each._replace(start=each.start + piece.start)
            for each in second
            if each.start + piece.start not in piece.changes
        ]
        kept = [
            each
            for each in weighed[piece.text]
            if not piece.start <= each.start < piece.end or each.start in piece.changes
        ]
        weighed[piece.text] = sorted([*kept, *others])
    return weighed


class Piece(NamedTuple):
    """A sentence that is changed.

    text (int): The index of its text.
    start, end (int): Where it is in the text.
    changes (dict[int, str]): The characters to be put there, by their places in the text.
    """

    text: int
    start: int
    end: int
    changes: dict[int, str]

    def changed(self, text: str) -> str:
        """RETURNS (str): The sentence with its changes."""
        return "".join(
            self.changes.get(place, char)
            for place, char in enumerate(text[self.start : self.end], start=self.start)
        )


def _changed_sentences(
    text: str, found: Sequence[CharPrediction]
) -> Iterator[tuple[int, int, dict[int, str]]]:
    changes = {each.start: each.candidates[0] for each in found}
    changes = {start: best for start, best in changes.items() if best.score >= SURE}
    if not changes:
        return
    spans = [match.span() for match in SENTENCE.finditer(text)]
    starts = [start for start, _ in spans]
    sentence_of = {place: bisect_right(starts, place) - 1 for place in sorted(changes)}
    for sentence, places in groupby(sentence_of, key=sentence_of.__getitem__):
        yield *spans[sentence], {place: changes[place].target for place in places}


def _weigh_once(evidence: Evidence, texts: Sequence[str], doubts: Doubts) -> Predictions:
    found: Predictions = [[] for _ in texts]
    places = find_places(texts, doubts, evidence.table, evidence.likeness)
    if not len(places.place):
        return found
    scores, written = judge_places(evidence, places)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :CANDIDATES]
    ranked = np.take_along_axis(scores, order, 1)
    symbols = np.take_along_axis(places.candidates, order, 1)
    characters = evidence.table.alphabet.characters
    for row in np.flatnonzero(ranked[:, 0] >= LEAST).tolist():
        candidates = tuple(
            Candidate(characters[symbol - FIRST_CHARACTER], score)
            for symbol, score in zip(symbols[row].tolist(), ranked[row].tolist(), strict=True)
            if symbol >= FIRST_CHARACTER
        )
        found[places.text[row]].append(
            CharPrediction(int(places.start[row]), candidates, float(written[row]))
        )
    return found


def judge_places(evidence: Evidence, places: Places) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities of all candidates.

    evidence (Evidence): The evidence, with a judge.
    places (Places): The places.
    RETURNS (tuple): That of each candidate, shape (places, candidates), and of what is written,
        shape (places,).
    RAISES (ValueError): If the evidence has no judge yet.
    """
    if evidence.judge is None:
        raise ValueError("The evidence has no judge yet: fit one with `project run judge`.")
    scores = np.full(places.candidates.shape, -np.inf, dtype=np.float32)
    for start in range(0, len(places.place), PLACES_AT_ONCE):
        rows = slice(start, start + PLACES_AT_ONCE)
        found = gather(places.part(rows), evidence.table, evidence.lexicon, evidence.likeness)
        scores[rows][found.row, found.column] = evidence.judge.scores(found.features, found.keys)
    return judge_neighbours(evidence, places, scores)
