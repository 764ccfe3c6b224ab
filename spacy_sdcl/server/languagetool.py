"""The HTTP API of LanguageTool 6, for editors that know it.

Offsets and lengths are UTF-16 code units: LanguageTool is written in Java, and its clients count
so (language-tool-python translates them back to characters). Errors are plain text, as there.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException

from .. import __version__
from .annotated import NOWHERE, AnnotatedText, from_data, from_text
from .checker import Task
from .gate import Gate
from .limits import max_bytes, too_long
from .offsets import in_utf16

PREFIX = "/v2"
CATEGORY = {"id": "TYPOS", "name": "错别字"}
# A flagged character has no sure correction, which a writer may want to hear about or not.
CORRECTION, FLAGGED, PHRASE = "SDCL_CORRECTION", "SDCL_FLAGGED", "SDCL_CONFUSIONS"
RULES = {
    CORRECTION: "错别字：模型认为此处应为别的字",
    FLAGGED: "存疑：此处可能有错字，但没有把握改成什么",
    PHRASE: "用户自己的混淆词表",
}
LANGUAGES = [{"name": "Chinese", "code": "zh", "longCode": "zh-CN"}]
# The setting that LanguageTool's levels come down to; None for the server's own.
LEVELS = {"": None, "default": None, "picky": "recall"}
CONTEXT = 40
# An editor's menu is no place for characters that are hardly possible.
LEAST_OFFERED = 0.01
SENTENCE_END = re.compile(r"[。！？!?\n]+[”’」』）)]*")


class Query(NamedTuple):
    """What a client asks for.

    content (AnnotatedText): The text.
    language (str): The language's code.
    threshold (str): The name of a setting, None for the server's own.
    hidden (frozenset[str]): Rules whose matches are left out.
    """

    content: AnnotatedText
    language: str
    threshold: str | None
    hidden: frozenset[str]


def make_languagetool(gate: Gate) -> APIRouter:
    """Make the routes.

    gate (Gate): What checks texts.
    RETURNS (APIRouter): The routes below `/v2`.
    """
    router = APIRouter(prefix=PREFIX)

    @router.api_route("/check", methods=["GET", "POST"])
    async def check(request: Request) -> dict[str, Any]:
        gate.admit(request)
        limit = gate.settings.max_characters
        async with request.form(max_part_size=max_bytes(limit)) as form:
            given = {**request.query_params, **form}
        parameters = {name: value for name, value in given.items() if isinstance(value, str)}
        try:
            query = read_query(parameters)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        plain = query.content.plain
        if len(plain) > limit:
            raise too_long(len(plain), limit)
        [checked] = await gate.check(Task([plain], query.threshold))
        return make_response(query, checked.corrections)

    @router.get("/languages")
    async def languages() -> list[dict[str, str]]:
        return LANGUAGES

    @router.get("/maxtextlength")
    async def maxtextlength() -> int:
        return gate.settings.max_characters

    return router


def read_query(parameters: Mapping[str, str]) -> Query:
    """Read the parameters of a check.

    parameters (Mapping[str, str]): The form fields; those that have no meaning here, such as
        motherTongue, are ignored.
    RETURNS (Query): What they ask for.
    RAISES (ValueError): If they are contradictory, or ask for another language.
    """
    text, data = parameters.get("text"), parameters.get("data")
    if (text is None) == (data is None):
        raise ValueError("Give one of the parameters text and data.")
    language = parameters.get("language", "")
    if language != "auto" and language.lower().replace("_", "-").split("-")[0] != "zh":
        raise ValueError(
            f"The language is {language!r}, but this server corrects Chinese only: give zh-CN, or "
            "auto."
        )
    level = parameters.get("level", "")
    if level not in LEVELS:
        raise ValueError(f"The level is {level!r}, must be one of default, picky.")
    return Query(
        content=from_data(data) if data is not None else from_text(text or ""),
        language="zh-CN" if language in ("auto", "zh") else language,
        threshold=LEVELS[level],
        hidden=_hidden_rules(parameters),
    )


def _hidden_rules(parameters: Mapping[str, str]) -> frozenset[str]:
    named = {
        name: {each.strip() for each in parameters.get(name, "").split(",")} - {""}
        for name in ("enabledRules", "enabledCategories", "disabledRules", "disabledCategories")
    }
    if parameters.get("enabledOnly", "").lower() in ("true", "yes"):
        if named["disabledRules"] or named["disabledCategories"]:
            raise ValueError("With enabledOnly, no rule or category can be disabled.")
        if not (named["enabledRules"] or named["enabledCategories"]):
            raise ValueError("With enabledOnly, enabledRules or enabledCategories must be given.")
        if CATEGORY["id"] in named["enabledCategories"]:
            return frozenset()
        return frozenset(RULES) - named["enabledRules"]
    if CATEGORY["id"] in named["disabledCategories"]:
        return frozenset(RULES) - named["enabledRules"]
    return frozenset(named["disabledRules"])


def make_response(query: Query, corrections: list[dict[str, Any]]) -> dict[str, Any]:
    """Put corrections into LanguageTool's form.

    query (Query): What was asked for.
    corrections (list[dict]): What was found in its plain text, offsets in characters.
    RETURNS (dict): The response, to be sent as JSON.
    """
    text, places = query.content
    sentences = _Sentences(text)
    matches = [
        _match(each, text, places[each["start"]], sentences)
        for each in corrections
        if _rule(each) not in query.hidden and places[each["start"]] != NOWHERE
    ]
    language = {"name": "Chinese", "code": query.language}
    return {
        "software": {
            "name": "spacy_sdcl",
            "version": __version__,
            "apiVersion": 1,
            "premium": False,
            "status": "",
        },
        "warnings": {"incompleteResults": False},
        "language": {**language, "detectedLanguage": {**language, "confidence": 1.0}},
        "matches": matches,
    }


def _rule(correction: Mapping[str, Any]) -> str:
    if correction["source"] == correction["target"]:
        return FLAGGED
    return PHRASE if correction.get("origin") == "confusions" else CORRECTION


def _match(
    correction: Mapping[str, Any], text: str, place: int, sentences: "_Sentences"
) -> dict[str, Any]:
    source, target, rule = correction["source"], correction["target"], _rule(correction)
    message = f"“{source}”可能是错字，应为“{target}”（概率 {correction['score']:.1%}）。"
    replacements = [] if rule == FLAGGED else [target]
    if rule == FLAGGED:
        message = f"“{source}”可能有错，请核对。"
    replacements += [
        each["target"]
        for each in correction.get("candidates", ())
        if each["score"] >= LEAST_OFFERED and each["target"] not in (source, *replacements)
    ]
    start, end = correction["start"], correction["end"]
    around = text[max(0, start - CONTEXT) : end + CONTEXT]
    [within] = in_utf16([{"start": min(start, CONTEXT), "end": min(start, CONTEXT) + 1}], around)
    length = within["end"] - within["start"]
    return {
        "message": message,
        "shortMessage": "错别字",
        "replacements": [{"value": value} for value in replacements],
        "offset": place,
        "length": length,
        "context": {
            # One line, as it is shown to the user in a list.
            "text": re.sub(r"[\r\n]", " ", around),
            "offset": within["start"],
            "length": length,
        },
        "sentence": sentences.around(start),
        "type": {"typeName": "UnknownWord"},
        "rule": {
            "id": rule,
            "description": RULES[rule],
            "issueType": "misspelling",
            "category": CATEGORY,
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }


class _Sentences:
    """Finds the sentence of a place; asked for places in the order of the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [each.end() for each in SENTENCE_END.finditer(text)] + [len(text)]
        self._at = 0

    def around(self, place: int) -> str:
        while self._ends[self._at] <= place:
            self._at += 1
        start = self._ends[self._at - 1] if self._at else 0
        return self._text[start : self._ends[self._at]].strip()
