"""From what the network predicts to what is probable by all the evidence."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import numpy as np

from ..model.doubts import join_doubts
from ..types import Candidate, CharPrediction, Doubts, ReadPart
from .alphabet import FIRST_CHARACTER
from .bundle import Evidence
from .candidates import Places, find_places
from .features import gather
from .neighbours import judge_neighbours
from .repetitions import Repetitions, written_pairs
from .second_reading import Piece, compare_readings, find_pieces
from .stretches import Stretch, find_stretches, whole

# What is not even this probable is not listed.
LEAST = 0.02
# Changes of at least this probability are verified by a second reading.
LIKELY = 0.15
# With changes of this probability, other errors of the sentence show better.
SURE = 0.6
CANDIDATES = 10
# Places whose features are in memory at a time: some 8 MB with what they are made of.
PLACES_AT_ONCE = 1024

Predictions = list[list[CharPrediction]]
# All doubts of some texts, or those of part after part of them.
Read = Callable[[Sequence[str]], Doubts | Iterable[ReadPart]]


def weigh(
    evidence: Evidence,
    texts: Sequence[str],
    read: Read,
    *,
    held: Sequence[Collection[int]] | None = None,
) -> Predictions:
    """Weigh what the network predicts with the evidence.

    evidence, texts, read, held: As in `weigh_in_parts`.
    RETURNS (list): The places of each text where another character has at least the probability
        LEAST, with the likeliest of the others and the probability of the written one.
    RAISES (ValueError): If the evidence has no judge yet.
    """
    found: Predictions = [[] for _ in texts]
    for number, predictions in weigh_in_parts(evidence, texts, read, held=held):
        found[number] += predictions
    return found


def weigh_in_parts(
    evidence: Evidence,
    texts: Sequence[str],
    read: Read,
    *,
    held: Sequence[Collection[int]] | None = None,
) -> Iterator[tuple[int, list[CharPrediction]]]:
    """Weigh what the network predicts with the evidence, part after part of long texts.

    Sentences that may be changed are read once more with the changes: that shows whether these were
    right, and other errors.

    evidence (Evidence): The evidence, with a judge.
    texts (Sequence[str]): The texts.
    read (Callable): Reads texts with the network, at once or in parts.
    held (Sequence[Collection[int]]): The places of each text that stay as they are; they are weighed
        like others, and not changed for the second reading.
    YIELDS (tuple): The index of a text, and what `weigh` returns of the next part of it, in the order of
        the texts; something for each text.
    RAISES (ValueError): If the evidence has no judge yet.
    """
    repetitions = Repetitions(evidence.table, texts)
    for stretch in find_stretches(texts, _in_parts(texts, read(texts))):
        found = _weigh_twice(evidence, texts, stretch, repetitions, read, held)
        yield from zip((span.text for span in stretch.spans), found, strict=True)


def _in_parts(texts: Sequence[str], doubts: Doubts | Iterable[ReadPart]) -> Iterable[ReadPart]:
    return [ReadPart(doubts, len(texts), 0)] if isinstance(doubts, Doubts) else doubts


def _weigh_twice(
    evidence: Evidence,
    texts: Sequence[str],
    stretch: Stretch,
    repetitions: Repetitions,
    read: Read,
    held: Sequence[Collection[int]] | None,
) -> Predictions:
    weighed = _weigh_stretch(evidence, texts, stretch, repetitions)
    least = SURE if evidence.verifier is None else LIKELY
    pieces = list(find_pieces(texts, weighed, least, held, spans=stretch.spans))
    if not pieces:
        return weighed
    changed = [piece.changed(texts[piece.text]) for piece in pieces]
    second = join_doubts(part.doubts for part in _in_parts(changed, read(changed)))
    if evidence.verifier is not None:
        features = compare_readings(texts, pieces, stretch.doubts, second, held)
        pieces = _verified(pieces, evidence.verifier.probabilities(features))
    sure = [
        number
        for number, piece in enumerate(pieces)
        if any(each.candidates[0].score >= SURE for each in piece.changes.values())
    ]
    again = weigh_once(evidence, [changed[number] for number in sure], _of_texts(second, sure))
    others = dict(zip(sure, again, strict=True))
    of_text: dict[int, list[tuple[int, Piece]]] = {}
    for number, piece in enumerate(pieces):
        of_text.setdefault(piece.text, []).append((number, piece))
    for row, span in enumerate(stretch.spans):
        if span.text in of_text:
            own = [(piece, others.get(number)) for number, piece in of_text[span.text]]
            weighed[row] = _joined(weighed[row], own)
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
    first: Sequence[CharPrediction],
    pieces: Sequence[tuple[Piece, Sequence[CharPrediction] | None]],
) -> list[CharPrediction]:
    # One look at each prediction, however many sentences a text has.
    changes = {place: each for piece, _ in pieces for place, each in piece.changes.items()}
    again = [piece for piece, second in pieces if second is not None]
    starts = [piece.start for piece in again]

    def is_read_again(place: int) -> bool:
        at = bisect_right(starts, place) - 1
        return at >= 0 and place < again[at].end

    kept = [each for each in first if each.start not in changes and not is_read_again(each.start)]
    for piece, second in pieces:
        others = (each._replace(start=each.start + piece.start) for each in second or ())
        kept += [each for each in others if each.start not in changes]
    return sorted([*kept, *changes.values()])


def weigh_once(evidence: Evidence, texts: Sequence[str], doubts: Doubts) -> Predictions:
    """Weigh what one reading predicts.

    evidence (Evidence): The evidence, with a judge.
    texts (Sequence[str]): The texts.
    doubts (Doubts): Where the network has doubts in them.
    RETURNS (list): As `weigh`.
    RAISES (ValueError): If the evidence has no judge yet.
    """
    return _weigh_stretch(evidence, texts, whole(texts, doubts), Repetitions(evidence.table, texts))


def _weigh_stretch(
    evidence: Evidence, texts: Sequence[str], stretch: Stretch, repetitions: Repetitions
) -> Predictions:
    found: Predictions = [[] for _ in stretch.spans]
    excerpts, begins, doubts = stretch.cut_out(texts)
    places = find_places(excerpts, doubts, evidence.table, evidence.likeness)
    if not len(places.place):
        return found
    scores, written = judge_places(evidence, places, pairs=repetitions.of(stretch.spans))
    best = scores.max(1)
    bounds = np.array([(span.start, span.end) for span in stretch.spans], dtype=np.int64)
    first, last = bounds[places.text].T
    start = places.start + begins[places.text]
    # What stands around a part is weighed with another.
    rows = np.flatnonzero((best >= LEAST) & (start >= first) & (start < last))
    order = np.argsort(-scores[rows], axis=1, kind="stable")[:, :CANDIDATES]
    ranked = np.take_along_axis(scores[rows], order, 1)
    symbols = np.take_along_axis(places.candidates[rows], order, 1)
    characters = evidence.table.alphabet.characters
    columns = (places.text[rows], start[rows], written[rows], symbols, ranked)
    for number, at, own, of_symbols, of_scores in zip(
        *map(np.ndarray.tolist, columns), strict=True
    ):
        candidates = tuple(
            Candidate(characters[symbol - FIRST_CHARACTER], score)
            for symbol, score in zip(of_symbols, of_scores, strict=True)
            if symbol >= FIRST_CHARACTER
        )
        found[number].append(CharPrediction(at, candidates, own))
    return found


def judge_places(
    evidence: Evidence, places: Places, *, pairs: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities of all candidates.

    evidence (Evidence): The evidence, with a judge.
    places (Places): The places.
    pairs (np.ndarray): The pairs of the whole texts, as `Repetitions.of` has them, where the places
        are of parts of them.
    RETURNS (tuple): That of each candidate, shape (places, candidates), and of what is written,
        shape (places,).
    RAISES (ValueError): If the evidence has no judge yet.
    """
    if evidence.judge is None:
        raise ValueError("The evidence has no judge yet: fit one with `project run judge`.")
    scores = np.full(places.candidates.shape, -np.inf, dtype=np.float32)
    parts = evidence.table, evidence.lexicon, evidence.likeness
    pairs = written_pairs(places.symbols) if pairs is None else pairs
    for start in range(0, len(places.place), PLACES_AT_ONCE):
        rows = slice(start, start + PLACES_AT_ONCE)
        found = gather(places.part(rows), *parts, pairs=pairs)
        scores[rows][found.row, found.column] = evidence.judge.scores(found.features, found.keys)
    return judge_neighbours(evidence, places, scores)
