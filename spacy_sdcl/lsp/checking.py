"""A document to findings, step by step: it is read, its new passages are corrected, a batch at a time."""

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..documents.errors import MalformedDocument
from ..documents.kinds import KINDS
from ..files.baseline import Baseline
from ..files.correction import correct_texts
from ..files.lines import STDIN_LABEL, Line, split_lines
from ..files.reading import read_units
from ..files.units import Unit
from ..language.characters import CJK_PATTERN
from .cache import Cache
from .findings import Finding, findings_of, with_phrases
from .manner import EditorSettings, Manner, find_manner
from .pipelines import Pipelines
from .sheets import Sheet

# Characters that are corrected in one step, which is not broken off.
AT_ONCE = 1_000


class Unread(NamedTuple):
    """Why a document is not read.

    line (int): Where that is seen, from 1.
    reason (str): What is wrong, and what to do.
    """

    line: int
    reason: str


@dataclass
class Check:
    """A document on its way.

    manner (Manner): How it is corrected.
    units (list[Unit]): What is read of it.
    found (dict[str, list[dict]]): What was found in each text of it, where that is known.
    batches (list[list[str]]): The other texts, in order.
    baseline (Baseline): Findings that are known; None for none.
    unread (Unread): Why it is not read; None where it is.
    """

    manner: Manner
    units: list[Unit] = field(default_factory=list)
    found: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    batches: list[list[str]] = field(default_factory=list)
    baseline: Baseline | None = None
    unread: Unread | None = None


class Checker:
    """Corrects documents. To be used by one thread."""

    def __init__(self) -> None:
        self._pipelines = Pipelines()
        self._cache = Cache()

    def read(self, sheet: Sheet, editor: EditorSettings) -> Check:
        """Read a document.

        sheet (Sheet): The document.
        editor (EditorSettings): What the editor says.
        RETURNS (Check): What is to be corrected of it: nothing where it is excluded, no text, or a
            table of which it is not said what is text in it.
        RAISES (OSError): If the file of settings, or the baseline in it, cannot be read.
        RAISES (ValueError): If a setting in it is wrong.
        RAISES (ImportError): If a package that the kind of document needs is not installed.
        """
        check = Check(find_manner(sheet.path, editor))
        settings = check.manner.file
        excluded = settings.excluded()
        if sheet.path and excluded and excluded.says(os.path.realpath(sheet.path)):
            return check
        # What is no text is not shown as it is kept; of a table it must be said what is text in it.
        kind = KINDS.get(sheet.kind)
        if kind is None or (kind.has_columns and not settings.columns):
            return check
        if settings.baseline:
            check.baseline = Baseline.load(settings.place(settings.baseline))

        def on_malformed(line: Line, error: Exception) -> None:
            if isinstance(error, ImportError):
                raise error
            number = error.line if isinstance(error, MalformedDocument) else 1
            check.unread = Unread(number, str(error))

        check.units = list(
            read_units(
                _lines(sheet),
                [sheet.kind],
                columns=settings.columns,
                on_unreadable=lambda line, reason: None,
                on_malformed=on_malformed,
            )
        )
        texts = {
            passage.text: None
            for unit in check.units
            for passage in unit.passages
            # Nothing else is ever wrong.
            if CJK_PATTERN.search(passage.text)
        }
        for text in texts:
            found = self._cache.get(text, check.manner.key_of(text))
            if found is not None:
                check.found[text] = found
        check.batches = _batches(text for text in texts if text not in check.found)
        return check

    def correct(self, check: Check, texts: list[str]) -> None:
        """Correct some texts, for this check and those to come.

        check (Check): The check.
        texts (list[str]): One of its batches.
        RAISES (ValueError): If there is no such pipeline, it was never trained, or it cannot have
            the settings.
        """
        nlp = self._pipelines.get(check.manner)
        for text, found in zip(texts, correct_texts(nlp, texts, at_once=len(texts)), strict=True):
            check.found[text] = found
            self._cache.put(text, check.manner.key_of(text), found)

    def findings(self, check: Check) -> list[Finding]:
        """Tell what was found so far.

        check (Check): The check.
        RETURNS (list[Finding]): What was found, but for what is in the baseline.
        """
        for unit in check.units:
            for line in unit.lines:
                line.corrections.clear()
                line.around.clear()
            for passage in unit.passages:
                found = check.found.get(passage.text, [])
                unit.put(passage, with_phrases(passage, found))
            if check.baseline:
                for line in unit.lines:
                    check.baseline.leave_out(line)
        return list(findings_of(check.units))


def _lines(sheet: Sheet) -> Iterator[Line]:
    # As the lines of a file come. Half of a surrogate pair, which only JSON can express, is no
    # text: its line is left alone.
    raws = io.BytesIO(sheet.text.encode("utf-8", errors="surrogatepass"))
    return split_lines(raws, os.fspath(sheet.path) if sheet.path else STDIN_LABEL)


def _batches(texts: Iterable[str]) -> list[list[str]]:
    batches: list[list[str]] = []
    size = AT_ONCE
    for text in texts:
        if size >= AT_ONCE:
            batches.append([])
            size = 0
        batches[-1].append(text)
        size += len(text)
    return batches
