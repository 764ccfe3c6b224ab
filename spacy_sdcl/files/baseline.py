"""Findings that are known already: a run reports only what is new.

A finding is known by what is read around it, not by its line, so that it stays known when text is
added before it, or a paragraph is wrapped anew.
"""

import json
import os
from collections.abc import Mapping, Set
from hashlib import blake2b
from pathlib import Path

from pydantic import Field

from ..data.checked import Checked
from .lines import STDIN_LABEL
from .units import CorrectedLine

VERSION = 1


class Stored(Checked):
    """What is in the file of a baseline."""

    version: int = Field(ge=VERSION, le=VERSION, description=f"{VERSION}")
    findings: dict[str, list[str]] = Field(description="for each file a list of places")


class Baseline:
    """Known findings.

    path (Path): Where they are kept; the names of files count from its folder.
    findings (Mapping[str, Set[str]]): What is read around each finding, by files.
    """

    def __init__(self, path: Path, findings: Mapping[str, Set[str]]) -> None:
        self.path = path
        self.findings = findings

    @classmethod
    def load(cls, path: Path) -> "Baseline":
        """Read a baseline.

        path (Path): The file that `--write-baseline` has written.
        RETURNS (Baseline): What is in it.
        RAISES (OSError): If it cannot be read.
        RAISES (ValueError): If it is none.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(values, dict):
                raise ValueError("it holds no object.")
            stored = Stored(**values)
        except ValueError as error:
            raise ValueError(
                f"{path} is no baseline: {error} Write it anew with --write-baseline {path}."
            ) from None
        return cls(path, {name: set(places) for name, places in stored.findings.items()})

    def leave_out(self, each: CorrectedLine) -> CorrectedLine:
        """Take known findings out of a line.

        each (CorrectedLine): The line; a document that writes itself is told, too.
        RETURNS (CorrectedLine): The line with what is new.
        """
        known = self.findings.get(file_key(each.line.file, self.path), ())
        if known:
            kept = [one for one in each.corrections if each.around[one["start"]] not in known]
            each.corrections[:] = kept
        return each

    def digest(self) -> str:
        """A fingerprint.

        RETURNS (str): Equal for equal findings.
        """
        return blake2b(write_baseline(self.findings), digest_size=16).hexdigest()


def file_key(name: str, path: Path) -> str:
    """What a baseline calls a file.

    name (str): The file's name.
    path (Path): The baseline's own.
    RETURNS (str): The way from the baseline's folder to it.
    """
    if name == STDIN_LABEL:
        return name
    try:
        way = os.path.relpath(os.path.realpath(name), os.path.realpath(path.parent))
    except ValueError:
        # On another drive.
        way = os.path.realpath(name)
    return Path(way).as_posix()


def write_baseline(findings: Mapping[str, Set[str]]) -> bytes:
    """Write a baseline.

    findings (Mapping[str, Set[str]]): What is read around each finding, by files.
    RETURNS (bytes): JSON, in an order that makes small differences of small changes.
    """
    ordered = {name: sorted(findings[name]) for name in sorted(findings) if findings[name]}
    stored = {"version": VERSION, "findings": ordered}
    text = json.dumps(stored, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", errors="surrogateescape")
