"""Learning of a user's own correct text: its n-grams and its words, in seconds, without training.

Cache models and interpolation of a general and an own n-gram model are old (Kuhn & De Mori 1990; Bellegarda
2004 surveys them); what is learnt here is evidence for the judge beside all other.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from ..language.characters import CJK_PATTERN, is_cjk
from ..types import CharPrediction
from .alphabet import BOUNDARY, FIRST_CHARACTER, Alphabet
from .building import build_table
from .bundle import Evidence
from .counting import NgramCounts, count_sentences
from .distinct import leave_out_known
from .interpolation import InterpolatedTable, fit_weight
from .learned import MAX_BYTES, TWICE, Learned, leave_out_strings, pairs_of
from .masking import mask
from .new_words import find_new_words
from .packing import BITS, ORDER
from .second_reading import SENTENCE
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
# Sentences read by the network at a time; as many in all, at most, and one more for so many characters.
BATCH = 128
READ_AT_LEAST, CHARACTERS_FOR_ONE = 300, 2_000


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
    unread (int): How many strings more may be wrong and were not learnt: there were too many to read them.
    repeated (int): Characters of this text in lines that were counted before, and not again.
    left_out (list[str]): Words of the list that no evidence can be of.
    """

    learned: Learned
    characters: int
    words: dict[str, int]
    doubted: list[Doubted]
    unread: int
    repeated: int
    left_out: list[str]


def learn(
    evidence: Evidence,
    texts: Iterable[str],
    predict: Predict,
    *,
    words: Iterable[str] = (),
    plain: Callable[[str], str] = str,
) -> Lesson:
    """Learn of text, beside what was learnt before.

    Of what the text has once only, and of what is taken for an error of it, nothing is learnt. A line that
    comes again, in this text or in an earlier one, is counted once.

    evidence (Evidence): What is known, with what was learnt before.
    texts (Iterable[str]): Correct text; each line is a sentence or a paragraph.
    predict (Callable): Corrects sentences with this evidence.
    words (Iterable[str]): Words that are right, however often the text has them; of two Chinese characters
        or more.
    plain (Callable): What is read of a text, or of a word.
    RETURNS (Lesson): What is known then, and what was found.
    RAISES (ValueError): If there is no Chinese text, and no word.
    """
    lines = list(_lines(_checked(texts, "texts"), plain))
    general, before = evidence.general_table, evidence.learned
    alphabet = general.alphabet
    listed, left_out = _usable(_checked(words, "words"), plain, alphabet)
    if not listed and not any(map(CJK_PATTERN.search, lines)):
        raise ValueError(_nothing(left_out))
    sentences, prints = leave_out_known(lines, None if before is None else before.lines)
    suspects = find_suspects(sentences, evidence.table, evidence.likeness)
    size = sum(map(len, sentences))
    most = READ_AT_LEAST + size // CHARACTERS_FOR_ONE
    doubted, unread = _read(evidence, sentences, suspects, predict, most)
    wrong = {each.source: _first_difference(each.source, each.target) for each in doubted} | unread
    sentences = mask(
        sentences,
        {string: place for string, place in wrong.items() if string not in listed},
        alphabet,
    )
    if size > AT_ONCE:
        counts = count_sentences(sentences, alphabet)
    else:
        counts = NgramCounts.of(alphabet, sentences)
    known = {} if before is None else before.words
    new = find_new_words(sentences, general, evidence.general_lexicon)
    forgotten = () if before is None else before.forgotten
    gone = set(forgotten).difference(listed)
    out = [pair for word in gone for pair in pairs_of(word)]
    counts = leave_out_strings(counts, out)
    kept = {word: times for word, times in new.items() if not any(each in word for each in gone)}
    merged = {word: known.get(word, 0) + kept.get(word, 0) for word in {**known, **kept}}
    merged |= {word: merged.get(word, 0) for word in listed}
    if before is not None:
        counts = counts.merged(before.counts)
    counts = counts.merged(_counts_of_words(listed, alphabet))
    learned = Learned(
        counts,
        dict(sorted(merged.items(), key=lambda item: (-item[1], item[0]))),
        _choose_weight(evidence, sentences, out),
        forgotten=[word for word in forgotten if word in gone],
        lines=prints,
    )
    fresh = {word: times for word, times in learned.words.items() if word not in known}
    whole = sum(map(len, lines))
    return Lesson(learned, whole, fresh, doubted, len(unread), whole - size, left_out)


def _checked(strings: Iterable[str], name: str) -> Iterator[str]:
    if isinstance(strings, str | bytes):
        raise ValueError(f"{name} must be several strings, not one: put it into a list.")
    for string in strings:
        if not isinstance(string, str):
            raise ValueError(
                f"{name} must be strings, not {type(string).__name__}: {string!r:.40}."
            )
        yield string


