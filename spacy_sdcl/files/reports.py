"""What was found, for programs: GitHub's annotations, SARIF, reviewdog's lines, JSON, a baseline."""

import json
import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from .. import __version__
from .baseline import file_key, write_baseline
from .lines import STDIN_LABEL
from .units import CorrectedLine

NAME = "sdcl"
RULE, FLAGGED = "spelling", "suspicious"
RULES = {
    RULE: "A wrong character, with its correction.",
    FLAGGED: "A character that is probably wrong, without a sure correction.",
}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
WARNING = {"level": "warning"}
# GitHub takes these for its own.
ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
PROPERTY_ESCAPES = {**ESCAPES, ":": "%3A", ",": "%2C"}


class GithubWriter:
    """A command of GitHub's workflows for each place, which shows it beside the changed lines."""

    def start(self) -> Iterator[bytes]:
        yield from ()

    def write(self, each: CorrectedLine) -> Iterator[bytes]:
        for correction in each.corrections:
            properties = {
                "file": relative(each.line.file),
                "line": each.line.number,
                "col": correction["start"] + 1,
                # The last column, not the one behind it.
                "endColumn": correction["end"],
                "title": f"{NAME} {rule_of(correction)}",
            }
            listed = ",".join(
                f"{name}={escaped(str(value), PROPERTY_ESCAPES)}"
                for name, value in properties.items()
            )
            yield encoded(f"::warning {listed}::{escaped(message_of(correction), ESCAPES)}\n")

    def finish(self, summary: str) -> Iterator[bytes]:
        yield from ()


class RdjsonlWriter:
    """A diagnostic of reviewdog a line. Its columns are bytes of UTF-8, counted from 1."""

    def start(self) -> Iterator[bytes]:
        yield from ()

    def write(self, each: CorrectedLine) -> Iterator[bytes]:
        for correction in each.corrections:
            place = {
                name: {
                    "line": each.line.number,
                    "column": len(encoded(each.text[: correction[name]])) + 1,
                }
                for name in ("start", "end")
            }
            record: dict[str, Any] = {
                "message": message_of(correction),
                "location": {"path": printable(relative(each.line.file)), "range": place},
                "severity": "WARNING",
                "source": {"name": NAME},
                "code": {"value": rule_of(correction)},
            }
            if rule_of(correction) == RULE:
                record["suggestions"] = [{"range": place, "text": correction["target"]}]
            yield encoded(json.dumps(record, ensure_ascii=False) + "\n")

    def finish(self, summary: str) -> Iterator[bytes]:
        yield from ()


class JsonWriter:
    """One list of all places."""

    opening, closing = b"[", b"]\n"

    def start(self) -> Iterator[bytes]:
        self._first = True
        yield self.opening

    def write(self, each: CorrectedLine) -> Iterator[bytes]:
        for correction in each.corrections:
            text = json.dumps(self.record(each, correction), ensure_ascii=False)
            yield (b"\n" if self._first else b",\n") + encoded(text)
            self._first = False

    def finish(self, summary: str) -> Iterator[bytes]:
        yield (b"" if self._first else b"\n") + self.closing

    def record(self, each: CorrectedLine, correction: dict[str, Any]) -> dict[str, Any]:
        """What is written of a place.

        each (CorrectedLine): The line.
        correction (dict): What is wrong in it.
        RETURNS (dict): Plain values.
        """
        return {
            "file": printable(each.line.file),
            "line": each.line.number,
            "column": correction["start"] + 1,
            "end_column": correction["end"] + 1,
            "rule": rule_of(correction),
            "message": message_of(correction),
            **{key: value for key, value in correction.items() if key not in ("start", "end")},
        }


