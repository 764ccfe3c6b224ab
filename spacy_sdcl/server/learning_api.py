"""Learning through the JSON API: from files of correct text, for everybody who uses the server."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from threading import Event
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from ..documents.kinds import kind_of
from ..evidence.learned import Learned
from ..evidence.learning import Doubted
from .bodies import MAX_PHRASES, Body, Phrase, describe_body, read_body
from .checker import Closing
from .document_api import STATUS, Document
from .gate import Begun, Gate, Received, Teaching
from .learner import ChangedElsewhere, Learner
from .limits import (
    LEARNT_FOR_ONE,
    MOST_DOCUMENT,
    most_to_learn,
    too_large_lesson,
    too_long_lesson,
)
from .reader import Read
from .security import is_own_page
from .visits import closing

logger = logging.getLogger("spacy_sdcl")

MAX_FILES = 100
# Words that are named in an answer, the most frequent first.
NAMED = 1000
# Characters of a sentence that are cited on either side.
AROUND = 40


class LessonRequest(Body):
    """Files of correct text, of any kind that can be opened."""

    files: Annotated[list[Document], Field(min_length=1, max_length=MAX_FILES)]


class ForgetRequest(Body):
    """Words that are to be taken out again."""

    words: Annotated[list[Phrase], Field(min_length=1, max_length=MAX_PHRASES)]


def describe_learning(gate: Gate) -> dict[str, int] | None:
    """Say what the server learns from.

    gate (Gate): Has the learner, if there is one.
    RETURNS (dict): The limits of one request; None for a server that does not learn.
    """
    if gate.learner is None:
        return None
    return {
        "max_characters": most_to_learn(gate.settings.max_characters),
        "max_bytes": MOST_DOCUMENT,
        "max_files": MAX_FILES,
    }


def add_learning(router: APIRouter, gate: Gate) -> None:
    """Add the routes for learning. Without a learner, they say how to have one.

    router (APIRouter): Takes them.
    gate (Gate): What reads documents, and has the learner.
    """

    @router.get("/learned")
    async def learned(request: Request) -> dict[str, Any]:
        return {"learned": _describe(_admit(request, gate).learned)}

    @router.post("/learn", openapi_extra=describe_body(LessonRequest))
    async def learn(request: Request) -> Response:
        learner = _admit(request, gate)
        most = most_to_learn(gate.settings.max_characters)
        return await gate.teach(request, partial(_read_lesson, learner=learner, most=most))

    @router.post("/forget", openapi_extra=describe_body(ForgetRequest))
    async def forget(request: Request) -> Response:
        return await gate.teach(request, partial(_read_forget, learner=_admit(request, gate)))


def _admit(request: Request, gate: Gate) -> Learner:
    if gate.learner is None:
        raise HTTPException(
            403,
            "This server does not learn. Start it with `spacy sdcl serve --learn FOLDER` if all who use "
            "it may teach it, or learn with the command `spacy sdcl learn`.",
        )
    # A page that may have texts checked must not change what others are told.
    if not is_own_page(request.headers):
        raise HTTPException(
            403, "Pages of other sites may not teach this server: use its own page."
        )
    return gate.learner


def _read_lesson(received: Received, *, learner: Learner, most: int) -> Teaching:
    given = read_body(received, LessonRequest)
    if sum(len(each.content) for each in given.files) > MOST_DOCUMENT:
        raise too_large_lesson()
    names = [each.name for each in given.files]
    orders = [
        ({"kind": kind_of(each.name), "columns": each.columns}, each.content)
        for each in given.files
    ]

    def begin(found: list[Read]) -> Begun:
        texts = [text for pair in zip(names, found, strict=True) for text in _texts(*pair)]
        characters = sum(map(len, texts))
        if characters > most:
            raise too_long_lesson(characters, most)
        change = partial(_learn, learner, texts)
        return Begun(characters // LEARNT_FOR_ONE, partial(_teach, learner, change))

    return Teaching(orders, begin)


def _read_forget(received: Received, *, learner: Learner) -> Teaching:
    words = read_body(received, ForgetRequest).words
    change = partial(_forget, learner, words)
    return Teaching([], lambda found: Begun(0, partial(_teach, learner, change)))


def _texts(name: str, read: Read) -> list[str]:
    if (what := read.said.get("error")) is not None:
        raise HTTPException(STATUS[read.said["about"]], f"{name}: {what}. Nothing was learnt.")
    texts: list[str] = read.said["texts"]
    return texts


async def _teach(learner: Learner, change: Callable[[], Any], given_up: Event) -> Any:
    try:
        return await asyncio.wrap_future(learner.submit(change, given_up))
    except Closing:
        raise closing() from None
    except ChangedElsewhere:
        raise HTTPException(
            409,
            "The folder of what is learnt was changed by another program, and nothing was learnt: start "
            "the server again, so that nothing of it is lost.",
        ) from None
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    except Exception as error:
        # The message may quote the text, or name the server's folder.
        what = getattr(error, "strerror", None) or type(error).__name__
        logger.error("Nothing was learnt: %s", what)
        raise HTTPException(
            500, f"The server could not learn or save it, and nothing was changed ({what})."
        ) from None


def _learn(learner: Learner, texts: list[str]) -> dict[str, Any]:
    lesson = learner.corrector.learn(texts)
    return {
        "characters": lesson.characters,
        "new": _words(lesson.words),
        "doubted": [_as_json(each) for each in lesson.doubted],
        "learned": _describe(lesson.learned),
    }


def _forget(learner: Learner, words: list[str]) -> dict[str, Any]:
    learner.corrector.forget(words)
    return {"learned": _describe(learner.learned)}


def _describe(learned: Learned | None) -> dict[str, Any]:
    return _words({} if learned is None else learned.words)


def _words(words: Mapping[str, int]) -> dict[str, Any]:
    often = sorted(words.items(), key=lambda item: -item[1])[:NAMED]
    return {"count": len(words), "words": [{"word": word, "times": times} for word, times in often]}


def _as_json(doubted: Doubted) -> dict[str, Any]:
    # A line of a text may be as long as all of it.
    at = doubted.sentence.find(doubted.source)
    near = doubted.sentence[max(0, at - AROUND) : at + len(doubted.source) + AROUND]
    return {**doubted._asdict(), "score": round(doubted.score, 3), "sentence": near}
