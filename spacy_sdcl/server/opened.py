"""A document of any kind, opened from its bytes and given back with corrections.

It is read in a process of its own, which `reader.py` starts and may end: documents come from
anywhere, and some are made so that reading them takes forever. Nothing here needs spaCy or a model.
"""

import codecs
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from ..documents.columns import UnknownColumns
from ..documents.kinds import DEFAULT, read_passages
from ..documents.packed import OPENERS
from ..files.lines import Line, Position
from ..files.reading import read_units
from ..files.splicing import splice
from ..files.units import Unit
from ..language.characters import is_cjk
from .offsets import Utf16Offsets

ENCODINGS = ("utf-8", "gb18030", "big5")
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
PRIVATE = re.compile(r"[\ue000-\uf8ff]")
HALF = re.compile(r"[\ud800-\udfff]")
# Bytes of memory that a document may take.
MOST_MEMORY = 1 << 30
NICENESS = 10


class Opened(NamedTuple):
    """A document.

    unit (Unit): What is read of it, and what it is written in.
    encoding (str): Its encoding; None where it is no text.
    """

    unit: Unit
    encoding: str | None

    @property
    def texts(self) -> list[str]:
        """The texts of its passages, in order."""
        # JSON can hold half of a surrogate pair, which is no character.
        return [HALF.sub("\ufffd", passage.text) for passage in self.unit.passages]

    def corrected(self, changes: Sequence[Mapping[str, Any]]) -> bytes:
        """Write the document with corrections. It can be done once.

        changes (Sequence[Mapping]): Each has "passage", a number, "start", "end", "source" and
            "target", offsets in UTF-16 code units; perhaps "score" and "candidates".
        RETURNS (bytes): The document; all that is not corrected is as it was.
        RAISES (ValueError): If a change is none of this document, or cannot be written in its
            encoding.
        """
        by_passage: dict[int, list[Mapping[str, Any]]] = {}
        for change in changes:
            by_passage.setdefault(change["passage"], []).append(change)
        for number, some in by_passage.items():
            if number >= len(self.unit.passages):
                raise ValueError(f"there is no passage {number}; open the document again")
            passage = self.unit.passages[number]
            self.unit.put(passage, _in_characters(some, passage.text))
        first = self.unit.lines[0]
        if first.packed is not None:
            return first.packed.write()
        assert self.encoding is not None
        content, refused = splice(first.line.content, first.changes, encoding=self.encoding)
        if refused:
            missing = "".join(sorted({each["target"] for each in refused}))
            raise ValueError(
                f"{self.encoding}, the document's encoding, has no {missing}; leave that out, or "
                "save the document as UTF-8"
            )
        return first.line.prefix + content + first.line.ending


def open_document(content: bytes, kind: str, columns: Sequence[str] = ()) -> Opened:
    """Open a document.

    content (bytes): The file.
    kind (str): Its kind, a name in `documents.kinds.KINDS` or `documents.packed.OPENERS`.
    columns (Sequence[str]): The columns of a table, or the keys of JSON, that are to be read.
    RETURNS (Opened): The document.
    RAISES (ValueError): If it is none of its kind, in no known encoding, or the columns are not there.
    RAISES (ImportError): If a package that the kind needs is not installed.
    """
    prefix, encoding = (b"", None) if kind in OPENERS else _encoding(content)
    line = Line("", prefix, content[len(prefix) :], b"", Position(0, 1, len(content)))

    def refuse(_: Line, error: Exception) -> NoReturn:
        raise error

    [unit] = read_units(
        [line],
        [kind],
        columns=columns,
        encoding=encoding or "utf-8",
        on_unreadable=lambda _, reason: refuse(line, ValueError(reason)),
        on_malformed=refuse,
    )
    return Opened(unit, encoding)


def _in_characters(changes: Sequence[Mapping[str, Any]], text: str) -> list[dict[str, Any]]:
    units = Utf16Offsets(text)
    found: list[dict[str, Any]] = []
    last = 0
    for each in sorted(changes, key=lambda each: each["start"]):
        start, end = units.characters(each["start"]), units.characters(each["end"])
        source, target = each["source"], each["target"]
        if not source or text[start:end] != source:
            raise ValueError(f"there is no {source!r} at {each['start']}; open the document again")
        # Other characters may mean something else than themselves in the document.
        if len(source) != len(target) or not all(map(is_cjk, source + target)):
            raise ValueError(f"{source!r} cannot become {target!r}; send Chinese for Chinese")
        if start < last:
            raise ValueError(
                f"there are two changes of the {source!r} at {each['start']}; send one"
            )
        last = end
        found.append({**each, "start": start, "end": end})
    return found


def _encoding(content: bytes) -> tuple[bytes, str]:
    mark = next((each for each in MARKS if content.startswith(each)), b"")
    found: list[tuple[bool, int, str]] = []
    for encoding in (MARKS[mark],) if mark else ENCODINGS:
        try:
            text = content[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            # Most of Big5 is GB18030, too, but only with characters that nobody else has.
            found.append((PRIVATE.search(text) is not None, len(found), encoding))
    if not found:
        raise ValueError("this is no text in UTF-8, UTF-16, GB18030 or Big5; save it as UTF-8")
    return mark, min(found)[2]


def _prose(texts: Sequence[str]) -> list[str]:
    # Of plain text too, paragraphs that were wrapped are one, and what is switched off is left out.
    return [passage.text for text in texts for passage in read_passages(DEFAULT, text)]


def answer(order: Mapping[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Do what is asked of a document.

    order (Mapping): "kind", "columns", and "changes" where it is to be written.
    content (bytes): The file.
    RETURNS (tuple[dict, bytes]): "texts" and "encoding", or "error" and "about"; and the file, where
        it was to be written.
    """
    try:
        opened = open_document(content, order["kind"], order["columns"])
        if order.get("changes") is None:
            texts = opened.texts if order["kind"] != DEFAULT else _prose(opened.texts)
            return {"texts": texts, "encoding": opened.encoding}, b""
        return {}, opened.corrected(order["changes"])
    except (MemoryError, RecursionError):
        return {"error": "it takes too much memory; divide it", "about": "size"}, b""
    except ImportError as error:
        return {"error": str(error), "about": "extra"}, b""
    except UnknownColumns as error:
        return {"error": str(error), "about": "columns"}, b""
    # MalformedDocument is one, too.
    except ValueError as error:
        return {"error": str(error), "about": "content"}, b""


def main() -> None:
    """Answer one order: a line of JSON, and the file behind it, as the answer is."""
    _be_modest()
    order = json.loads(sys.stdin.buffer.readline())
    said, content = answer(order, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)


def _be_modest() -> None:
    try:
        import resource
    except ImportError:
        # There is no such thing on Windows.
        return
    # Texts that somebody is writing go first.
    os.nice(NICENESS)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = MOST_MEMORY if most == resource.RLIM_INFINITY else min(MOST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))


if __name__ == "__main__":
    main()
