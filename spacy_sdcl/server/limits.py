"""Limits: how often a client may ask, and how large a request may be."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MINUTE = 60.0
# Clients that are remembered, so that many addresses do not fill the memory.
MAX_CLIENTS = 10_000
# A character takes at most 12 bytes of a request, in a form as in JSON; the rest is for markup,
# protected phrases and the names of fields.
BYTES_PER_CHARACTER = 12
BYTES_BESIDES = 2_000_000


class RateLimit:
    """Counts the requests of each client within the last minute.

    per_minute (int): How many are allowed.
    clock (Callable): Returns seconds that never go back.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def seconds_to_wait(self, client: str) -> int:
        """Count a request, unless the client has to wait.

        client (str): The client's address.
        RETURNS (int): 0 if the request is allowed, else the seconds until the next one is.
        """
        now = self._clock()
        times = self._times.setdefault(client, deque())
        self._times.move_to_end(client)
        if len(self._times) > MAX_CLIENTS:
            self._times.popitem(last=False)
        while times and times[0] <= now - MINUTE:
            times.popleft()
        if len(times) >= self._per_minute:
            return max(1, math.ceil(times[0] + MINUTE - now))
        times.append(now)
        return 0


def max_bytes(max_characters: int) -> int:
    """How large a request may be.

    max_characters (int): The longest text that is allowed.
    RETURNS (int): Its bytes, however it is written, and room for the rest.
    """
    return BYTES_PER_CHARACTER * max_characters + BYTES_BESIDES


def too_long(characters: int, limit: int) -> HTTPException:
    """The refusal of a text over the limit.

    characters (int): The text's length.
    limit (int): The longest that is allowed.
    RETURNS (HTTPException): Status 413.
    """
    return HTTPException(
        413,
        f"The text has {characters:,} characters, and the limit is {limit:,}: send it in parts, or "
        "start the server with a higher --max-characters.",
    )


class LimitBody:
    """Refuses a request whose body is too large, before it is read into memory.

    app (ASGIApp): What answers the others.
    max_characters (int): The longest text that is allowed.
    """

    def __init__(self, app: ASGIApp, *, max_characters: int) -> None:
        self._app = app
        self._max_bytes = max_bytes(max_characters)
        self._max_characters = max_characters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "0")
        # What is declared may be wrong, so the bytes are counted in any case.
        received = 0
        too_large = HTTPException(
            413,
            f"The request is larger than {self._max_bytes:,} bytes, and the limit for a text is "
            f"{self._max_characters:,} characters: send it in parts, or start the server with a "
            "higher --max-characters.",
        )

        async def counted() -> Message:
            nonlocal received
            if declared.isdecimal() and int(declared) > self._max_bytes:
                raise too_large
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise too_large
            return message

        await self._app(scope, counted, send)
