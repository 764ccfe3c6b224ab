"""How careful the correction of unusual Traditional forms is, and how much it finds."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..control.usual import SCORE, unusual_forms
from ..control.variants import simplify
from ..language.usual_forms import confused_pairs
from ..types import Decision


class Change(NamedTuple):
    """A sentence that is changed for its forms.

    text (str): The sentence.
    found (list[Decision]): What is changed.
    """

    text: str
    found: list[Decision]

    @property
    def marked(self) -> str:
        """The sentence with [wrong→right] at each place."""
        pieces = list(self.text)
        for each in self.found:
            pieces[each.start] = f"[{each.source}→{each.target}]"
        return "".join(pieces)


class Found(NamedTuple):
    """How many errors of those that were made were found.

    made (int): How many were made.
    found (int): Of so many the right character was found.
    """

    made: int
    found: int


def changed_forms(sentences: Sequence[str]) -> Iterator[Change]:
    """Find the sentences that would be changed for their forms alone.

    sentences (Sequence[str]): Traditional sentences.
    YIELDS (Change): They.
    RAISES (ImportError): If opencc is not installed.
    """
    for sentence in sentences:
        if found := _find(sentence):
            yield Change(sentence, found)


def count_found(sentences: Sequence[str], *, seed: int = 0) -> Found:
    """Write another character into each sentence that has one of the pairs, and see if it is found.

    sentences (Sequence[str]): Correct Traditional sentences.
    seed (int): Of the choice.
    RETURNS (Found): The numbers.
    RAISES (ImportError): If opencc is not installed.
    """
    written_for: dict[str, list[str]] = {}
    for wrong, right in sorted(confused_pairs()):
        written_for.setdefault(right, []).append(wrong)
    choose = random.Random(seed)
    made = found = 0
    for sentence in sentences:
        places = [i for i, char in enumerate(sentence) if char in written_for]
        if not places:
            continue
        place = choose.choice(places)
        wrong = choose.choice(written_for[sentence[place]])
        made += 1
        found += any(
            (each.start, each.target) == (place, sentence[place])
            for each in _find(sentence[:place] + wrong + sentence[place + 1 :])
        )
    return Found(made, found)


def _find(sentence: str) -> list[Decision]:
    read = simplify(sentence)
    return list(unusual_forms([], written=sentence, read=read, held={}, threshold=SCORE))
