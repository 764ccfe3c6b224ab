"""Correction away from the event loop: one worker, one text after another."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, cast

from spacy.language import Language
from spacy.tokens import Doc

from ..component import SDCLCorrector
from ..control.decoding import kept_corrections
from ..types import Decision
from .pinyin import read_aloud
from .protection import protect_phrases

logger = logging.getLogger("spacy_sdcl")

COMPONENT = "sdcl_corrector"
CANDIDATES = 5


class Checked(NamedTuple):
    """A text and what is wrong with it.

    corrected (str): The text with every correction applied.
    corrections (list[dict]): As `doc._.corrections`, offsets in characters, with "candidates",
        "reason", "detail" and, where pypinyin is installed, "pinyin" (of the source and the
        candidates).
    """

    corrected: str
    corrections: list[dict[str, Any]]


class Task(NamedTuple):
    """Texts to correct, and how.

    texts (Sequence[str]): The texts.
    threshold (float / str): The probability from which a correction is kept, or the name of a
        setting; None for the component's own.
    protect (Sequence[str]): Phrases to be left alone.
    """

    texts: Sequence[str]
    threshold: float | str | None = None
    protect: Sequence[str] = ()


class Busy(Exception):
    """More checks wait than the server allows."""


class CheckFailed(Exception):
    """The pipeline could not process a text."""


class Checker:
    """Corrects texts in a thread of its own.

    There is one thread because neither a pipeline nor its component may be used by two at once:
    a request's threshold is set on the component while the request is processed.

    nlp (Language): A pipeline with a corrector.
    max_waiting (int): Checks that may be under way or wait at once.
    """

    def __init__(self, nlp: Language, *, max_waiting: int) -> None:
        self._nlp = nlp
        self.corrector = cast(SDCLCorrector, nlp.get_pipe(COMPONENT))
        # Those after the corrector have no say in what is wrong.
        self._unused = nlp.pipe_names[nlp.pipe_names.index(COMPONENT) :]
        self._max_waiting = max_waiting
        self._waiting = 0
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spacy_sdcl")

    async def check(self, task: Task) -> list[Checked]:
        """Correct texts.

        task (Task): The texts, and how they are to be corrected.
        RETURNS (list[Checked]): The result of each text.
        RAISES (Busy): If too many checks wait already.
        RAISES (CheckFailed): If the pipeline fails.
        """
        if self._waiting >= self._max_waiting:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, self._check, task)
        except Exception as error:
            # The message and the traceback may quote the text, which is nobody's business.
            logger.error("A text could not be checked: %s", type(error).__name__)
            raise CheckFailed from error
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the thread."""
        self._worker.shutdown(cancel_futures=True)

    def _check(self, task: Task) -> list[Checked]:
        docs = list(self._nlp.pipe(task.texts, disable=self._unused))
        usual = self.corrector.threshold
        try:
            if task.threshold is not None:
                self.corrector.threshold = task.threshold
            found = self.corrector.explain(docs)
        finally:
            self.corrector.threshold = usual
        return [
            self._describe(doc, protect_phrases(doc.text, decisions, task.protect))
            for doc, decisions in zip(docs, found, strict=True)
        ]

    def _describe(self, doc: Doc, decisions: Sequence[Decision]) -> Checked:
        self.corrector.set_annotations([doc], [kept_corrections(decisions)])
        # Of several at one place, the one that was kept.
        by_start = {each.start: each for each in sorted(decisions, key=lambda each: each.kept)}
        corrections = [
            _explain(correction, by_start.get(correction["start"]))
            for correction in doc._.corrections
        ]
        return Checked(doc._.corrected, corrections)


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
