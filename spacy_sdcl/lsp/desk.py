"""The open documents: each is checked again when it was edited, and only its latest state is told of."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from .checking import Check, Checker
from .manner import EditorSettings
from .sheets import Sheet

# Seconds without an edit before a document is checked.
PAUSE = 0.3
# Seconds between two reports on a long document that is checked for the first time.
INTERVAL = 1.0

P = ParamSpec("P")
R = TypeVar("R")
OnChecked = Callable[[Sheet, Check], None]
OnError = Callable[[Sheet, Exception], None]


class Desk:
    """Lets open documents be checked, in a thread of its own; all else happens in the event loop.

    checker (Checker): Corrects documents.
    on_checked (Callable): Is called with a document whose findings are new, and its check.
    on_error (Callable): Is called with a document that could not be checked, and the reason.
    """

    def __init__(self, checker: Checker, on_checked: OnChecked, on_error: OnError) -> None:
        self.editor = EditorSettings()
        self.sheets: dict[str, Sheet] = {}
        self._checker = checker
        self._on_checked, self._on_error = on_checked, on_error
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spacy_sdcl")
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ready = asyncio.Event()

    def start(self) -> None:
        """Begin to check: the settings are known."""
        self._ready.set()

    def put(self, sheet: Sheet, *, pause: float = PAUSE) -> None:
        """Take a document that was opened or edited; what it was before is no longer checked.

        sheet (Sheet): The document.
        pause (float): Seconds until it is checked.
        """
        before = self.sheets.get(sheet.uri)
        sheet.is_new = before is None or before.is_new
        self.drop(sheet.uri)
        self.sheets[sheet.uri] = sheet
        self._tasks[sheet.uri] = asyncio.get_running_loop().create_task(self._check(sheet, pause))

    def drop(self, uri: str) -> None:
        """Forget a document.

        uri (str): Its name.
        """
        self.sheets.pop(uri, None)
        task = self._tasks.pop(uri, None)
        if task:
            task.cancel()

    def check_all(self) -> None:
        """Check all documents again: a setting was changed."""
        for sheet in list(self.sheets.values()):
            self.put(sheet, pause=0)

    def close(self) -> None:
        """End, after the step that is under way."""
        for uri in list(self.sheets):
            self.drop(uri)
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _check(self, sheet: Sheet, pause: float) -> None:
        await asyncio.sleep(pause)
        await self._ready.wait()
        try:
            check = await self._do(self._checker.read, sheet, self.editor)
            told = time.monotonic()
            for number, batch in enumerate(check.batches, start=1):
                await self._do(self._checker.correct, check, batch)
                # Later on, what is known already must not vanish meanwhile.
                is_last = number == len(check.batches)
                if sheet.is_new and not is_last and time.monotonic() - told >= INTERVAL:
                    await self._tell(sheet, check)
                    told = time.monotonic()
            await self._tell(sheet, check)
            sheet.is_new = False
        except Exception as error:
            self._on_error(sheet, error)

    async def _tell(self, sheet: Sheet, check: Check) -> None:
        # This task was cancelled if the document was edited or closed before.
        sheet.findings = await self._do(self._checker.findings, check)
        self._on_checked(sheet, check)

    async def _do(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, lambda: work(*args, **kwargs))
