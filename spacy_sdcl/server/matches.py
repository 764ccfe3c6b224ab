"""What was found, in the form in which LanguageTool answers.

Offsets and lengths are UTF-16 code units: LanguageTool is written in Java, and its clients count
so (language-tool-python translates them back to characters).
"""

import re
from collections.abc import Mapping
from typing import Any

from .. import __version__
from .annotated import NOWHERE
from .languages import detect
from .offsets import in_utf16
from .query import CATEGORY, CORRECTION, FLAGGED, PHRASE, RULES, VARIANT, Query

SOFTWARE = {
    "name": "spacy_sdcl",
    "version": __version__,
    "apiVersion": 1,
    "premium": False,
    "status": "",
}
CONTEXT = 40
# The rules by the origins of corrections; the model's has the first one.
OF_ORIGIN = {"confusions": PHRASE, "variant": VARIANT}
# An editor's menu is no place for characters that are hardly possible.
LEAST_OFFERED = 0.01
SENTENCE_END = re.compile(r"[。！？!?\n]+[”’」』）)]*")


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
    warnings: dict[str, Any] = {"incompleteResults": query.unread is not None}
    if query.unread is not None:
        warnings["incompleteResultsReason"] = query.unread
    detected = detect(text)
    return {
        "software": SOFTWARE,
        "warnings": warnings,
        "language": {
            "name": query.language.name,
            "code": query.language.code,
            "detectedLanguage": {
                "name": detected.name,
                "code": detected.code,
                "confidence": 1.0 if detected.chinese else 0.0,
            },
        },
        "matches": matches,
    }


def _rule(correction: Mapping[str, Any]) -> str:
    if correction["source"] == correction["target"]:
        return FLAGGED
    return OF_ORIGIN.get(correction.get("origin", ""), CORRECTION)


def _match(
    correction: Mapping[str, Any], text: str, place: int, sentences: "_Sentences"
) -> dict[str, Any]:
    source, target, rule = correction["source"], correction["target"], _rule(correction)
    message = f"“{source}”可能是错字，应为“{target}”（概率 {correction['score']:.1%}）。"
    if rule == VARIANT:
        message = f"“{source}”不是这个词的通常用字，应为“{target}”。"
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