def _lines(texts: Iterable[str], plain: Callable[[str], str]) -> Iterator[str]:
    for text in texts:
        yield from filter(None, map(str.strip, plain(text).splitlines()))


def _usable(
    words: Iterable[str], plain: Callable[[str], str], alphabet: Alphabet
) -> tuple[list[str], list[str]]:
    """The words of which there can be evidence, as they are read, and the others, as they are written."""
    listed: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for written in filter(str.strip, words):
        word = plain(written).strip()
        if (
            len(word) >= 2
            and (alphabet.encode(word) >= FIRST_CHARACTER).all()
            and all(map(is_cjk, word))
        ):
            listed[word] = written
        else:
            left_out[written] = word
    return list(listed), list(left_out)


def _counts_of_words(words: Sequence[str], alphabet: Alphabet) -> NgramCounts:
    counts = NgramCounts.of(alphabet, list(words) * TIMES_OF_LISTED)
    # A list says nothing of how sentences begin.
    inside = counts.keys >> np.uint64(BITS * (ORDER - 1)) != BOUNDARY
    return NgramCounts(alphabet, counts.keys[inside], counts.counts[inside])


def _nothing(left_out: Sequence[str]) -> str:
    if left_out:
        return (
            f"There is nothing to learn: {left_out[0]!r} is no word of two or more Chinese characters that "
            "this model knows."
        )
    return "There is no Chinese text to learn from: name files that hold some."


def _read(
    evidence: Evidence, sentences: Sequence[str], suspects: Suspects, predict: Predict, most: int
) -> tuple[list[Doubted], dict[str, int]]:
    """What the network takes for errors; what it had no time to read, with the offset of what may be wrong."""
    numbers = _most_frequent(suspects, most)
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
    unread: dict[str, int] = {}
    read = set(numbers)
    for number, start, before, behind, times in np.stack(suspects, axis=1).tolist():
        sentence = sentences[number]
        source = sentence[start - before : start + behind + 1]
        if number not in read:
            unread[source] = before
            continue
        best = found[number, start].candidates[0] if (number, start) in found else None
        if best is None or best.score < SURE or not _alike(evidence, sentence[start], best.target):
            right.add(source)
            continue
        target = source[:before] + best.target + source[before + 1 :]
        known = sure.get((source, target))
        score = best.score if known is None else min(best.score, known.score)
        sure[source, target] = Doubted(source, target, times, score, sentence)
    kept = [each for each in sure.values() if each.source not in right]
    settled = right.union(each.source for each in kept)
    doubted = sorted(kept, key=lambda each: (-each.times, each.source))
    return doubted, {key: place for key, place in unread.items() if key not in settled}


def _first_difference(one: str, other: str) -> int:
    return next(i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)


def _most_frequent(suspects: Suspects, most: int) -> list[int]:
    """Sentences with suspects, in order; if they are too many, those of what is most frequent."""
    numbers, place = np.unique(suspects.sentence, return_inverse=True)
    times = np.zeros(len(numbers), dtype=np.int64)
    np.maximum.at(times, place, suspects.times)
    chosen = np.argsort(-times, kind="stable")[:most]
    return sorted(numbers[chosen].tolist())


def _alike(evidence: Evidence, one: str, other: str) -> bool:
    symbols = evidence.table.encode(one + other)
    return any(part[0] > 0 for part in evidence.likeness.compare(symbols[:1], symbols[1:]))


def _choose_weight(evidence: Evidence, sentences: Sequence[str], gone: Collection[str]) -> float:
    """The weight under which a part of the text is likeliest that the other part has not seen."""
    general, before = evidence.general_table, evidence.learned
    # Not by lines: a text may have few and long ones.
    pieces = [piece for sentence in sentences for piece in SENTENCE.findall(sentence)]
    held = pieces[HELD_OUT - 1 :: HELD_OUT]
    if not held:
        return fit_weight(np.zeros(0), np.zeros(0)) if before is None else before.weight
    others = (piece for number, piece in enumerate(pieces, start=1) if number % HELD_OUT)
    counts = leave_out_strings(NgramCounts.of(general.alphabet, others), gone)
    if before is not None:
        counts = counts.merged(before.counts)
    rest = build_table(counts, MAX_BYTES, least=TWICE)
    symbols = rest.encode("".join(f"{piece}\n" for piece in held))
    kept = symbols > BOUNDARY
    full = InterpolatedTable(general, rest, 1.0)
    of_general, of_both = (table.score(symbols)[kept] for table in (general, full))
    return fit_weight(of_general, of_both)
