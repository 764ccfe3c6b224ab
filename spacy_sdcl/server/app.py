"""The application: the page, its API and the LanguageTool API over one pipeline."""

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from spacy.language import Language
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from .api import make_api
from .checker import Checker
from .gate import Gate
from .languagetool import PREFIX, make_languagetool
from .limits import LimitBody
from .security import Guard
from .settings import ServerSettings

STATIC = Path(__file__).parent / "static"
# Some systems' tables call scripts text/plain, which a browser would then refuse to run.
mimetypes.add_type("text/javascript", ".js")


def make_app(nlp: Language, *, settings: ServerSettings | None = None) -> FastAPI:
    """Make the application.

    nlp (Language): A pipeline with the component `sdcl_corrector`; it belongs to the application
        from now on.
    settings (ServerSettings): What the server allows.
    RETURNS (FastAPI): The application.
    RAISES (ValueError): If a limit is above what the pipeline can take.
    """
    settings = settings or ServerSettings()
    _check_limits(settings, nlp)
    checker = Checker(nlp, max_waiting=settings.max_waiting)
    gate = Gate(checker, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        checker.close()

    # The interactive documentation of FastAPI loads its scripts from elsewhere.
    app = FastAPI(title="spacy_sdcl", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(make_api(gate, nlp))
    app.include_router(make_languagetool(gate))

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_exception_handler(HTTPException, _refuse)
    app.add_exception_handler(RequestValidationError, _explain_invalid)
    # The last one added is the first that sees a request.
    app.add_middleware(LimitBody, max_characters=settings.max_characters)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allow_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=["Retry-After"],
    )
    app.add_middleware(Guard, local_only=settings.local_only, allow_origins=settings.allow_origins)
    return app


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


async def _explain_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # FastAPI's own answer repeats the input.
    problems = [
        f"{'.'.join(str(part) for part in each['loc'][1:]) or 'body'}: {each['msg']}"
        for each in error.errors()[:5]
    ]
    return JSONResponse({"error": "; ".join(problems)}, status_code=422)
