"""Lists of words and names, from files, and their frequencies on one scale."""

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

import numpy as np

from ..data.records import SKIPPED, OnProblem, Report, iter_lines, log_problem
from ..language.sources import jieba_words

# The frequency, on the scale of jieba's dictionary, of a word of a list that has none.
LISTED = 20.0
SUFFIXES = (".tsv", ".txt")
# A list that shares fewer words with what is known keeps its own scale.
LEAST_SHARED = 20


def lexicon_files(paths: Iterable[Path]) -> list[Path]:
    """List the files of words.

    paths (Iterable[Path]): Files, and folders of `.tsv` and `.txt` files.
    RETURNS (list[Path]): The files, those of each folder sorted by name.
    RAISES (FileNotFoundError): If there are none at one of the paths.
    """
    found = []
    for path in paths:
        files = [path]
        if not path.is_file():
            files = sorted(each for each in path.rglob("*") if each.suffix in SUFFIXES)
        if not files:
            raise FileNotFoundError(
                f"No words at {path}: it must be a file with a word a line, or with word TAB "
                f"frequency, or a folder of {' or '.join(SUFFIXES)} files."
            )
        found += files
    return found


def read_words(path: Path, on_problem: OnProblem = log_problem) -> dict[str, float | None]:
    """Read a list of words. Lines that cannot be read are reported and left out.

    path (Path): UTF-8 lines, a word by itself, or "word TAB frequency", whatever stands behind a
        further tab. The first line may be a header.
    on_problem (Callable): Is called with each problem.
    RETURNS (dict[str, float | None]): The words with their frequencies, the highest of each; None
        where a line has none.
    """
    words: dict[str, float | None] = {}
    report = Report(path, on_problem)
    for number, line in iter_lines(path, report):
        word, *others = (part.strip() for part in line.split("\t"))
        if not word:
            continue
        if not others:
            words.setdefault(word, None)
            continue
        try:
            words[word] = max(float(others[0]), words.get(word) or 0.0)
        except ValueError:
            if number > 1:
                report(number, f"no frequency: {others[0]!r} is no number{SKIPPED}")
    return words


def merge_words(lists: Iterable[Mapping[str, float | None]]) -> dict[str, float]:
    """Put lists together. Each word has the highest of its frequencies.

    Whether a list counts documents or occurrences, its frequencies are brought to one scale by the
    words that it shares with those before it. A word without a frequency counts as a rare one.

    lists (Iterable[Mapping]): Words with frequencies; the first list has the scale.
    RETURNS (dict[str, float]): All words.
    """
    merged: dict[str, float] = {}
    for words in lists:
        scale = _scale(words, merged)
        for word, frequency in words.items():
            value = LISTED if frequency is None else frequency * scale
            merged[word] = max(value, merged.get(word, 0.0))
    return merged


def _scale(words: Mapping[str, float | None], known: Mapping[str, float]) -> float:
    ratios = [
        known[word] / frequency for word, frequency in words.items() if frequency and word in known
    ]
    return float(np.median(ratios)) if len(ratios) >= LEAST_SHARED else 1.0


def collect_words(paths: Iterable[Path], *, jieba: bool = True) -> dict[str, float]:
    """Read lists of words and put them together.

    paths (Iterable[Path]): Files and folders, as `lexicon_files` lists them.
    jieba (bool): Whether to begin with the words of jieba's dictionary.
    RETURNS (dict[str, float]): The words with their frequencies.
    RAISES (FileNotFoundError): If there are none at one of the paths.
    RAISES (ImportError): If jieba is not installed.
    """
    first: list[Mapping[str, float | None]] = [jieba_words()] if jieba else []
    return merge_words(chain(first, map(read_words, lexicon_files(paths))))
