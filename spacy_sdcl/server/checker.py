"""Correction away from the event loop: one worker, one turn after another."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, cast

from spacy.language import Language
from spacy.tokens import Doc

from ..component import SDCLCorrector
from ..control.decoding import kept_corrections
from ..control.variants import can_convert
from ..types import Decision
from .pinyin import read_aloud
from .protection import protect_phrases
from .turns import PIECE, Check, Checked, Manner, Piece, Task, Turns

logger = logging.getLogger("spacy_sdcl")

COMPONENT = "sdcl_corrector"
CANDIDATES = 5


class Busy(Exception):
    """More work waits than the server allows."""


class Closing(Exception):
    """The server ends before the texts were read."""


class CheckFailed(Exception):
    """The pipeline could not process a text."""


class Checker:
    """Corrects texts in a thread of its own.

    There is one thread because neither a pipeline nor its component may be used by two at once:
    a request's manner is set on the component while a turn is processed.

    nlp (Language): A pipeline with a corrector.
    max_waiting (int): Characters that may be under way or wait at once.
    """

    def __init__(self, nlp: Language, *, max_waiting: int) -> None:
        self._nlp = nlp
        self.corrector = cast(SDCLCorrector, nlp.get_pipe(COMPONENT))
        # Those after the corrector have no say in what is wrong.
        self._unused = nlp.pipe_names[nlp.pipe_names.index(COMPONENT) :]
        self._max_waiting = max_waiting
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spacy_sdcl")
        # What follows is shared with the worker, and used with the lock only.
        self._lock = Lock()
        self._checks: set[Check] = set()
        self._turns = Turns()
        self._waiting = 0
        self._working = False
        self._closed = False

    @property
    def is_full(self) -> bool:
        """Whether so much waits that nothing more is taken."""
        return self._waiting >= self._max_waiting

    def submit(self, task: Task) -> Future[list[Checked]]:
        """Let texts be corrected. What was not read yet when the future is cancelled never is.

        task (Task): The texts, and how they are to be corrected.
        RETURNS (Future): Of the result of each text; of `CheckFailed` if the pipeline fails, of
            `Closing` if the checker is closed before.
        RAISES (Busy): If too much waits already.
        RAISES (Closing): If the checker is closed.
        """
        check = Check(task, min(PIECE, self._nlp.max_length))
        with self._lock:
            if self._closed:
                raise Closing
            # Alone, the longest text that is allowed is taken whatever the limit.
            if self._waiting and self._waiting + task.work > self._max_waiting:
                raise Busy
            self._waiting += task.work
            self._checks.add(check)
            if check.next is not None:
                self._turns.add(check)
            if not self._working:
                self._working = True
                self._worker.submit(self._work)
        if check.next is None:
            self._settle(check, result=check.result())
        check.future.add_done_callback(lambda _: self._forget(check))
        return check.future

    def close(self, *, wait: bool = True) -> None:
        """End the thread after the turn that it is at; what was not read by then is `Closing`.

        wait (bool): Whether to wait for the end.
        """
        with self._lock:
            self._closed = True
            checks = list(self._checks)
        for check in checks:
            self._settle(check, error=Closing())
        self._worker.shutdown(wait=wait)

    def _work(self) -> None:
        while pieces := self._take_turn():
            alike: dict[Manner, list[Piece]] = {}
            for piece in pieces:
                alike.setdefault(self._manner(piece), []).append(piece)
            for manner, some in alike.items():
                self._read(some, manner)

    def _manner(self, piece: Piece) -> Manner:
        # A piece may show no character of the writing that its text is in.
        manner = piece.check.task.manner
        if (manner.variant or self.corrector.variant) == "auto" and not piece.is_whole:
            return manner._replace(variant=piece.check.variant_of(piece.window.text))
        return manner

    def _take_turn(self) -> list[Piece]:
        with self._lock:
            pieces = self._turns.take()
            self._working = bool(pieces)
        return pieces

    def _read(self, pieces: list[Piece], manner: Manner) -> None:
        if manner.variant == "traditional" and not can_convert():
            for piece in pieces:
                self._note(piece, [])
            return
        try:
            # Else every new word would stay in the vocabulary.
            with self._nlp.memory_zone():
                found = self._correct([each.text for each in pieces], manner)
                described = [
                    self._describe(doc, _protect(piece, decisions))
                    for piece, (doc, decisions) in zip(pieces, found, strict=True)
                ]
        except Exception as error:
            if len(pieces) == 1:
                # The message and the traceback may quote the text, which is nobody's business.
                logger.error("A text could not be checked: %s", type(error).__name__)
                failure = CheckFailed()
                failure.__cause__ = error
                self._settle(pieces[0].check, error=failure)
            else:
                # The failure of one text is no other's.
                for piece in pieces:
                    if not piece.check.future.done():
                        self._read([piece], manner)
            return
        for piece, corrections in zip(pieces, described, strict=True):
            self._note(piece, corrections)

    def _note(self, piece: Piece, corrections: list[dict[str, Any]]) -> None:
        if piece.check.note(piece.window, corrections):
            self._settle(piece.check, result=piece.check.result())

    def _settle(
        self,
        check: Check,
        *,
        result: list[Checked] | None = None,
        error: Exception | None = None,
    ) -> None:
        if not self._forget(check) or not check.future.set_running_or_notify_cancel():
            return
        if error is not None:
            check.future.set_exception(error)
        else:
            check.future.set_result(result or [])

    def _forget(self, check: Check) -> bool:
        with self._lock:
            if check not in self._checks:
                return False
            self._checks.remove(check)
            self._turns.remove(check)
            self._waiting -= check.task.work
            return True

    def _correct(self, texts: list[str], manner: Manner) -> list[tuple[Doc, list[Decision]]]:
        usual = Manner(self.corrector.threshold, self.corrector.variant)
        docs = list(self._nlp.pipe(texts, disable=self._unused))
        try:
            for name, value in manner._asdict().items():
                if value is not None:
                    setattr(self.corrector, name, value)
            found = self.corrector.explain(docs)
        finally:
            for name, value in usual._asdict().items():
                setattr(self.corrector, name, value)
        return list(zip(docs, found, strict=True))

    def _describe(self, doc: Doc, decisions: Sequence[Decision]) -> list[dict[str, Any]]:
        self.corrector.set_annotations([doc], [kept_corrections(decisions)])
        # Of several at one place, the one that was kept.
        by_start = {each.start: each for each in sorted(decisions, key=lambda each: each.kept)}
        return [
            _explain(correction, by_start.get(correction["start"]))
            for correction in doc._.corrections
        ]


def _protect(piece: Piece, decisions: Sequence[Decision]) -> list[Decision]:
    # A phrase may be longer than what was read of the text.
    text, start = piece.check.task.texts[piece.window.text], piece.window.start
    moved = [each._replace(start=each.start + start) for each in decisions]
    protected = protect_phrases(text, moved, piece.check.task.protect)
    return [each._replace(start=each.start - start) for each in protected]


def _explain(correction: dict[str, Any], decision: Decision | None) -> dict[str, Any]:
    explained = dict(correction)
    if decision is not None:
        likeliest = [each._asdict() for each in decision.candidates[:CANDIDATES]]
        explained.setdefault("candidates", likeliest)
        explained.update(reason=decision.reason, detail=decision.detail)
    explained.setdefault("candidates", [])
    characters = {correction["source"], correction["target"]}
    characters.update(each["target"] for each in explained["candidates"])
    readings = {char: read_aloud(char) for char in sorted(characters)}
    explained["pinyin"] = {char: reading for char, reading in readings.items() if reading}
    return explained