class SarifWriter(JsonWriter):
    """SARIF 2.1.0, which code scanning takes: a result for each place, with its correction."""

    def start(self) -> Iterator[bytes]:
        rules = [
            {"id": rule, "shortDescription": {"text": text}, "defaultConfiguration": WARNING}
            for rule, text in RULES.items()
        ]
        driver = {"name": NAME, "version": __version__, "rules": rules}
        head = {"$schema": SARIF_SCHEMA, "version": "2.1.0"}
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
        # What follows is put into the list as it is found.
        before = json.dumps({**head, "runs": []}, ensure_ascii=False).removesuffix("]}")
        of_run = json.dumps({**run, "results": []}, ensure_ascii=False).removesuffix("]}")
        self.opening, self.closing = encoded(before + of_run), b"]}]}\n"
        yield from super().start()

    def record(self, each: CorrectedLine, correction: dict[str, Any]) -> dict[str, Any]:
        """What is written of a place.

        each (CorrectedLine): The line.
        correction (dict): What is wrong in it.
        RETURNS (dict): A result of SARIF.
        """
        file = {"uri": uri_of(each.line.file)}
        line = each.line.number
        region = {
            "startLine": line,
            "startColumn": correction["start"] + 1,
            "endLine": line,
            "endColumn": correction["end"] + 1,
        }
        place = {"artifactLocation": file, "region": region}
        around = each.around.get(correction["start"], "")
        result = {
            "ruleId": rule_of(correction),
            "ruleIndex": list(RULES).index(rule_of(correction)),
            **WARNING,
            "message": {"text": message_of(correction)},
            "locations": [{"physicalLocation": place}],
            # By these a place is known again when lines have moved.
            "partialFingerprints": {
                "around/v1": blake2b(encoded(around), digest_size=16).hexdigest()
            },
            "rank": round(100 * correction["score"], 1),
        }
        if rule_of(correction) == RULE:
            replacement = {
                "deletedRegion": region,
                "insertedContent": {"text": correction["target"]},
            }
            change = {"artifactLocation": file, "replacements": [replacement]}
            text = f"Write {correction['target']}."
            result["fixes"] = [{"description": {"text": text}, "artifactChanges": [change]}]
        return result


class BaselineWriter:
    """The findings as a baseline, which later runs pass over.

    path (Path): Its place, from which the names of files count.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.findings: dict[str, set[str]] = {}

    def start(self) -> Iterator[bytes]:
        yield from ()

    def write(self, each: CorrectedLine) -> Iterator[bytes]:
        if each.corrections:
            places = self.findings.setdefault(file_key(each.line.file, self.path), set())
            places.update(each.around[correction["start"]] for correction in each.corrections)
        yield from ()

    def finish(self, summary: str) -> Iterator[bytes]:
        yield write_baseline(self.findings)


def rule_of(correction: dict[str, Any]) -> str:
    """The rule that a finding is of.

    correction (dict): As in `doc._.corrections`.
    RETURNS (str): A name in `RULES`.
    """
    return RULE if correction["target"] != correction["source"] else FLAGGED


def message_of(correction: dict[str, Any]) -> str:
    """What is said of a finding.

    correction (dict): As in `doc._.corrections`.
    RETURNS (str): What is written, what would be right, and how sure that is.
    """
    source, target, score = (correction[key] for key in ("source", "target", "score"))
    return f"{source} → {target if target != source else '?'} ({score:.2f})"


def relative(name: str) -> str:
    """A file's name as seen from the working folder, if it lies in it.

    name (str): The name.
    RETURNS (str): It, with slashes.
    """
    if name == STDIN_LABEL:
        return name
    path = PurePath(name)
    if path.is_absolute() and path.is_relative_to(os.getcwd()):
        path = path.relative_to(os.getcwd())
    return path.as_posix()


def uri_of(name: str) -> str:
    """A file's name as SARIF has it.

    name (str): The name.
    RETURNS (str): A reference, relative where that is possible.
    """
    name = relative(name)
    path = quote(os.fsencode(name))
    return f"file://{path}" if PurePath(name).is_absolute() else path


def printable(text: str) -> str:
    """A text that UTF-8 can write.

    text (str): Any text; bytes that are none are lone surrogates.
    RETURNS (str): The text, with "�" for these.
    """
    return text.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")


def encoded(text: str) -> bytes:
    """A text as bytes.

    text (str): Any text; bytes that are none are lone surrogates.
    RETURNS (bytes): UTF-8, and these bytes.
    """
    return text.encode("utf-8", errors="surrogateescape")


def escaped(text: str, escapes: dict[str, str]) -> str:
    """Write a text so that its characters are not taken for marks.

    text (str): The text.
    escapes (dict[str, str]): What is written for each of them.
    RETURNS (str): The text with their escapes.
    """
    return "".join(escapes.get(char, char) for char in text)
