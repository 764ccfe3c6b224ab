"""The annotated texts of LanguageTool: text to be checked, between markup that is not."""

import json
from typing import Any, NamedTuple

from .offsets import Utf16Offsets, whole

# The place of a character that stands in for markup: there is nothing to correct.
NOWHERE = -1

FORM = (
    'data must be JSON such as {"text": "…"} or {"annotation": [{"text": "…"}, {"markup": "<br>", '
    '"interpretAs": "\\n"}]}'
)


class AnnotatedText(NamedTuple):
    """What is to be checked, and where each character of it stands in the client's text.

    plain (str): The text without markup.
    places (list[int]): For each character its offset in the client's text, in UTF-16 code units;
        `NOWHERE` for those that stand in for markup.
    """

    plain: str
    places: list[int]


def from_text(text: str) -> AnnotatedText:
    """A text without markup.

    text (str): The text.
    RETURNS (AnnotatedText): The text with its places.
    """
    units = Utf16Offsets(text)
    return AnnotatedText(text, [units(i) for i in range(len(text))])


def from_data(data: str) -> AnnotatedText:
    """Read LanguageTool's parameter `data`.

    data (str): JSON: an object with "text", or with "annotation", a list of parts, each with
        "text", or with "markup" and perhaps "interpretAs".
    RETURNS (AnnotatedText): The text with its places.
    RAISES (ValueError): If it is anything else.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{FORM}; this is not JSON.") from error
    if not isinstance(content, dict) or ("text" in content) == ("annotation" in content):
        raise ValueError(f"{FORM}.")
    if "text" in content:
        return from_text(_string(content, "text"))
    if not isinstance(content["annotation"], list):
        raise ValueError(f"{FORM}; the annotation is not a list.")
    plain: list[str] = []
    places: list[int] = []
    end = 0
    for part in content["annotation"]:
        if not isinstance(part, dict) or ("text" in part) == ("markup" in part):
            raise ValueError(f"{FORM}; a part has neither or both of text and markup.")
        if "text" in part:
            text = _string(part, "text")
            own = from_text(text)
            plain.append(text)
            places += [end + place for place in own.places]
            end += _units(text)
        else:
            stand_in = _string(part, "interpretAs")
            plain.append(stand_in)
            places += [NOWHERE] * len(stand_in)
            end += _units(_string(part, "markup"))
    return AnnotatedText("".join(plain), places)


def _string(part: dict[str, Any], name: str) -> str:
    value = part.get(name) or ""
    if not isinstance(value, str):
        raise ValueError(f"{FORM}; {name} is not a string.")
    try:
        return whole(value)
    except ValueError as error:
        raise ValueError(f"{FORM}; {name}: {error}.") from error


def _units(text: str) -> int:
    return Utf16Offsets(text)(len(text))
