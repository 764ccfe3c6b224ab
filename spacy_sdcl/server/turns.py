"""Whose turn it is: long texts are read in pieces, so that short ones come between.

The order is that of self-clocked fair queueing (Golestani 1994): each check has a share of the time,
however much it asks for, and one that asks for little is done after its first turn.
"""

import heapq
from collections.abc import Iterator
from concurrent.futures import Future
from itertools import count
from typing import Any, NamedTuple

from ..language.writing import is_traditional
from ..model.encoding import Window, cut_windows

# What is read at a time of one text, an eighth of it on either side for the sake of the rest, as
# much as the largest encoders see around a place.
PIECE = 512
# Characters of a turn, unless one piece has more: about two hundredths of a second of a quiet
# processor with two cores. Larger ones save hardly any time.
TURN = 512
# Work that a text is, however short it may be.
WORK_BESIDES = 20


class Checked(NamedTuple):
    """A text and what is wrong with it.

    corrected (str): The text with every correction applied.
    corrections (list[dict]): As `doc._.corrections`, offsets in characters, with "candidates",
        "reason", "detail" and, where pypinyin is installed, "pinyin" (of the source and the
        candidates).
    """

    corrected: str
    corrections: list[dict[str, Any]]


class Manner(NamedTuple):
    """How texts are corrected; None is the component's own setting.

    threshold (float / str): The probability from which a correction is kept, or the name of a
        setting.
    variant (str): The characters that the text is written in.
    """

    threshold: float | str | None = None
    variant: str | None = None


class Task(NamedTuple):
    """Texts to correct, and how.

    texts (list[str]): The texts.
    manner (Manner): How they are corrected.
    protect (tuple[str, ...]): Phrases to be left alone.
    """

    texts: list[str]
    manner: Manner = Manner()
    protect: tuple[str, ...] = ()

    @property
    def work(self) -> int:
        """What the task costs, in characters."""
        return sum(map(len, self.texts)) + WORK_BESIDES * len(self.texts)


class Check:
    """A task under way.

    task (Task): The task.
    size (int): Most characters of a piece.
    """

    def __init__(self, task: Task, size: int = PIECE) -> None:
        self.task = task
        self.future: Future[list[Checked]] = Future()
        self.found: list[list[dict[str, Any]]] = [[] for _ in task.texts]
        # Where its last turn was on the queue's clock, and how many pieces of it are being read.
        self.clock = 0
        self.taken = 0
        self._variants: dict[int, str] = {}
        self._pieces: Iterator[Window] = (
            window
            for number, text in enumerate(task.texts)
            for window in cut_windows(text, size, number=number)
        )
        self.next: Window | None = next(self._pieces, None)

    def variant_of(self, number: int) -> str:
        """The characters that a text is written in.

        number (int): The text's index.
        RETURNS (str): "traditional" or "simplified", as the component has it.
        """
        if number not in self._variants:
            traditional = is_traditional(self.task.texts[number])
            self._variants[number] = "traditional" if traditional else "simplified"
        return self._variants[number]

    def take(self) -> "Piece":
        """The next piece, which the check no longer has from now on."""
        assert self.next is not None
        piece = Piece(self, self.next)
        self.next = next(self._pieces, None)
        self.taken += 1
        return piece

    def note(self, window: Window, corrections: list[dict[str, Any]]) -> bool:
        """Keep what was found in a piece.

        window (Window): Its place.
        corrections (list[dict]): As in `Checked`, offsets in the piece.
        RETURNS (bool): Whether the task is done.
        """
        for each in corrections:
            start = window.start + each["start"]
            if window.first <= start < window.last:
                moved = {**each, "start": start, "end": window.start + each["end"]}
                self.found[window.text].append(moved)
        self.taken -= 1
        return self.next is None and not self.taken

    def result(self) -> list[Checked]:
        """What was found in each text."""
        return [
            Checked(_correct(text, corrections), corrections)
            for text, corrections in zip(self.task.texts, self.found, strict=True)
        ]


class Piece(NamedTuple):
    """What is read at once of a text.

    check (Check): Whose text it is.
    window (Window): The place in it.
    """

    check: Check
    window: Window

    @property
    def text(self) -> str:
        """The characters that are read."""
        return self.check.task.texts[self.window.text][self.window.start : self.window.end]

    @property
    def is_whole(self) -> bool:
        """Whether it is all of its text."""
        return self.size == len(self.check.task.texts[self.window.text])

    @property
    def size(self) -> int:
        """How many there are."""
        return self.window.end - self.window.start


class Turns:
    """The checks that wait, in the order of their turns."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Check]] = []
        self._order = count()
        self._clock = 0

    def add(self, check: Check) -> None:
        """Let a check wait for its next turn.

        check (Check): The check, which has a piece left.
        """
        assert check.next is not None
        size = check.next.end - check.next.start + WORK_BESIDES
        due = max(self._clock, check.clock) + size
        heapq.heappush(self._heap, (due, next(self._order), check))

    def remove(self, check: Check) -> None:
        """Forget a check.

        check (Check): The check, whether it waits or not.
        """
        self._heap = [each for each in self._heap if each[2] is not check]
        heapq.heapify(self._heap)

    def take(self) -> list[Piece]:
        """Take a turn: the next piece, and those after it that can be read with it.

        RETURNS (list[Piece]): The pieces, all to be read in the same manner; empty if none waits.
        """
        pieces: list[Piece] = []
        room = TURN
        while self._heap:
            due, _, check = self._heap[0]
            assert check.next is not None
            size = check.next.end - check.next.start
            if pieces and (size > room or check.task.manner != pieces[0].check.task.manner):
                break
            heapq.heappop(self._heap)
            self._clock = check.clock = due
            pieces.append(check.take())
            room -= size
            if check.next is not None:
                self.add(check)
        return pieces


def _correct(text: str, corrections: list[dict[str, Any]]) -> str:
    characters = list(text)
    for each in corrections:
        characters[each["start"] : each["end"]] = each["target"]
    return "".join(characters)
