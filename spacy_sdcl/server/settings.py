"""What a server allows."""

from pydantic import Field

from ..data.checked import Checked, Count

NAMES = "a tuple of texts"


class ServerSettings(Checked):
    """The limits of a server, and who may talk to it.

    max_characters (int): The longest text of one request.
    rate (int): Characters that one client of the network may have checked in a minute; those of
        this machine only wait for one another.
    max_waiting (int): Characters that may be under way or wait at once, of all clients together.
    local_only (bool): Answer only requests to a name of this machine's loopback interface.
    allow_hosts (tuple[str, ...]): Other names by which the server may be reached; "*" for any.
    allow_origins (tuple[str, ...]): Web pages that may use the server, such as
        "https://example.org"; its own page always may.
    RAISES (ValueError): If a limit is below 1, or a value of another type.
    """

    max_characters: Count = 100_000
    rate: Count = 200_000
    max_waiting: Count = 400_000
    local_only: bool = Field(default=True, description="true or false")
    allow_hosts: tuple[str, ...] = Field(default=(), description=NAMES)
    allow_origins: tuple[str, ...] = Field(default=(), description=NAMES)
