"""From what the network predicts to what is probable by all the evidence."""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from ..types import Candidate, CharPrediction, Doubts
from .alphabet import FIRST_CHARACTER
from .bundle import Evidence
from .candidates import Places, find_places
from .features import gather, written_pairs
from .neighbours import judge_neighbours
from .second_reading import Piece, compare_readings, find_pieces

# What is not even this probable is not listed.
LEAST = 0.02
# Changes of at least this probability are verified by a second reading.
LIKELY = 0.15
# With changes of this probability, other errors of the sentence show better.
SURE = 0.6
CANDIDATES = 10
# Places whose features are in memory at a time: some 10 MB.
PLACES_AT_ONCE = 4096

Predictions = list[list[CharPrediction]]


def weigh(
    evidence: Evidence,
    texts: Sequence[str],
    read: Callable[[Sequence[str]], Doubts],
    *,
    held: Sequence[Collection[int]] | None = None,
) -> Predictions:
    """Weigh what the network predicts with the evidence.

    Sentences that may be changed are read once more with the changes: that shows whether these were
    right, and other errors.

    evidence (Evidence): The evidence, with a judge.
    texts (Sequence[str]): The texts.
    read (Callable): Reads texts with the network.
    held (Sequence[Collection[int]]): The places of each text that stay as they are; they are weighed
        like others, and not changed for the second reading.
    RETURNS (list): The places of each text where another character has at least the probability
        LEAST, with the likeliest of the others and the probability of the written one.
    RAISES (ValueError): If the evidence has no judge yet.
    """
    first = read(texts)
    weighed = weigh_once(evidence, texts, first)
    least = SURE if evidence.verifier is None else LIKELY
    pieces = list(find_pieces(texts, weighed, least, held))
    if not pieces:
        return weighed
    changed = [piece.changed(texts[piece.text]) for piece in pieces]
    second = read(changed)
    if evidence.verifier is not None:
        features = compare_readings(texts, pieces, first, second, held)
        pieces = _verified(pieces, evidence.verifier.probabilities(features))
    sure = [
        number
        for number, piece in enumerate(pieces)
        if any(each.candidates[0].score >= SURE for each in piece.changes.values())
    ]
    again = weigh_once(evidence, [changed[number] for number in sure], _of_texts(second, sure))
    others = dict(zip(sure, again, strict=True))
    for number, piece in enumerate(pieces):
        weighed[piece.text] = _joined(weighed[piece.text], piece, others.get(number))
    return weighed


def _of_texts(doubts: Doubts, texts: Sequence[int]) -> Doubts:
    number, *others = doubts
    kept = np.isin(number, texts)
    return Doubts(np.searchsorted(texts, number[kept]), *(column[kept] for column in others))


def _verified(pieces: Sequence[Piece], probabilities: np.ndarray) -> list[Piece]:
    found = iter(probabilities.tolist())
    return [
        piece._replace(
            changes={place: _rescored(each, next(found)) for place, each in piece.changes.items()}
        )
        for piece in pieces
    ]


def _rescored(prediction: CharPrediction, score: float) -> CharPrediction:
    best, *others = prediction.candidates
    # What the likeliest gains, the others lose in equal shares.
    share = (1 - score) / max(1 - best.score, 1e-6)
    candidates = [best._replace(score=score)]
    candidates += [each._replace(score=each.score * share) for each in others]
    candidates.sort(key=lambda each: -each.score)
    return prediction._replace(
        candidates=tuple(candidates), source_score=prediction.source_score * share
    )


def _joined(
    first: Sequence[CharPrediction], piece: Piece, second: Sequence[CharPrediction] | None
) -> list[CharPrediction]:
    kept = [each for each in first if each.start not in piece.changes]
    if second is not None:
        others = [each._replace(start=each.start + piece.start) for each in second]
        kept = [each for each in kept if not piece.start <= each.start < piece.end]
        kept += [each for each in others if each.start not in piece.changes]
    return sorted([*kept, *piece.changes.values()])


def weigh_once(evidence: Evidence, texts: Sequence[str], doubts: Doubts) -> Predictions:
    """Weigh what one reading predicts.

    evidence (Evidence): The evidence, with a judge.
    texts (Sequence[str]): The texts.
    doubts (Doubts): Where the network has doubts in them.
    RETURNS (list): As `weigh`.
    RAISES (ValueError): If the evidence has no judge yet.
    """
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
    parts = evidence.table, evidence.lexicon, evidence.likeness
    pairs = written_pairs(places.symbols)
    for start in range(0, len(places.place), PLACES_AT_ONCE):
        rows = slice(start, start + PLACES_AT_ONCE)
        found = gather(places.part(rows), *parts, pairs=pairs)
        scores[rows][found.row, found.column] = evidence.judge.scores(found.features, found.keys)
    return judge_neighbours(evidence, places, scores)
