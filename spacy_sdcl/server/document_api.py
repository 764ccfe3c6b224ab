"""Documents through the JSON API: their passages and corrections, and the same file with those accepted.

The server keeps nothing: whoever wants a document back sends its bytes again.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Base64Bytes, Field
from starlette.exceptions import HTTPException

from ..documents.kinds import DEFAULT, KINDS, SUFFIXES, kind_of
from .bodies import Body, Options, Probability, Text, describe_body, read_body
from .gate import DocumentQuestion, Gate, Question, Received
from .limits import MOST_DOCUMENT, too_large_document, too_long
from .offsets import OFFSETS, in_utf16
from .reader import Read
from .turns import Checked

MAX_COLUMNS = 100
MAX_NAME = 1000
MAX_CANDIDATES = 20

Name = Annotated[Text, Field(max_length=MAX_NAME)]
Columns = Annotated[list[Name], Field(max_length=MAX_COLUMNS)]
Offset = Annotated[int, Field(ge=0)]
Character = Annotated[Text, Field(min_length=1, max_length=1)]
# Of what is wrong with a document.
# That of the columns is one of its own: a client can ask its user for them.
STATUS = {"extra": 501, "size": 413, "columns": 400, "content": 422}


class Document(Body):
    """A file. Its name says of what kind it is, by its suffix."""

    name: Name
    content: Base64Bytes
    columns: Columns = Field(default_factory=list)


class DocumentRequest(Document, Options):
    """A document to be read; `check` says whether its passages are corrected, too."""

    check: bool = True


class Candidate(Body):
    """What could stand at a place."""

    target: Character
    score: Probability


class Change(Body):
    """A correction that was accepted; of a Word document, its comment has the candidates."""

    passage: Annotated[int, Field(ge=0)]
    start: Offset
    end: Offset
    source: Text
    target: Text
    score: Probability | None = None
    candidates: list[Candidate] = Field(default_factory=list, max_length=MAX_CANDIDATES)


class ChangesRequest(Document):
    """A document, and the changes that it is to be given back with."""

    changes: list[Change]


def describe_documents() -> dict[str, Any]:
    """Say which documents there are, for a client that chooses files.

    RETURNS (dict): Kinds by suffix, those that have columns, and the largest size in bytes.
    """
    return {
        "kinds": {suffix: kind for suffix, kind in SUFFIXES.items() if kind != DEFAULT},
        "with_columns": [name for name, kind in KINDS.items() if kind.has_columns],
        "max_bytes": MOST_DOCUMENT,
    }


def add_documents(router: APIRouter, gate: Gate) -> None:
    """Add the routes for documents.

    router (APIRouter): Takes them.
    gate (Gate): What reads and checks documents.
    """

    @router.post("/document", openapi_extra=describe_body(DocumentRequest))
    async def document(request: Request) -> Response:
        read = partial(_read_document, most=gate.settings.max_characters)
        return await gate.answer_document(request, read)

    @router.post("/document/corrected", openapi_extra=describe_body(ChangesRequest))
    async def corrected(request: Request) -> Response:
        return await gate.answer_document(request, _read_changes)


def _read_document(received: Received, *, most: int) -> DocumentQuestion:
    given = read_body(received, DocumentRequest)

    def reply(read: Read) -> Question:
        texts = _checked(given, read).said["texts"]
        characters = sum(map(len, texts))
        if characters > most:
            raise too_long(characters, most)
        answer = partial(_as_json, kind_of(given.name), read.said["encoding"], texts)
        return Question(given.task(texts if given.check else []), answer)

    return DocumentQuestion(_order(given), given.content, reply)


def _read_changes(received: Received) -> DocumentQuestion:
    given = read_body(received, ChangesRequest)
    changes = [each.model_dump() for each in given.changes]
    return DocumentQuestion(
        {**_order(given), "changes": changes},
        given.content,
        lambda read: _checked(given, read).content,
    )


def _order(given: Document) -> dict[str, Any]:
    kind = kind_of(given.name)
    if kind == DEFAULT:
        raise HTTPException(
            422,
            f"name: {PurePath(given.name).suffix or 'no suffix'} is no document that is known here: "
            f"these are: {', '.join(describe_documents()['kinds'])}. Send text to /api/paragraphs.",
        )
    if len(given.content) > MOST_DOCUMENT:
        raise too_large_document()
    return {"kind": kind, "columns": given.columns}


def _checked(given: Document, read: Read) -> Read:
    if (what := read.said.get("error")) is None:
        return read
    raise HTTPException(STATUS[read.said["about"]], f"{kind_of(given.name)}: {what}.")


def _as_json(
    kind: str, encoding: str | None, texts: Sequence[str], found: list[Checked]
) -> dict[str, Any]:
    passages: list[dict[str, Any]] = [
        {"id": number, "text": text} for number, text in enumerate(texts)
    ]
    for passage, checked in zip(passages, found, strict=False):
        passage["corrections"] = in_utf16(checked.corrections, passage["text"])
    return {"kind": kind, "encoding": encoding, "passages": passages, "offsets": OFFSETS}
