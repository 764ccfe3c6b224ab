"""Learning of a user's own correct text: its n-grams and its words, in seconds, without training.

Cache models and interpolation of a general and an own n-gram model are old (Kuhn & De Mori 1990; Bellegarda
2004 surveys them); what is learnt here is evidence for the judge beside all other.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from ..types import CharPrediction
from .alphabet import BOUNDARY
from .building import build_table
from .bundle import Evidence
from .counting import NgramCounts, count_sentences
from .interpolation import InterpolatedTable, fit_weight
from .learned import MAX_BYTES, TWICE, Learned, leave_out_string
from .new_words import find_new_words
from .suspects import Suspects, find_suspects

Predict = Callable[[Sequence[str]], list[list[CharPrediction]]]

# Characters of this probability are taken for errors of the text, and not learnt.
SURE = 0.9
# One sentence of so many is held out, to choose the weight by.
HELD_OUT = 10
# More of a text are counted in blocks, with a progress bar.
AT_ONCE = 20_000_000
# A word of a list counts as if the text had it so often.
TIMES_OF_LISTED = 2
# Sentences read by the network at a time.
BATCH = 128


class Doubted(NamedTuple):
    """What a text has, and was not learnt, because it looks like an error.

    source (str): The characters.
    target (str): What they should be.
    times (int): How often the text has them.
    score (float): The probability of the correction, where it is lowest.
    sentence (str): A sentence that has them.
    """

    source: str
    target: str
    times: int
    score: float
    sentence: str


class Lesson(NamedTuple):
    """What one text has taught.

    learned (Learned): All that is known of the user's text now.
    characters (int): Characters of this text.
    words (dict[str, int]): Words that are new with this text, and how often it has them.
    doubted (list[Doubted]): What was not learnt, what the text has most often first.
    """

    learned: Learned
    characters: int
    words: dict[str, int]
    doubted: list[Doubted]


def learn(
    evidence: Evidence,
    texts: Iterable[str],
    predict: Predict,
    *,
    words: Iterable[str] = (),
) -> Lesson:
    """Learn of text, beside what was learnt before.

    Of what the text has once only, and of what is taken for an error of it, nothing is learnt.

    evidence (Evidence): What is known, with what was learnt before.
    texts (Iterable[str]): Correct text; each line is a sentence or a paragraph.
    predict (Callable): Corrects sentences with this evidence.
    words (Iterable[str]): Words that are right, however often the text has them.
    RETURNS (Lesson): What is known then, and what was found.
    RAISES (ValueError): If there is no Chinese text, and no word.
    """
    listed = list(dict.fromkeys(words))
    sentences = [line for text in texts for part in text.splitlines() if (line := part.strip())]
    general, before = evidence.general_table, evidence.learned
    suspects = find_suspects(sentences, evidence.table, evidence.likeness)
    doubted = _read(evidence, sentences, suspects, predict)
    size = sum(map(len, sentences))
    if size > AT_ONCE:
        counts = count_sentences(sentences, general.alphabet)
    else:
        counts = NgramCounts.of(general.alphabet, sentences)
    if not len(counts) and not listed:
        raise ValueError("There is no text to learn from: name files that hold some.")
    known = {} if before is None else before.words
    new = find_new_words(sentences, general, evidence.general_lexicon)
    forgotten = () if before is None else before.forgotten
    gone = [
        string
        for string in (*(each.source for each in doubted), *forgotten)
        if string not in listed
    ]
    for string in gone:
        counts = leave_out_string(counts, string)
    kept = {word: times for word, times in new.items() if not any(each in word for each in gone)}
    merged = {word: known.get(word, 0) + kept.get(word, 0) for word in {**known, **kept}}
    merged |= {word: merged.get(word, 0) for word in listed}
    if before is not None:
        counts = counts.merged(before.counts)
    counts = counts.merged(NgramCounts.of(general.alphabet, listed * TIMES_OF_LISTED))
    learned = Learned(
        counts,
        dict(sorted(merged.items(), key=lambda item: (-item[1], item[0]))),
        _choose_weight(evidence, counts, sentences, gone),
        forgotten=[word for word in forgotten if word not in listed],
    )
    fresh = {word: times for word, times in merged.items() if word not in known}
    return Lesson(learned, size, fresh, doubted)


def _read(
    evidence: Evidence, sentences: Sequence[str], suspects: Suspects, predict: Predict
) -> list[Doubted]:
    numbers = np.unique(suspects.sentence).tolist()
    found: dict[tuple[int, int], CharPrediction] = {}
    starts = range(0, len(numbers), BATCH)
    for start in tqdm(starts, desc="read what may be wrong", unit="batch", disable=None):
        part = numbers[start : start + BATCH]
        for number, predictions in zip(
            part, predict([sentences[number] for number in part]), strict=True
        ):
            found |= {(number, each.start): each for each in predictions}
    # By what is wrong: it counts as an error if it looks like one wherever it was read.
    sure: dict[tuple[str, str], Doubted] = {}
    right: set[str] = set()
    for number, start, before, behind, times in np.stack(suspects, axis=1).tolist():
        sentence = sentences[number]
        source = sentence[start - before : start + behind + 1]
        best = found[number, start].candidates[0] if (number, start) in found else None
        if best is None or best.score < SURE or not _alike(evidence, sentence[start], best.target):
            right.add(source)
            continue
        target = source[:before] + best.target + source[before + 1 :]
        known = sure.get((source, target))
        score = best.score if known is None else min(best.score, known.score)
        sure[source, target] = Doubted(source, target, times, score, sentence)
    kept = [each for each in sure.values() if each.source not in right]
    return sorted(kept, key=lambda each: (-each.times, each.source))


def _alike(evidence: Evidence, one: str, other: str) -> bool:
    symbols = evidence.table.encode(one + other)
    return any(part[0] > 0 for part in evidence.likeness.compare(symbols[:1], symbols[1:]))


def _choose_weight(
    evidence: Evidence, counts: NgramCounts, sentences: Sequence[str], gone: Sequence[str]
) -> float:
    before = evidence.learned
    held = sentences[HELD_OUT - 1 :: HELD_OUT]
    if not held:
        return fit_weight(np.zeros(0), np.zeros(0)) if before is None else before.weight
    part = NgramCounts.of(counts.alphabet, held)
    for string in gone:
        part = leave_out_string(part, string)
    rest = build_table(counts.without(part), MAX_BYTES, least=TWICE)
    symbols = rest.encode("".join(f"{sentence}\n" for sentence in held))
    kept = symbols > BOUNDARY
    full = InterpolatedTable(evidence.general_table, rest, 1.0)
    general, own = (table.score(symbols)[kept] for table in (evidence.general_table, full))
    return fit_weight(general, own)
