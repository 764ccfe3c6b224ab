"""What a server allows."""

from typing import NamedTuple


class ServerSettings(NamedTuple):
    """The limits of a server, and who may talk to it.

    max_characters (int): The longest text of one request.
    rate (int): Characters that one client of the network may have checked in a minute; those of
        this machine only wait for one another.
    max_waiting (int): Characters that may be under way or wait at once, of all clients together.
    local_only (bool): Answer only requests to a name of this machine's loopback interface.
    allow_hosts (tuple[str, ...]): Other names by which the server may be reached; "*" for any.
    allow_origins (tuple[str, ...]): Web pages that may use the server, such as
        "https://example.org"; its own page always may.
    """

    max_characters: int = 100_000
    rate: int = 200_000
    max_waiting: int = 400_000
    local_only: bool = True
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
