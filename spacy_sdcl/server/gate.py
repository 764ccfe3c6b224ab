"""The way from a request to its answer: what is too long, too often or too much is refused.

The event loop only carries bytes. They are read and written in one thread, and texts are corrected
in another, so that the page is there while the server works.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from .checker import Busy, Checker, CheckFailed, Closing
from .limits import (
    MOST_DOCUMENTS,
    MOST_ENCODED,
    Allowance,
    max_bytes,
    too_large,
    too_large_document,
    too_long,
)
from .reader import DocumentReader, Read
from .security import is_loopback
from .settings import ServerSettings
from .turns import Checked, Task
from .visits import Visit, closing

SECONDS_WHEN_BUSY = 2


class Received(NamedTuple):
    """A request as it came.

    headers (Headers): The headers.
    query (bytes): What follows the "?" of its address.
    body (bytes): The body.
    """

    headers: Headers
    query: bytes
    body: bytes


class Question(NamedTuple):
    """What a request asks for.

    task (Task): The texts to correct.
    answer (Callable): Makes the answer, which is sent as JSON, from what was found in each.
    """

    task: Task
    answer: Callable[[list[Checked]], Any]


class DocumentQuestion(NamedTuple):
    """What a request asks for about a document.

    order (dict): What is to be done with it, as `opened.answer` has it.
    content (bytes): The file.
    reply (Callable): Makes what is answered of what came of it: the file, or a question about the
        texts in it. It may raise an HTTPException.
    """

    order: dict[str, Any]
    content: bytes
    reply: Callable[[Read], Question | bytes]


class Gate:
    """Checks texts for clients, within the limits.

    checker (Checker): What corrects them.
    settings (ServerSettings): The limits.
    """

    def __init__(self, checker: Checker, settings: ServerSettings) -> None:
        self.checker = checker
        self.settings = settings
        self.reader = DocumentReader()
        self._allowance = Allowance(settings.rate)
        self._desk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spacy_sdcl_desk")
        self._visits: set[Visit] = set()
        self._documents = 0
        self._closed = False

    async def answer(self, request: Request, read: Callable[[Received], Question]) -> Response:
        """Answer a request, unless its client hangs up.

        request (Request): The request.
        read (Callable): Reads it; it may raise an HTTPException.
        RETURNS (Response): The answer.
        RAISES (HTTPException): Status 413 for too long texts, 429 where a client asks for too much
            and 503 where too much waits, both with Retry-After; 500 where the pipeline fails.
        """
        limit = self.settings.max_characters
        async with self._visit(request, max_bytes(limit), too_large(limit)) as (visit, received):
            question = await visit.wait_for(self._at_desk(read, received))
            return await self._ask(request, visit, question)

    async def answer_document(
        self, request: Request, read: Callable[[Received], DocumentQuestion]
    ) -> Response:
        """Answer a request about a document, unless its client hangs up.

        request (Request): The request.
        read (Callable): Reads it; it may raise an HTTPException.
        RETURNS (Response): The answer.
        RAISES (HTTPException): As in `answer`.
        """
        if self._documents >= MOST_DOCUMENTS:
            raise _busy()
        self._documents += 1
        try:
            refusal = too_large_document()
            async with self._visit(request, MOST_ENCODED, refusal) as (visit, received):
                asked = await visit.wait_for(self._at_desk(read, received))
                del received
                found = await visit.wait_for(self.reader.read(asked.order, asked.content))
                self._spend(request, found.work)
                reply = await visit.wait_for(self._at_desk(asked.reply, found))
                if isinstance(reply, bytes):
                    return Response(reply, media_type="application/octet-stream")
                return await self._ask(request, visit, reply)
        finally:
            self._documents -= 1

    def close(self) -> None:
        """Refuse everything from now on, and what is under way as well."""
        self._closed = True
        self.checker.close(wait=False)
        for visit in self._visits:
            visit.end(closing())
        self._desk.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def _visit(
        self, request: Request, most: int, refusal: HTTPException
    ) -> AsyncIterator[tuple[Visit, Received]]:
        self._admit(request)
        visit = Visit(request)
        self._visits.add(visit)
        try:
            body = await visit.read(most, refusal)
            yield visit, Received(request.headers, request.scope["query_string"], body)
        finally:
            self._visits.remove(visit)
            visit.close()

    async def _ask(self, request: Request, visit: Visit, question: Question) -> Response:
        self._count(request, question.task)
        found = await visit.wait_for(self._check(question.task))
        content = await visit.wait_for(self._at_desk(_write, question, found))
        return Response(content, media_type="application/json")

    def _admit(self, request: Request) -> None:
        if self._closed:
            raise closing()
        client = _remote(request)
        if client is not None and (seconds := self._allowance.seconds_to_wait(client)):
            raise HTTPException(
                429,
                f"More than {self.settings.rate:,} characters in a minute: try again in {seconds} "
                "seconds, or start the server with a higher --rate.",
                headers={"Retry-After": str(seconds)},
            )
        if self.checker.is_full:
            raise _busy()

    def _count(self, request: Request, task: Task) -> None:
        characters = sum(map(len, task.texts))
        if characters > self.settings.max_characters:
            raise too_long(characters, self.settings.max_characters)
        self._spend(request, task.work)

    def _spend(self, request: Request, work: int) -> None:
        client = _remote(request)
        if client is not None:
            self._allowance.spend(client, work)

    async def _check(self, task: Task) -> list[Checked]:
        try:
            return await asyncio.wrap_future(self.checker.submit(task))
        except Busy:
            raise _busy() from None
        except Closing:
            raise closing() from None
        except CheckFailed as error:
            raise HTTPException(
                500,
                "The text could not be checked, and nothing was changed. The server's output "
                f"names the error ({type(error.__cause__).__name__}).",
            ) from None

    def _at_desk(self, function: Callable[..., Any], *arguments: Any) -> "asyncio.Future[Any]":
        return asyncio.get_running_loop().run_in_executor(self._desk, function, *arguments)


def _remote(request: Request) -> str | None:
    # Programs of this machine cannot be told apart by their address: one of them would use up what
    # another may ask for. They wait for one another anyway.
    host = request.client.host if request.client else ""
    return None if is_loopback(host) else host


def _busy() -> HTTPException:
    return HTTPException(
        503,
        "The server is busy with other texts: try again in a moment.",
        headers={"Retry-After": str(SECONDS_WHEN_BUSY)},
    )


def _write(question: Question, found: list[Checked]) -> bytes:
    return json.dumps(question.answer(found), ensure_ascii=False).encode("utf-8")
