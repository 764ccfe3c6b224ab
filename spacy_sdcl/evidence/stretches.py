"""Long texts in stretches that end where sentences do, so that few places are in memory at a time.

What is weighed in a stretch is weighed as in the whole text: a stretch has whole sentences, which is what
a second reading looks at, and what stands around it is looked at, though not weighed.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..model.doubts import join_doubts
from ..model.encoding import SENTENCE_ENDS
from ..types import Doubts, ReadPart

# So far on either side of a place the network's doubts are looked at.
BESIDE = 2
# What n-grams, words and neighbours of a place reach to, and those of the places beside it.
AROUND = 8


class Span(NamedTuple):
    """A part of a text.

    text (int): The index of its text.
    start, end (int): Where it is in the text, in characters.
    """

    text: int
    start: int
    end: int


class Stretch(NamedTuple):
    """What is weighed at a time.

    spans (list[Span]): Parts of texts, one of each text, ascending.
    doubts (Doubts): Where the network has doubts in them, and up to BESIDE characters around them.
    """

    spans: list[Span]
    doubts: Doubts

    def cut_out(self, texts: Sequence[str]) -> tuple[list[str], np.ndarray, Doubts]:
        """Cut out what is looked at: each part with what is around it.

        texts (Sequence[str]): The texts.
        RETURNS (tuple): An excerpt for each part; where each begins in its text, int64, shape
            (spans,); the doubts, by the numbers and offsets of the excerpts.
        """
        starts = [max(span.start - AROUND, 0) for span in self.spans]
        excerpts = [
            texts[span.text][start : span.end + AROUND]
            for span, start in zip(self.spans, starts, strict=True)
        ]
        begins = np.array(starts, dtype=np.int64)
        numbers = np.array([span.text for span in self.spans], dtype=np.int64)
        text, start, *others = self.doubts
        number = np.searchsorted(numbers, text)
        if len(number):
            start = start - begins[number]
        return excerpts, begins, Doubts(number, start, *others)


def whole(texts: Sequence[str], doubts: Doubts) -> Stretch:
    """Take all texts at once.

    texts (Sequence[str]): The texts.
    doubts (Doubts): Where the network has doubts in them.
    RETURNS (Stretch): A part for each text.
    """
    return Stretch(whole_spans(texts), doubts)


def whole_spans(texts: Sequence[str]) -> list[Span]:
    """Name texts as parts that are all of them.

    texts (Sequence[str]): The texts.
    RETURNS (list[Span]): One for each.
    """
    return [Span(number, 0, len(text)) for number, text in enumerate(texts)]


def find_stretches(texts: Sequence[str], parts: Iterable[ReadPart]) -> Iterator[Stretch]:
    """Put what is read into stretches, as soon as their last sentence and what is behind it are read.

    texts (Sequence[str]): The texts.
    parts (Iterable[ReadPart]): What the network reads of them, part after part, to their end.
    YIELDS (Stretch): Stretches that have each character of the texts once.
    """
    first, done = 0, 0
    waiting: list[Doubts] = []
    for part in parts:
        waiting.append(part.doubts)
        last, end = part.text, part.end
        if last < len(texts):
            low = done if last == first else 0
            end = _sentence_end(texts[last], low, end - BESIDE)
        if (last, end) <= (first, done):
            continue
        numbers = range(first, last + 1 if end else last)
        spans = [
            Span(
                number,
                done if number == first else 0,
                end if number == last else len(texts[number]),
            )
            for number in numbers
        ]
        doubts = join_doubts(waiting)
        until = _find(doubts, last, end + BESIDE if end else 0)
        yield Stretch(spans, Doubts(*(column[:until] for column in doubts)))
        # What is kept is copied: a view would hold all of the part.
        since = _find(doubts, last, end - BESIDE)
        waiting = [Doubts(*(column[since:].copy() for column in doubts))]
        first, done = last, end
    if first < len(texts):
        raise ValueError(f"Of {len(texts)} texts, only {first} were read to their end.")


def _find(doubts: Doubts, text: int, start: int) -> int:
    low, high = (int(np.searchsorted(doubts.text, text, side)) for side in ("left", "right"))
    return low + int(np.searchsorted(doubts.start[low:high], start))


def _sentence_end(text: str, low: int, high: int) -> int:
    """The end of the last sentence that ends in a part of a text; its beginning, if none does."""
    while high > low:
        high = max(text.rfind(end, low, high) for end in SENTENCE_ENDS) + 1
        if high <= low:
            break
        # Several marks in a row end one sentence.
        if high == len(text) or text[high] not in SENTENCE_ENDS:
            return high
        high -= 1
    return low
