"""From what the network predicts to what is probable by all the evidence."""

from collections.abc import Callable, Sequence

import numpy as np

from ..types import Candidate, CharPrediction, Doubts
from .alphabet import FIRST_CHARACTER
from .bundle import Evidence
from .candidates import Places, find_places
from .features import gather
from .neighbours import judge_neighbours

# What is not even this probable is not listed.
LEAST = 0.02
# Corrections of at least this probability are taken as made when the text is read again.
SURE = 0.6
CANDIDATES = 10
# Places whose features are in memory at a time: some 20 MB.
PLACES_AT_ONCE = 8192

Predictions = list[list[CharPrediction]]


def weigh(
    evidence: Evidence, texts: Sequence[str], read: Callable[[Sequence[str]], Doubts]
) -> Predictions:
    """Weigh what the network predicts with the evidence.

    Texts that are changed are read once more with the changes, where other errors show better.

    evidence (Evidence): The evidence, with a judge.
    texts (Sequence[str]): The texts.
    read (Callable): Reads texts with the network.
    RETURNS (list): The places of each text where another character has at least the probability
        LEAST, with the likeliest of the others and the probability of the written one.
    RAISES (ValueError): If the evidence has no judge yet.
    """
    weighed = _weigh_once(evidence, texts, read(texts))
    changed = {
        number: found
        for number, each in enumerate(weighed)
        if (found := {p.start: p for p in each if p.candidates[0].score >= SURE})
    }
    if not changed:
        return weighed
    new_texts = [_with_changes(texts[number], found) for number, found in changed.items()]
    again = _weigh_once(evidence, new_texts, read(new_texts))
    for (number, found), second in zip(changed.items(), again, strict=True):
        others = [each for each in second if each.start not in found]
        weighed[number] = sorted([*found.values(), *others])
    return weighed


def _with_changes(text: str, changes: dict[int, CharPrediction]) -> str:
    chars = list(text)
    for start, prediction in changes.items():
        chars[start] = prediction.candidates[0].target
    return "".join(chars)


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
