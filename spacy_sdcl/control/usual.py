"""Traditional characters that are not the usual ones of their word: 頭發, 面條, 皇後, 聯系.

The model reads Simplified characters, which do not tell them apart. A character is held to be wrong
where everything that is known agrees on another: all words of the table that cover the place, and
OpenCC's conversions for all regions. Forms of regions, such as 台 and 臺, are alike here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from ..language.traditional import convert_text
from ..language.usual_forms import confused_pairs, usual_words
from ..types import Candidate, Decision, Hold
from .phrases import PhraseIndex
from .variants import REGIONS, corrected_reading, form_in, load, region_of

REASON = "variant"
# No probability of the model's, but a number that thresholds above it let nothing of this pass.
SCORE = 0.9
# What stands before a word may be one with its beginning: it is looked at from so far before.
REACH = 3


class Words(NamedTuple):
    """Words whose usual writing is known.

    finder (PhraseIndex): Finds them in Simplified text.
    usual (dict[str, str]): Their Traditional writing.
    sure (frozenset[str]): The Simplified ones whose writing is sure.
    """

    finder: PhraseIndex
    usual: dict[str, str]
    sure: frozenset[str]


class Found(NamedTuple):
    """A word at a place of a text.

    start (int): Where it begins.
    word (str): Its usual writing.
    is_sure (bool): Whether that is sure.
    """

    start: int
    word: str
    is_sure: bool


def unusual_forms(
    decisions: Sequence[Decision],
    *,
    written: str,
    read: str,
    held: Mapping[int, Hold],
    threshold: float,
) -> Iterator[Decision]:
    """Find the characters that are not the usual ones of their words.

    decisions (Sequence[Decision]): What was decided on the simplified text.
    written (str): The text as it was written.
    read (str): The simplified text, of the same length.
    held (Mapping[int, Hold]): The characters that must stay, or may not become some.
    threshold (float): The probability from which a correction is kept.
    YIELDS (Decision): A decision each, in the order of the text.
    """
    text = corrected_reading(decisions, read)
    region = ""
    for place, words in sorted(_covering(text, written).items()):
        # What is corrected is given its usual form anyway.
        if text[place] != read[place] or not _are_sure(place, words):
            continue
        region = region or region_of(written, read)
        target = form_in(text, place, text[place], load(region))
        first = words[0]
        if not _is_agreed(text, place, _plain(first.word[place - first.start]), first.start):
            continue
        detail = f"the usual form in {first.word}; counts as {SCORE}, threshold {threshold:.3f}"
        kept = threshold <= SCORE
        reason = REASON if kept else "threshold"
        hold = held.get(place)
        if hold is not None and (hold.is_absolute or target in hold.against):
            kept, reason, detail = False, hold.reason, hold.detail
        candidates = (Candidate(target, SCORE),)
        yield Decision(
            place, written[place], target, SCORE, candidates, kept, reason, detail, 1 - SCORE
        )


def joined(decisions: Iterable[Decision], forms: Iterable[Decision]) -> list[Decision]:
    """Join the model's decisions with those on forms: one a place, that which is kept.

    decisions (Iterable[Decision]): The model's, on the text as it was written.
    forms (Iterable[Decision]): Those on forms.
    RETURNS (list[Decision]): All of them.
    """
    places = {each.start: each for each in forms}
    for each in decisions:
        form = places.get(each.start)
        if form is None or each.kept or not form.kept:
            places[each.start] = each
    return list(places.values())


@cache
def _words() -> Words:
    sure, others = usual_words()
    words = [*sure, *others]
    # At once: thousands of calls would take their time. No word reaches over a line.
    simple = convert_text("\n".join(words), load("t2s")).split("\n")
    usual = dict(zip(simple, words, strict=True))
    return Words(PhraseIndex(list(usual)), usual, frozenset(simple[: len(sure)]))


def _covering(text: str, written: str) -> dict[int, list[Found]]:
    # For each place that may be wrong, the words that cover it, by where they begin.
    found: dict[int, list[Found]] = {
        place: []
        for word in _find_words(text)
        for place, char in enumerate(word.word, word.start)
        if written[place] != char and (_plain(written[place]), char) in confused_pairs()
    }
    # Mostly there are none, and of a long text not all words need be in memory.
    for word in _find_words(text) if found else ():
        for place in range(word.start, word.start + len(word.word)):
            if place in found:
                found[place].append(word)
    return {place: sorted(words) for place, words in found.items()}


def _find_words(text: str) -> Iterator[Found]:
    finder, usual, sure = _words()
    for start, end in finder.find(text):
        simple = text[start:end]
        yield Found(start, usual[simple], simple in sure)


def _are_sure(place: int, words: Sequence[Found]) -> bool:
    chars = {each.word[place - each.start] for each in words}
    return len(chars) == 1 and any(each.is_sure for each in words)


def _is_agreed(text: str, place: int, usual: str, first: int) -> bool:
    for region in REGIONS:
        if _plain(form_in(text, place, text[place], load(region))) != usual:
            return False
    # What begins before the words may be one with another character there: 那隻 in 那隻是.
    alone = _plain(load("s2tw")(text[place]))
    for start, end in product(
        range(max(0, first - REACH), first), range(place + 1, place + 1 + REACH)
    ):
        form = _plain(convert_text(text[start:end], load("s2tw"))[place - start])
        if form not in (alone, usual):
            return False
    return True


# The bound is for processes that run for months.
@lru_cache(maxsize=2**16)
def _plain(char: str) -> str:
    # As Taiwan writes it, which regional forms are alike in.
    return convert_text(char, load("t2tw"))
