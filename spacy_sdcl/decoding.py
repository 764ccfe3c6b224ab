"""From the model's predictions to decisions: which become corrections, and why the others do not."""

from collections.abc import Iterable, Sequence

from .types import CharCorrection, CharPrediction, Decision


def decide(text: str, predictions: Iterable[CharPrediction], *, threshold: float) -> list[Decision]:
    """Decide on each place where the model would write another character.

    text (str): The text.
    predictions (Iterable[CharPrediction]): What the model found in it, in the order of the text.
    threshold (float): The probability from which a correction is kept.
    RETURNS (list[Decision]): A decision a prediction, in the same order.
    """
    decisions = []
    for start, candidates, _ in predictions:
        target, score = candidates[0]
        kept = score >= threshold
        detail = f"probability {score:.3f}, threshold {threshold:.3f}"
        decisions.append(
            Decision(start, text[start], target, score, candidates, kept, "threshold", detail)
        )
    return decisions


def kept_corrections(decisions: Sequence[Decision]) -> list[CharCorrection]:
    """The corrections that were decided on.

    decisions (Sequence[Decision]): Decisions on one text.
    RETURNS (list[CharCorrection]): Those that were kept, in the same order.
    """
    return [
        CharCorrection(each.start, each.target, each.score, each.candidates)
        for each in decisions
        if each.kept
    ]
