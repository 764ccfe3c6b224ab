"""The parameters of a LanguageTool request, however its client writes them.

Clients disagree with the header that says what they send: LTeX sends a form as application/json,
LibreOffice before 7.6 sends one whose text is not encoded at all. So a body is read as what it is.
"""

import json
import re
from typing import Any
from urllib.parse import unquote_plus

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from .gate import Received

MOST_FIELDS = 1000
# An ampersand of a text that is not encoded starts no field.
FIELD_START = re.compile(r"&+(?=[A-Za-z][A-Za-z0-9_.-]*=)")
NOT_UTF8 = "The request must be UTF-8, and is not: send the text in that encoding."


def read_parameters(received: Received) -> dict[str, str]:
    """Read the parameters of a request.

    received (Received): The request.
    RETURNS (dict[str, str]): The parameters of its address and of its body, which come first.
    RAISES (ValueError): If they cannot be read.
    """
    kind, options = parse_options_header(received.headers.get("content-type", ""))
    if kind == b"multipart/form-data":
        own = _read_multipart(received.body, options.get(b"boundary", b""))
    elif received.body.lstrip()[:1] == b"{":
        own = _read_json(received.body)
    else:
        own = read_form(received.body)
    return {**read_form(received.query), **own}


def read_form(content: bytes) -> dict[str, str]:
    """Read a form.

    content (bytes): Fields between ampersands; the value of each is percent-encoded, or it has
        characters outside ASCII and stands for itself.
    RETURNS (dict[str, str]): The values by name; of several with one name, the last.
    RAISES (ValueError): If it is not UTF-8, or has too many fields.
    """
    fields = FIELD_START.split(_decode(content.strip()), maxsplit=MOST_FIELDS)
    if len(fields) > MOST_FIELDS:
        raise ValueError(f"The request has more than {MOST_FIELDS} parameters.")
    pairs = (field.partition("=") for field in fields)
    return {
        _unquote(name): value if _is_raw(value) else _unquote(value) for name, _, value in pairs
    }


def _is_raw(value: str) -> bool:
    return not value.isascii()


def _unquote(value: str) -> str:
    try:
        return unquote_plus(value, errors="strict")
    except UnicodeDecodeError:
        raise ValueError(NOT_UTF8) from None


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(NOT_UTF8) from None


def _read_json(content: bytes) -> dict[str, str]:
    try:
        given = json.loads(_decode(content))
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(
            'The request begins as JSON, but is none: send {"text": "…", "language": "zh-CN"}, or a '
            "form."
        ) from None
    return {name: _as_text(value) for name, value in given.items() if value is not None}


def _as_text(value: Any) -> str:
    # As a form would have it.
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(map(str, value))
    return json.dumps(value)


def _read_multipart(content: bytes, boundary: bytes) -> dict[str, str]:
    found: dict[bytes, bytes] = {}

    def keep(field: Any) -> None:
        if len(found) >= MOST_FIELDS:
            raise ValueError(f"The request has more than {MOST_FIELDS} parameters.")
        found[field.field_name or b""] = field.value or b""

    # Files have no meaning here.
    try:
        parser = FormParser("multipart/form-data", keep, lambda file: None, boundary=boundary)
        parser.write(content)
        parser.finalize()
    except FormParserError:
        raise ValueError(
            "The parts of the form cannot be read: send it as application/x-www-form-urlencoded."
        ) from None
    return {_decode(name): _decode(value) for name, value in found.items()}
