"""Limits, all of them of work: how much a client may ask for, at once and in a minute."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.exceptions import HTTPException

MINUTE = 60.0
# Clients that are remembered, so that many addresses do not fill the memory.
MAX_CLIENTS = 10_000
# A character takes at most 12 bytes of a request, in a form as in JSON; the rest is for markup,
# protected phrases and the names of fields.
BYTES_PER_CHARACTER = 12
BYTES_BESIDES = 2_000_000
# Documents have pictures in them, too; the bytes of one, in Base64 as it is sent.
MOST_DOCUMENT = 20_000_000
MOST_ENCODED = MOST_DOCUMENT // 3 * 4 + BYTES_BESIDES
# Documents that are received, wait or are read at once: each is in memory.
MOST_DOCUMENTS = 8

# Characters that are learnt in the time in which one is corrected.
LEARNT_FOR_ONE = 10


class Allowance:
    """The characters that each client may still have checked, which grow with time.

    What a client asks for is known only when it was read, so that it may run into debt once.

    per_minute (int): By how many they grow in a minute, and how many there are at most.
    clock (Callable): Returns seconds that never go back.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        # How many there were, and when.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, client: str) -> int:
        """Whether a client may ask now.

        client (str): The client's address.
        RETURNS (int): 0 if it may, else the seconds until then.
        """
        left = self._of(client)
        return 0 if left > 0 else max(1, math.ceil(-left / self._per_minute * MINUTE))

    def spend(self, client: str, characters: int) -> None:
        """Count what a client has asked for.

        client (str): The client's address.
        characters (int): The characters to be checked.
        """
        self._left[client] = self._of(client) - characters, self._clock()
        self._left.move_to_end(client)
        if len(self._left) > MAX_CLIENTS:
            self._left.popitem(last=False)

    def _of(self, client: str) -> float:
        now = self._clock()
        left, then = self._left.get(client, (self._per_minute, now))
        return min(self._per_minute, left + (now - then) / MINUTE * self._per_minute)


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


def too_large(limit: int) -> HTTPException:
    """The refusal of a request that is larger than any text of the allowed length.

    limit (int): The longest text that is allowed.
    RETURNS (HTTPException): Status 413.
    """
    return HTTPException(
        413,
        f"The request is larger than {max_bytes(limit):,} bytes, and the limit for a text is "
        f"{limit:,} characters: send it in parts, or start the server with a higher "
        "--max-characters.",
    )


def too_large_document() -> HTTPException:
    """The refusal of a document that is too large, whatever is in it.

    RETURNS (HTTPException): Status 413.
    """
    return HTTPException(
        413,
        f"The document is larger than {MOST_DOCUMENT:,} bytes: divide it, or correct it by the "
        "command `sdcl correct`.",
    )


def most_to_learn(max_characters: int) -> int:
    """How much text may be learnt at once.

    max_characters (int): The longest text that is allowed.
    RETURNS (int): Characters.
    """
    return LEARNT_FOR_ONE * max_characters


def too_long_lesson(characters: int, limit: int) -> HTTPException:
    """The refusal of too much text to learn.

    characters (int): How much it is.
    limit (int): How much is allowed.
    RETURNS (HTTPException): Status 413.
    """
    return HTTPException(
        413,
        f"The files have {characters:,} characters, and the limit is {limit:,}: send them in parts, start "
        "the server with a higher --max-characters, or learn with the command `spacy sdcl learn`.",
    )


def too_large_lesson() -> HTTPException:
    """The refusal of files to learn from that are too large, whatever is in them.

    RETURNS (HTTPException): Status 413.
    """
    return HTTPException(
        413,
        f"The files are larger than {MOST_DOCUMENT:,} bytes together: send them in parts, or learn with "
        "the command `spacy sdcl learn`.",
    )
