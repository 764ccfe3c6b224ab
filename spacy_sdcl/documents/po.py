"""Catalogues of gettext: the translations."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import polib

from .composing import compose
from .elements import is_chinese
from .errors import MalformedDocument
from .lines import source_lines
from .passages import OBJECT, Passage, PassageBuilder
from .text import read_text

STRING = re.compile(
    r'(?:(?P<word>msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s*)?"(?P<text>.*)"'
)
ESCAPE = re.compile(r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)")
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
# A program puts something in their place.
PLACEHOLDER = re.compile(
    r"%(?:\(\w+\)|\d+\$)?[-+#0]*\d*(?:\.\d+)?(?:ll|[hlzjt])?[diouxXeEfgGcrsp]|%\d|\$?\{[\w.:!-]*\}"
)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
LANGUAGE = re.compile(r"^Language:(.*)$", re.MULTILINE)
LINE = re.compile(r"\(line (\d+)\)(?:: (.*))?")
# polib takes these for line ends.
LINE_ENDS = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))


class Entry(NamedTuple):
    """A translation.

    is_header (bool): Whether it is that of the empty message: what is known of the catalogue.
    origin (Passage): Its text, with its places.
    """

    is_header: bool
    origin: Passage


def read_po(source: str) -> Iterator[Passage]:
    """Read a catalogue.

    source (str): The file.
    RETURNS (Iterator[Passage]): The translations, all plural forms, fuzzy ones too. None, if the
        header names another language.
    RAISES (MalformedDocument): If it is no catalogue.
    """
    if not source.strip():
        return iter(())
    _check(source)
    entries = list(_entries(source))
    header = next((each.origin.text for each in entries if each.is_header), "")
    language = LANGUAGE.search(header)
    if language and not is_chinese(language[1]):
        return iter(())
    return _read(each.origin for each in entries if not each.is_header)


def _check(source: str) -> None:
    lines = list(source_lines(source))
    # One line without an end might be taken for the name of a file.
    text = "\n".join(line.text.translate(LINE_ENDS) for line in lines) + "\n"
    try:
        polib.pofile(text)
    except (OSError, ValueError, UnicodeError) as error:
        match = LINE.search(str(error))
        number = min(int(match[1]), len(lines)) if match else 1
        what = (match[2] if match else None) or "no entry of a catalogue"
        remedy = "put that right; msgfmt --check shows all such places"
        raise MalformedDocument(source, lines[number - 1].start, what, remedy) from error


def _entries(source: str) -> Iterator[Entry]:
    word = ""
    message = PassageBuilder(source)
    text = PassageBuilder(source)
    is_header = True
    for line in source_lines(source):
        match = STRING.match(line.text.strip())
        start = line.start + len(line.text) - len(line.text.lstrip())
        # What stands behind "#~" is out of use.
        if match is None or match["word"]:
            if word.startswith("msgstr"):
                yield Entry(is_header, text.build())
            elif word == "msgid":
                is_header = not message.build().text
            word = match["word"] if match else ""
        if match and word.startswith("msgstr"):
            _take(text, source, start + match.start("text"), start + match.end("text"))
        elif match and word == "msgid":
            _take(message, source, start + match.start("text"), start + match.end("text"))
    if word.startswith("msgstr"):
        yield Entry(is_header, text.build())


def _take(builder: PassageBuilder, source: str, start: int, end: int) -> None:
    for match in ESCAPE.finditer(source, start, end):
        builder.take(start, match.start())
        builder.put(_unescape(match[0][1:]), *match.span())
        start = match.end()
    builder.take(start, end)


def _unescape(escaped: str) -> str:
    if escaped[0] in "01234567":
        return chr(int(escaped, 8))
    if escaped[0] == "x" and len(escaped) > 1:
        return chr(int(escaped[1:], 16))
    return ESCAPED.get(escaped, escaped)


def _read(origins: Iterator[Passage]) -> Iterator[Passage]:
    for origin in origins:
        prose = _without_markup(origin.text)
        yield from compose(compose(read_text(prose.text), prose), origin)


def _without_markup(text: str) -> Passage:
    builder = PassageBuilder(text)
    place = 0
    for match in re.compile(f"{PLACEHOLDER.pattern}|{TAG.pattern}").finditer(text):
        builder.take(place, match.start())
        if not match[0].startswith("<"):
            builder.put(OBJECT, *match.span())
        place = match.end()
    builder.take(place, len(text))
    return builder.build()
