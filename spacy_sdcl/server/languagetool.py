"""The HTTP API of LanguageTool 6, for editors that know it. Errors are plain text, as there."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from .forms import read_parameters
from .gate import Gate, Question, Received
from .languages import supported
from .limits import too_long
from .matches import SOFTWARE, make_response
from .query import read_query
from .turns import Checked

PREFIX = "/v2"


def make_languagetool(gate: Gate) -> APIRouter:
    """Make the routes.

    gate (Gate): What checks texts.
    RETURNS (APIRouter): The routes below `/v2`.
    """
    router = APIRouter(prefix=PREFIX)

    def read(received: Received) -> Question:
        try:
            query = read_query(read_parameters(received))
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        plain = query.content.plain
        if len(plain) > gate.settings.max_characters:
            raise too_long(len(plain), gate.settings.max_characters)

        def answer(found: list[Checked]) -> dict[str, Any]:
            return make_response(query, found[0].corrections if found else [])

        return Question(query.task, answer)

    @router.api_route("/check", methods=["GET", "POST"])
    async def check(request: Request) -> Response:
        return await gate.answer(request, read)

    @router.api_route("/languages", methods=["GET", "HEAD"])
    async def languages() -> list[dict[str, str]]:
        return supported()

    @router.api_route("/maxtextlength", methods=["GET", "HEAD"])
    async def maxtextlength() -> int:
        return gate.settings.max_characters

    @router.api_route("/info", methods=["GET", "HEAD"])
    async def info() -> dict[str, Any]:
        return {"software": SOFTWARE}

    @router.api_route("/healthcheck", methods=["GET", "HEAD"])
    async def healthcheck() -> Response:
        return PlainTextResponse("OK")

    return router
