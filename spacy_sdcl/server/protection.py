"""Phrases that a client wants to be left alone, in this request only."""

from collections.abc import Collection, Sequence

from ..language.invisible import visible_around, visible_text
from ..types import Decision

REASON = "protected"


def protect_phrases(
    text: str, decisions: Sequence[Decision], phrases: Collection[str]
) -> list[Decision]:
    """Drop the corrections that lie in a protected phrase.

    text (str): The text.
    decisions (Sequence[Decision]): What was decided on it.
    phrases (Collection[str]): The phrases as they are written.
    RETURNS (list[Decision]): The decisions, those in a phrase no longer kept.
    """
    if not any(each.kept for each in decisions):
        return list(decisions)
    inside = {each.start: phrase for phrase in phrases for each in _within(text, decisions, phrase)}
    return [
        each._replace(
            kept=False, reason=REASON, detail=f"part of the protected phrase {inside[each.start]}"
        )
        if each.kept and each.start in inside
        else each
        for each in decisions
    ]


def _within(text: str, decisions: Sequence[Decision], phrase: str) -> list[Decision]:
    # Looks around each decision only: there are few of them, and the text may be long.
    seen = visible_text(phrase)
    return [
        each
        for each in decisions
        if seen and seen in visible_around(text, each.start, len(seen) - 1)
    ]
