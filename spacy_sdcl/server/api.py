"""The JSON API that the page uses. Offsets are UTF-16 code units, as JavaScript counts."""

from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from spacy.language import Language
from starlette.exceptions import HTTPException

from .. import __version__
from .gate import Gate, Question, Received
from .offsets import in_utf16, whole
from .turns import Checked, Manner, Task

OFFSETS = "utf-16"
MAX_PHRASES = 1000
MAX_PARAGRAPHS = 1000
MAX_PHRASE = 100

Text = Annotated[str, AfterValidator(whole)]
Phrase = Annotated[Text, StringConstraints(min_length=1, max_length=MAX_PHRASE)]
Probability = Annotated[float, Field(ge=0, le=1)]
Threshold = Literal["careful", "recall"] | Probability


class Options(BaseModel):
    """How to check, the same for each kind of request."""

    model_config = ConfigDict(extra="forbid")

    threshold: Threshold | None = None
    protect: Annotated[list[Phrase], Field(max_length=MAX_PHRASES)] = []

    def task(self, texts: list[str]) -> Task:
        """The texts to correct.

        texts (list[str]): The texts.
        RETURNS (Task): With the options.
        """
        return Task(texts, Manner(self.threshold), tuple(self.protect))


class TextRequest(Options):
    """One text."""

    text: Text


class ParagraphsRequest(Options):
    """Texts that are corrected each on its own, such as the paragraphs that were changed."""

    # Empty ones count no characters, but cost time all the same.
    paragraphs: Annotated[list[Text], Field(max_length=MAX_PARAGRAPHS)]


RequestT = TypeVar("RequestT", bound=Options)


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
            "offsets": OFFSETS,
        }

    @router.post("/correct", openapi_extra=_body(TextRequest))
    async def correct(request: Request) -> Response:
        return await gate.answer(request, _read_text)

    @router.post("/paragraphs", openapi_extra=_body(ParagraphsRequest))
    async def paragraphs(request: Request) -> Response:
        return await gate.answer(request, _read_paragraphs)

    return router


def _body(model: type[BaseModel]) -> dict[str, Any]:
    # FastAPI would read the bodies of models that it knows of, on the event loop.
    schema = model.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _read_text(received: Received) -> Question:
    given = _read(received, TextRequest)

    def answer(found: list[Checked]) -> dict[str, Any]:
        return {**_as_json(given.text, found[0]), "offsets": OFFSETS}

    return Question(given.task([given.text]), answer)


def _read_paragraphs(received: Received) -> Question:
    given = _read(received, ParagraphsRequest)

    def answer(found: list[Checked]) -> dict[str, Any]:
        pairs = zip(given.paragraphs, found, strict=True)
        return {"paragraphs": [_as_json(*pair) for pair in pairs], "offsets": OFFSETS}

    return Question(given.task(given.paragraphs), answer)


def _read(received: Received, model: type[RequestT]) -> RequestT:
    # A form of another site can send text that looks like JSON, but not say that it is.
    kind = received.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise HTTPException(
            415, f"The content is of type {kind!r}: send JSON, with Content-Type: application/json."
        )
    try:
        return model.model_validate_json(received.body)
    except ValidationError as error:
        # Its own message repeats the input.
        problems = [
            f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors()
        ]
        raise HTTPException(422, "; ".join(problems)) from error


def _as_json(text: str, checked: Checked) -> dict[str, Any]:
    return {
        "corrected": checked.corrected,
        "corrections": in_utf16(checked.corrections, text),
    }
