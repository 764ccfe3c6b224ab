"""One request from its first byte to its answer, which its client or the server may end before."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

T = TypeVar("T")
# What proxies call a client that did not wait; nobody is there to read it.
GONE = 499
SECONDS_UNTIL_OPEN = 5


def closing() -> HTTPException:
    """The refusal of a check by a server that ends.

    RETURNS (HTTPException): Status 503, with Retry-After.
    """
    return HTTPException(
        503,
        "The server ends: send the text again when it is back.",
        headers={"Retry-After": str(SECONDS_UNTIL_OPEN), "Connection": "close"},
    )


class Visit:
    """A request that is being read or answered.

    request (Request): The request.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._end: asyncio.Future[HTTPException] = asyncio.get_running_loop().create_future()
        self._watch: asyncio.Task[None] | None = None

    def end(self, reason: HTTPException) -> None:
        """Stop whatever the visit waits for.

        reason (HTTPException): What is answered.
        """
        if not self._end.done():
            self._end.set_result(reason)

    async def wait_for(self, awaitable: Awaitable[T]) -> T:
        """Wait for something, unless the visit ends before; it is cancelled then.

        awaitable (Awaitable): What to wait for.
        RETURNS (Any): What it returns.
        RAISES (HTTPException): If the visit ends.
        """
        future = asyncio.ensure_future(awaitable)
        try:
            either: set[asyncio.Future[Any]] = {future, self._end}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if self._end.done():
                raise self._end.result()
            return future.result()
        finally:
            future.cancel()

    async def read(self, most: int, too_large: HTTPException) -> bytes:
        """Read the request's body, and watch from then on whether the client hangs up.

        most (int): Bytes that it may have.
        too_large (HTTPException): What is answered if it has more.
        RETURNS (bytes): The body.
        RAISES (HTTPException): If it is too large; if the visit ends.
        """
        declared = self._request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > most:
            raise too_large
        # What is declared may be wrong, so the bytes are counted in any case.
        body = bytearray()
        more = True
        while more:
            message = await self.wait_for(self._request.receive())
            if message["type"] == "http.disconnect":
                raise HTTPException(GONE)
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > most:
                raise too_large
        self._watch = asyncio.ensure_future(self._await_hanging_up())
        return bytes(body)

    def close(self) -> None:
        """Watch no longer."""
        if self._watch is not None:
            self._watch.cancel()

    async def _await_hanging_up(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self.end(HTTPException(GONE))
