"""The way from a request to the checker: what is too long, too often or too much is refused."""

from fastapi import Request
from starlette.exceptions import HTTPException

from .checker import Busy, Checked, Checker, CheckFailed, Task
from .limits import RateLimit, too_long
from .settings import ServerSettings

SECONDS_WHEN_BUSY = 2


class Gate:
    """Checks texts for clients, within the limits.

    checker (Checker): What corrects them.
    settings (ServerSettings): The limits.
    """

    def __init__(self, checker: Checker, settings: ServerSettings) -> None:
        self.checker = checker
        self.settings = settings
        self._rate = RateLimit(settings.rate)

    def admit(self, request: Request) -> None:
        """Count a request against its client's rate.

        request (Request): The request.
        RAISES (HTTPException): Status 429, with Retry-After.
        """
        seconds = self._rate.seconds_to_wait(request.client.host if request.client else "")
        if seconds:
            raise HTTPException(
                429,
                f"More than {self.settings.rate} checks in a minute: try again in {seconds} "
                "seconds, or start the server with a higher --rate.",
                headers={"Retry-After": str(seconds)},
            )

    async def check(self, task: Task) -> list[Checked]:
        """Correct texts, as `Checker.check` does.

        RAISES (HTTPException): Status 413 for too long texts, 503 with Retry-After where too many
            wait, 500 where the pipeline fails.
        """
        characters = sum(map(len, task.texts))
        if characters > self.settings.max_characters:
            raise too_long(characters, self.settings.max_characters)
        try:
            return await self.checker.check(task)
        except Busy:
            raise HTTPException(
                503,
                "The server is busy with other texts: try again in a moment.",
                headers={"Retry-After": str(SECONDS_WHEN_BUSY)},
            ) from None
        except CheckFailed as error:
            raise HTTPException(
                500,
                "The text could not be checked, and nothing was changed. The server's output "
                f"names the error ({type(error.__cause__).__name__}).",
            ) from None
