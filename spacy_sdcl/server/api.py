"""The JSON API that the page uses. Offsets are UTF-16 code units, as JavaScript counts."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from spacy.language import Language

from .. import __version__
from .bodies import MAX_PHRASES, Options, Text, describe_body, read_body
from .document_api import add_documents, describe_documents
from .gate import Gate, Question, Received
from .learning_api import add_learning, describe_learning
from .offsets import OFFSETS, in_utf16
from .turns import Checked

MAX_PARAGRAPHS = 1000


class TextRequest(Options):
    """One text."""

    text: Text


class ParagraphsRequest(Options):
    """Texts that are corrected each on its own, such as the paragraphs that were changed."""

    # Empty ones count no characters, but cost time all the same.
    paragraphs: Annotated[list[Text], Field(max_length=MAX_PARAGRAPHS)]


def make_api(gate: Gate, nlp: Language) -> APIRouter:
    """Make the routes.

    gate (Gate): What checks texts.
    nlp (Language): The pipeline, which is described by `/api/info`.
    RETURNS (APIRouter): The routes below `/api`.
    """
    router = APIRouter(prefix="/api")
    corrector = gate.checker.corrector
    # Loads the model now, so that the first text need not wait for it.
    corrector.predict([nlp.make_doc("好")])
    threshold = corrector.least_score

    @router.get("/info")
    async def info() -> dict[str, Any]:
        return {
            "version": __version__,
            "model": corrector.model.attrs["name"],
            "threshold": threshold,
            "thresholds": dict(corrector.thresholds),
            "max_characters": gate.settings.max_characters,
            "max_phrases": MAX_PHRASES,
            "documents": describe_documents(),
            "learning": describe_learning(gate),
            "offsets": OFFSETS,
        }

    @router.post("/correct", openapi_extra=describe_body(TextRequest))
    async def correct(request: Request) -> Response:
        return await gate.answer(request, _read_text)

    @router.post("/paragraphs", openapi_extra=describe_body(ParagraphsRequest))
    async def paragraphs(request: Request) -> Response:
        return await gate.answer(request, _read_paragraphs)

    add_documents(router, gate)
    add_learning(router, gate)
    return router


def _read_text(received: Received) -> Question:
    given = read_body(received, TextRequest)

    def answer(found: list[Checked]) -> dict[str, Any]:
        return {**_as_json(given.text, found[0]), "offsets": OFFSETS}

    return Question(given.task([given.text]), answer)


def _read_paragraphs(received: Received) -> Question:
    given = read_body(received, ParagraphsRequest)

    def answer(found: list[Checked]) -> dict[str, Any]:
        pairs = zip(given.paragraphs, found, strict=True)
        return {"paragraphs": [_as_json(*pair) for pair in pairs], "offsets": OFFSETS}

    return Question(given.task(given.paragraphs), answer)


def _as_json(text: str, checked: Checked) -> dict[str, Any]:
    return {
        "corrected": checked.corrected,
        "corrections": in_utf16(checked.corrections, text),
    }
