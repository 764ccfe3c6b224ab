"""Documents are read in a process each, which ends when it takes too long or nobody waits for it."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .. import __name__ as PACKAGE

# The folder that the package is in, from where Python finds it.
HOME = Path(__file__).parents[2]
MODULE = f"{PACKAGE}.server.opened"
AT_ONCE = 2
SECONDS = 30.0
# Characters that are corrected while a document is read for a second.
WORK_OF_SECOND = 5000


class Read(NamedTuple):
    """What came of a document.

    said (dict): As `opened.answer` says it.
    content (bytes): The file, where it was to be written.
    work (int): What that cost, in characters.
    """

    said: dict[str, Any]
    content: bytes
    work: int


class DocumentReader:
    """Starts the processes, not too many at once.

    seconds (float): How long reading may take.
    """

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._room = asyncio.Semaphore(AT_ONCE)

    async def read(self, order: Mapping[str, Any], content: bytes) -> Read:
        """Read or write a document. If this is cancelled, the process ends.

        order (Mapping): What is to be done, as `opened.answer` has it.
        content (bytes): The file.
        RETURNS (Read): The answer; an "error" in it where there is none in time.
        """
        async with self._room:
            start = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", MODULE),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                cwd=HOME,
                # Each thread of it would take memory of its own.
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
            sent = json.dumps(order).encode() + b"\n" + content
            try:
                out, _ = await asyncio.wait_for(process.communicate(sent), self.seconds)
                head, _, content = out.partition(b"\n")
                said = json.loads(head) if head else _error("it cannot be read")
            except asyncio.TimeoutError:
                remedy = f"it takes more than {self.seconds:.0f} seconds to read; divide it"
                said, content = _error(remedy), b""
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            return Read(said, content, int((time.monotonic() - start) * WORK_OF_SECOND))


def _error(what: str) -> dict[str, Any]:
    return {"error": what, "about": "size"}
