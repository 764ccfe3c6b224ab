"""From the model's predictions to decisions: which become corrections, and why the others do not."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from ..types import Candidate, CharCorrection, CharPrediction, Decision, Hold
from .similarity import similarity as likeness

NOTHING_HELD: Mapping[int, Hold] = MappingProxyType({})
# Of a probability that was rounded down to 0.
SMALLEST = 1e-12


def decide(
    text: str,
    predictions: Iterable[CharPrediction],
    *,
    threshold: float,
    held: Mapping[int, Hold] = NOTHING_HELD,
    similarity: float = 0.0,
    min_confidence: float | None = None,
    candidates: int = 5,
) -> Iterator[Decision]:
    """Decide on each place where the model would write another character.

    text (str): The text that the model has read.
    predictions (Iterable[CharPrediction]): What the model found in it, in the order of the text.
    threshold (float): The probability from which a correction is kept.
    held (Mapping[int, Hold]): The characters that must stay, or may not become some, by offset.
    similarity (float): How much the likeness of two characters weighs: of a place's candidates,
        the one with the highest log p + similarity * likeness to the written one is taken. 0: off.
    min_confidence (float): Where nothing reaches the threshold, but the written character's own
        probability is at most 1 - min_confidence, an error is flagged; None for never.
    candidates (int): So many of the likeliest characters are listed.
    YIELDS (Decision): A decision a prediction, in the same order.
    """
    for prediction in predictions:
        source = text[prediction.start]
        target, score = prediction.candidates[0]
        kept, reason = score >= threshold, "threshold"
        detail = f"probability {score:.3f}, threshold {threshold:.3f}"
        hold = held.get(prediction.start)
        if similarity and (hold is None or not hold.is_absolute):
            chosen = _most_alike(source, prediction, similarity)
            alike = f"{source} is {likeness(source, target):.2f} like {target}"
            if chosen.target == source:
                kept, reason = False, "similarity"
                detail = f"probability {score:.3f}, but {alike} only"
            elif chosen.target != target:
                alike = f"{source} is {likeness(source, chosen.target):.2f} like it, {alike}"
                target, score = chosen
                kept = score >= threshold
                detail = f"probability {score:.3f}, threshold {threshold:.3f}; {alike}"
        if hold is not None and (hold.is_absolute or target in hold.against):
            kept, reason, detail = False, hold.reason, hold.detail
        elif not kept and min_confidence is not None:
            doubt = 1 - prediction.source_score
            if doubt >= min_confidence:
                reason = "flagged"
                detail += f"; but {source} is wrong with probability {doubt:.3f}"
        listed = _listed(prediction.candidates, target, candidates)
        yield Decision(
            prediction.start,
            source,
            target,
            score,
            listed,
            kept,
            reason,
            detail,
            prediction.source_score,
        )


def _most_alike(source: str, prediction: CharPrediction, weight: float) -> Candidate:
    choices = dict(prediction.candidates)
    choices.setdefault(source, prediction.source_score)
    best = max(
        choices,
        key=lambda char: math.log(max(choices[char], SMALLEST)) + weight * likeness(source, char),
    )
    return Candidate(best, choices[best])


def _listed(choices: Sequence[Candidate], target: str, count: int) -> tuple[Candidate, ...]:
    # What likeness has chosen may come late in the list, and is listed all the same.
    first = tuple(choices[:count])
    if any(each.target == target for each in first):
        return first
    return (*first[:-1], *(each for each in choices[count:] if each.target == target))


def kept_corrections(decisions: Iterable[Decision]) -> list[CharCorrection]:
    """The corrections that were decided on, and the errors that were flagged.

    decisions (Iterable[Decision]): Decisions on one text.
    RETURNS (list[CharCorrection]): Those that were kept or flagged, in the same order. A flagged
        one has the written character as its target, with the probability of that.
    """
    corrections = []
    for each in decisions:
        if each.kept:
            origin = each.reason if each.reason in ("confusions", "variant") else "model"
            corrections.append(
                CharCorrection(each.start, each.target, each.score, each.candidates, origin)
            )
        elif each.reason == "flagged":
            corrections.append(
                CharCorrection(each.start, each.source, each.source_score, each.candidates)
            )
    return corrections
