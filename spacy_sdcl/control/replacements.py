"""Wrong phrases that the user knows the right ones for, put right before the model reads."""

from collections.abc import Mapping
from typing import NamedTuple

from ..language.invisible import visible_text
from ..types import Decision, Hold
from .phrases import PhraseIndex


class Replaced(NamedTuple):
    """A text whose wrong phrases were put right.

    text (str): The text, as long as before.
    decisions (list[Decision]): What was changed, or was not because it is protected.
    held (dict[int, Hold]): The other characters of the phrases, which are right as they stand.
    """

    text: str
    decisions: list[Decision]
    held: dict[int, Hold]


class Replacements:
    """Puts phrases right: of overlapping ones the leftmost, of these the longest.

    phrases (Mapping[str, str]): The right phrase of each wrong one. What cannot be seen of them does
        not count.
    """

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self.phrases = {visible_text(wrong): visible_text(phrases[wrong]) for wrong in phrases}
        self._index = PhraseIndex(list(self.phrases), longest=True)

    def apply(self, text: str, protected: Mapping[int, Hold]) -> Replaced:
        """Put a text right.

        text (str): The text, without what cannot be seen.
        protected (Mapping[int, Hold]): The characters that must stay; a phrase that would change
            one of them is left alone as a whole. Of a hold against some characters only, the
            phrase is a user's exception.
        RETURNS (Replaced): The text, and what was done.
        """
        parts: list[str] = []
        done = 0
        decisions: list[Decision] = []
        held: dict[int, Hold] = {}
        for start, end in self._index.find(text):
            wrong = text[start:end]
            right = self.phrases[wrong]
            detail = f"the user's phrase {wrong!r}, {right!r}"
            changed = [i for i in range(start, end) if text[i] != right[i - start]]
            holds = (protected[i] for i in changed if i in protected)
            hold = next((each for each in holds if each.is_absolute), None)
            reason, why = (hold.reason, hold.detail) if hold else ("confusions", detail)
            for i in changed:
                target = right[i - start]
                decisions.append(Decision(i, text[i], target, 1.0, (), hold is None, reason, why))
            if hold is None:
                parts += text[done:start], right
                done = end
                held |= dict.fromkeys(range(start, end), Hold("confusions", detail))
        return Replaced("".join([*parts, text[done:]]), decisions, held)
