"""The way from a request to its answer: what is too long, too often or too much is refused.

The event loop only carries bytes. They are read and written in one thread, and texts are corrected
in another, so that the page is there while the server works.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Event
from typing import Any, NamedTuple

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from .checker import Busy, Checker, CheckFailed, Closing
from .learner import Learner
from .limits import (
    MOST_DOCUMENTS,
    MOST_ENCODED,
    Allowance,
    max_bytes,
    too_large,
    too_large_document,
    too_large_lesson,
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


class Begun(NamedTuple):
    """A change of what the server has learnt, which can begin.

    work (int): What it costs, in characters.
    result (Callable): Starts it, and waits for what is answered, as JSON. It may raise an HTTPException.
        Its argument is set when nobody waits any more.
    """

    work: int
    result: Callable[[Event], Awaitable[Any]]


class Teaching(NamedTuple):
    """What a request has the server learn.

    documents (list): Files that are read for it: the order and the content of each, as in
        `DocumentQuestion`.
    begin (Callable): Makes of what came of them what is done then. It may raise an HTTPException.
    """

    documents: list[tuple[dict[str, Any], bytes]]
    begin: Callable[[list[Read]], Begun]


class Gate:
    """Checks texts for clients, within the limits.

    checker (Checker): What corrects them.
    settings (ServerSettings): The limits.
    learner (Learner): What changes the evidence that they are corrected by; None where nobody may.
    """

    def __init__(
        self, checker: Checker, settings: ServerSettings, *, learner: Learner | None = None
    ) -> None:
        self.checker = checker
        self.settings = settings
        self.learner = learner
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
        async with self._visit_with_documents(request, too_large_document()) as (visit, received):
            asked = await visit.wait_for(self._at_desk(read, received))
            del received
            found = await self._open(request, visit, asked.order, asked.content)
            reply = await visit.wait_for(self._at_desk(asked.reply, found))
            if isinstance(reply, bytes):
                return Response(reply, media_type="application/octet-stream")
            return await self._ask(request, visit, reply)

    async def teach(self, request: Request, read: Callable[[Received], Teaching]) -> Response:
        """Let the server learn, unless the client hangs up before that is saved.

        request (Request): The request.
        read (Callable): Reads it; it may raise an HTTPException.
        RETURNS (Response): The answer.
        RAISES (HTTPException): As in `answer`, and what the change raises.
        """
        given_up = Event()
        try:
            async with self._visit_with_documents(request, too_large_lesson()) as (visit, received):
                asked = await visit.wait_for(self._at_desk(read, received))
                del received
                found = [await self._open(request, visit, *each) for each in asked.documents]
                begun = await visit.wait_for(self._at_desk(asked.begin, found))
                self._spend(request, begun.work)
                said = await visit.wait_for(begun.result(given_up))
                content = await visit.wait_for(self._at_desk(_dump, said))
                return Response(content, media_type="application/json")
        finally:
            given_up.set()

    def close(self) -> None:
        """Refuse everything from now on, and what is under way as well."""
        self._closed = True
        self.checker.close(wait=False)
        for visit in self._visits:
            visit.end(closing())
        if self.learner is not None:
            self.learner.close()
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

    @asynccontextmanager
    async def _visit_with_documents(
        self, request: Request, refusal: HTTPException
    ) -> AsyncIterator[tuple[Visit, Received]]:
        if self._documents >= MOST_DOCUMENTS:
            raise _busy()
        self._documents += 1
        try:
            async with self._visit(request, MOST_ENCODED, refusal) as found:
                yield found
        finally:
            self._documents -= 1

    async def _open(
        self, request: Request, visit: Visit, order: dict[str, Any], content: bytes
    ) -> Read:
        found = await visit.wait_for(self.reader.read(order, content))
        self._spend(request, found.work)
        return found

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
    return _dump(question.answer(found))


def _dump(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode("utf-8")
