"""The JSON API that the page uses. Offsets are UTF-16 code units, as JavaScript counts."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from spacy.language import Language

from .. import __version__
from .checker import Checked, Task
from .gate import Gate
from .offsets import in_utf16, whole

OFFSETS = "utf-16"
MAX_PHRASES = 1000
MAX_PARAGRAPHS = 1000

Text = Annotated[str, AfterValidator(whole)]
Phrase = Annotated[Text, StringConstraints(min_length=1, max_length=100)]
Probability = Annotated[float, Field(ge=0, le=1)]
Threshold = Literal["careful", "recall"] | Probability


class Options(BaseModel):
    """How to check, the same for each kind of request."""

    model_config = ConfigDict(extra="forbid")

    threshold: Threshold | None = None
    protect: Annotated[list[Phrase], Field(max_length=MAX_PHRASES)] = []

    def task(self, texts: list[str]) -> Task:
        return Task(texts, self.threshold, self.protect)


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
            "offsets": OFFSETS,
        }

    @router.post("/correct")
    async def correct(request: Request, body: TextRequest) -> dict[str, Any]:
        gate.admit(request)
        [checked] = await gate.check(body.task([body.text]))
        return {**_as_json(body.text, checked), "offsets": OFFSETS}

    @router.post("/paragraphs")
    async def paragraphs(request: Request, body: ParagraphsRequest) -> dict[str, Any]:
        gate.admit(request)
        found = await gate.check(body.task(body.paragraphs))
        results = [
            _as_json(text, checked) for text, checked in zip(body.paragraphs, found, strict=True)
        ]
        return {"paragraphs": results, "offsets": OFFSETS}

    return router


def _as_json(text: str, checked: Checked) -> dict[str, Any]:
    return {
        "corrected": checked.corrected,
        "corrections": in_utf16(checked.corrections, text),
    }
