"""The application: the page, its API and the LanguageTool API over one pipeline."""

import mimetypes
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from spacy.language import Language
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from .api import make_api
from .checker import Checker
from .gate import Gate
from .languagetool import PREFIX, make_languagetool
from .learner import Learner
from .security import OTHER_SCHEMES, Guard
from .settings import ServerSettings

STATIC = Path(__file__).parent / "static"
# Some systems' tables call scripts text/plain, which a browser would then refuse to run.
mimetypes.add_type("text/javascript", ".js")


def make_app(
    nlp: Language, *, settings: ServerSettings | None = None, learner: Learner | None = None
) -> FastAPI:
    """Make the application. Its `state.gate` is what a server closes when it ends.

    nlp (Language): A pipeline with the component `sdcl_corrector`; it belongs to the application
        from now on.
    settings (ServerSettings): What the server allows.
    learner (Learner): What its users may teach; None for nothing. The pipeline corrects by that from
        now on.
    RETURNS (FastAPI): The application.
    RAISES (ValueError): If a limit is above what the pipeline can take.
    """
    settings = settings or ServerSettings()
    _check_limits(settings, nlp)
    checker = Checker(nlp, max_waiting=settings.max_waiting)
    if learner is not None:
        learner.serve(checker.corrector)
    gate = Gate(checker, settings, learner=learner)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        gate.close()

    # The interactive documentation of FastAPI loads its scripts from elsewhere.
    app = FastAPI(title="spacy_sdcl", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.gate = gate
    app.include_router(make_api(gate, nlp))
    app.include_router(make_languagetool(gate))
    # Kept in memory: the page is there however much is being read and written.
    html = (STATIC / "index.html").read_text(encoding="utf-8")

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def page() -> HTMLResponse:
        return HTMLResponse(html)

    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_exception_handler(HTTPException, _refuse)
    # The last one added is the first that sees a request.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allow_origins,
        allow_origin_regex=OTHER_SCHEMES,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        allow_private_network=True,
        expose_headers=["Retry-After"],
    )
    app.add_middleware(
        Guard,
        local_only=settings.local_only,
        allow_hosts=settings.allow_hosts,
        allow_origins=settings.allow_origins,
    )
    app.add_middleware(SingleSlashes)
    return app


class SingleSlashes:
    """Reads `//v2/check` as `/v2/check`: the address of the server was given with a slash at its end.

    app (ASGIApp): What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "//" in scope.get("path", ""):
            scope = {**scope, "path": re.sub("/{2,}", "/", scope["path"])}
        await self._app(scope, receive, send)


def _check_limits(settings: ServerSettings, nlp: Language) -> None:
    if settings.max_characters > nlp.max_length:
        raise ValueError(
            f"max_characters is {settings.max_characters}, but the pipeline takes texts of at most "
            f"{nlp.max_length} characters (nlp.max_length)."
        )


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # LanguageTool's clients show a plain text as it is, and take any JSON for a result.
    if request.url.path.startswith(PREFIX):
        return PlainTextResponse(f"Error: {error.detail}", error.status_code, error.headers)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)
