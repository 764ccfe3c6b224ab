"""Many phrases at once: found in a text by Aho-Corasick, read from files."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..data.records import SKIPPED, OnProblem, Report, iter_lines, log_problem
from ..language.characters import is_cjk


class PhraseIndex:
    """Finds phrases in texts, in time that does not grow with their number.

    phrases (Sequence[str]): The phrases, none of them empty.
    longest (bool): Find disjoint phrases, the leftmost and of these the longest first; otherwise
        all of them, overlapping or not.
    """

    def __init__(self, phrases: Sequence[str], *, longest: bool = False) -> None:
        self.phrases = phrases
        self.longest = longest
        self._automaton: Any = None

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Find the phrases.

        text (str): A text.
        YIELDS (tuple[int, int]): Start and end of each, in characters.
        """
        if not self.phrases:
            return
        if self._automaton is None:
            import ahocorasick_rs

            kind = ahocorasick_rs.MatchKind
            self._automaton = ahocorasick_rs.AhoCorasick(
                self.phrases, matchkind=kind.LeftmostLongest if self.longest else kind.Standard
            )
        matches = self._automaton.find_matches_as_indexes(text, overlapping=not self.longest)
        for _, start, end in matches:
            yield start, end

    def __getstate__(self) -> dict[str, Any]:
        # The automaton cannot be pickled, as processes that are started afresh need it.
        return {**self.__dict__, "_automaton": None}


def read_phrases(path: Path, on_problem: OnProblem = log_problem) -> list[str]:
    """Read a file of phrases, one a line. White space around them and empty lines do not count.

    path (Path): A UTF-8 file.
    on_problem (Callable): Is called with each problem, such as a line that is not UTF-8.
    RETURNS (list[str]): The phrases.
    """
    lines = (line.strip() for _, line in iter_lines(path, Report(path, on_problem)))
    return [line for line in lines if line]


def read_phrase_pairs(path: Path, on_problem: OnProblem = log_problem) -> dict[str, str]:
    """Read a file of phrases with their corrections, tab-separated, one pair a line.

    path (Path): A UTF-8 file.
    on_problem (Callable): Is called with each problem; the line is left out.
    RETURNS (dict[str, str]): The right phrase of each wrong one.
    """
    report = Report(path, on_problem)
    pairs: dict[str, str] = {}
    for number, line in iter_lines(path, report):
        if not line.strip():
            continue
        wrong, tab, right = (part.strip(" \r") for part in line.partition("\t"))
        problem = problem_of_pair(wrong, right) if tab else "no tab between two phrases"
        if not problem and pairs.get(wrong, right) != right:
            problem = f"{wrong!r} was {pairs[wrong]!r} in an earlier line"
        if problem:
            report(number, f"malformed record: {problem}{SKIPPED}")
        else:
            pairs[wrong] = right
    return pairs


def problem_of_pair(wrong: str, right: str) -> str:
    """What is wrong with a phrase and its correction.

    wrong (str): The wrong phrase.
    right (str): The right one.
    RETURNS (str): The problem, "" for none.
    """
    if len(wrong) != len(right) or not wrong:
        return f"{wrong!r} and {right!r} must be of equal length"
    changes = [(a, b) for a, b in zip(wrong, right, strict=True) if a != b]
    if not changes:
        return f"{wrong!r} and {right!r} must differ"
    strange = next((each for each in changes if not all(map(is_cjk, each))), None)
    if strange:
        return (
            f"{wrong!r} and {right!r} must differ in Chinese characters only, not in "
            f"{strange[0]!r} and {strange[1]!r}"
        )
    return ""
