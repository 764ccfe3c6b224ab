"""Files of pairs: which formats there are, how one is told from another, reading and writing."""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from ..types import Pair
from .records import (
    SKIPPED,
    OnProblem,
    Problem,
    Report,
    TextFile,
    atomic_path,
    check_pair,
    iter_lines,
    log_problem,
)
from .sgml import read_sgml
from .sighan import read_test

__all__ = ["READERS", "Problem", "detect_format", "find_truth", "read_pairs", "write_jsonl"]

Reader = Callable[[Path, OnProblem], Iterator[Pair]]

SOURCE_KEYS = ("source", "original_text")
TARGET_KEYS = ("target", "correct_text")
# Lines that are looked at to tell a format; some of them may be malformed.
DETECTION_LINES = 50


def read_pairs(
    path: str | os.PathLike[str],
    *,
    format: str = "auto",
    truth: str | os.PathLike[str] | None = None,
    on_problem: OnProblem = log_problem,
) -> Iterator[Pair]:
    """Read a file of pairs. A malformed record is reported and skipped; all others are read.

    path (Union[str, PathLike]): The file, UTF-8.
    format (str): A key of `READERS`, or "auto" to tell the format from the content.
    truth (Optional[Union[str, PathLike]]): The corrections of a SIGHAN test set; by default the
        file beside it with "Truth" in its name.
    on_problem (Callable[[Problem], None]): Is called with each problem, e.g. a list's `append`;
        logs a warning by default.
    RETURNS (Iterator[Pair]): The pairs in the order of the file.
    """
    path = Path(path)
    if format == "auto":
        format = "sighan-test" if truth is not None else detect_format(path)
    if format not in READERS:
        known = ", ".join(["auto", *READERS])
        raise ValueError(f"Unknown format {format!r}: it must be one of {known}.")
    if truth is not None and format != "sighan-test":
        raise ValueError(f"A truth file belongs to the format sighan-test, not to {format}.")
    # Here, not in a reader: a generator would raise at its first use only, far from the mistake.
    for file in (path, truth):
        if file is not None and not Path(file).is_file():
            raise FileNotFoundError(f"No such file: {file}")
    reader = READERS[format] if truth is None else partial(read_test, truth=Path(truth))
    return reader(path, on_problem)


def detect_format(path: Path) -> str:
    """Tell the format of a file from its content.

    path (Path): The file.
    RETURNS (str): A key of `READERS`.
    """
    report = Report(path, lambda problem: None)
    lines = (line for _, line in iter_lines(path, report) if line.strip())
    head = list(islice(lines, DETECTION_LINES))
    if re.match(r"\s*\[\s*(\{|\]|$)", "\n".join(head)):
        return "json"
    votes = [_vote(line) for line in head]
    best = max(READERS, key=votes.count)
    if head and not votes.count(best):
        raise ValueError(f"Cannot tell the format of {path}. Name it: one of {', '.join(READERS)}.")
    return best


def _vote(line: str) -> str:
    line = line.strip()
    if line.startswith("<"):
        return "sgml"
    if line.startswith("{"):
        return "jsonl"
    if re.match(r"\([pn]id\s*=", line, re.I):
        return "sighan-test"
    if "\t" not in line:
        return ""
    # The line of a spaced file is at least half spaces; a sentence with words in it is not.
    return "spaced" if all(_is_spaced(part) for part in line.split("\t")) else "tsv"


def find_truth(path: Path) -> Path:
    """Find the corrections of a SIGHAN test set beside its passages.

    path (Path): The file of passages, "..._TestInput.txt" or "..._SubTask2.txt".
    RETURNS (Path): The file of corrections.
    """
    candidates = [
        path.with_name(re.sub("input", "Truth", path.name, flags=re.I)),
        path.with_name(f"{path.stem}_Truth{path.suffix}"),
    ]
    for candidate in candidates:
        if candidate != path and candidate.is_file():
            return candidate
    names = " or ".join(dict.fromkeys(c.name for c in candidates if c != path))
    raise FileNotFoundError(f"{path} needs a file of its corrections: no {names} beside it.")


def read_tsv(path: Path, on_problem: OnProblem) -> Iterator[Pair]:
    """Read lines "source TAB target" or "id TAB source TAB target"; a header may order them else.

    path (Path): The file.
    on_problem (Callable[[Problem], None]): Is called with each problem.
    YIELDS (Pair): The pairs.
    """
    report = Report(path, on_problem)
    header: list[str] = []
    is_first = True
    for line, text in iter_lines(path, report):
        if not text.strip():
            continue
        fields = text.split("\t")
        names = [field.strip().lower() for field in fields]
        if is_first and set(names) & set(SOURCE_KEYS) and set(names) & set(TARGET_KEYS):
            header = names
        elif header and len(fields) == len(header):
            yield from _checked(dict(zip(header, fields, strict=True)), line, report)
        elif not header and len(fields) in (2, 3):
            keys = ("id", "source", "target")[-len(fields) :]
            yield from _checked(dict(zip(keys, fields, strict=True)), line, report)
        else:
            expected = str(len(header)) if header else "2 or 3"
            report(line, f"malformed record: {len(fields)} columns instead of {expected}{SKIPPED}")
        is_first = False


def read_spaced(path: Path, on_problem: OnProblem) -> Iterator[Pair]:
    """Read lines "s o u r c e TAB t a r g e t", the characters separated by single spaces.

    path (Path): The file.
    on_problem (Callable[[Problem], None]): Is called with each problem.
    YIELDS (Pair): The pairs.
    """
    report = Report(path, on_problem)
    for line, text in iter_lines(path, report):
        fields = text.strip().split("\t")
        if len(fields) == 2:
            source, target = (_despace(field) for field in fields)
            yield from _checked({"source": source, "target": target}, line, report)
        elif text.strip():
            report(line, f"malformed record: {len(fields)} columns instead of 2{SKIPPED}")


def _is_spaced(text: str) -> bool:
    text = text.strip()
    return len(text) > 1 and len(text) % 2 == 1 and set(text[1::2]) == {" "}


def _despace(text: str) -> str:
    text = text.strip()
    # A space among the characters stands between two separators: it is not to be lost.
    return text[::2] if _is_spaced(text) else "".join(text.split(" "))


def read_jsonl(path: Path, on_problem: OnProblem) -> Iterator[Pair]:
    """Read one JSON object a line, with "source" and "target" or pycorrector's names.

    path (Path): The file.
    on_problem (Callable[[Problem], None]): Is called with each problem.
    YIELDS (Pair): The pairs.
    """
    report = Report(path, on_problem)
    for line, text in iter_lines(path, report):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as err:
            report(line, f"malformed JSON: {err}{SKIPPED}")
        else:
            yield from _checked(record, line, report)


def read_json(path: Path, on_problem: OnProblem) -> Iterator[Pair]:
    """Read one JSON array of objects, as pycorrector's data sets come.

    The objects are decoded one by one, so that a malformed one does not cost the others.

    path (Path): The file.
    on_problem (Callable[[Problem], None]): Is called with each problem.
    YIELDS (Pair): The pairs.
    """
    report = Report(path, on_problem)
    file = TextFile(path, report)
    decoder = json.JSONDecoder()
    separator, next_object = re.compile(r"[\s,\[\]]*"), re.compile(r"(?<=[\s,}])\{")
    offset = _end_of(separator, file.text, 0)
    while offset < len(file.text):
        line = file.line(offset)
        try:
            record, end = decoder.raw_decode(file.text, offset)
        except (ValueError, RecursionError) as err:
            reason = err.msg if isinstance(err, json.JSONDecodeError) else err
            report(line, f"malformed JSON: {reason}{SKIPPED}")
            resumed = next_object.search(file.text, offset + 1)
            offset = resumed.start() if resumed else len(file.text)
            continue
        if file.is_damaged(offset, end):
            report(line, f"malformed record: it has a line not UTF-8{SKIPPED}")
        else:
            yield from _checked(record, line, report)
        offset = _end_of(separator, file.text, end)


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _checked(record: Any, line: int, report: Report) -> Iterator[Pair]:
    """Make a record's pair; nothing is yielded where that fails, and it is reported."""
    if not isinstance(record, dict):
        report(line, f"malformed record: not an object{SKIPPED}")
        return
    source, target = (_first(record, keys) for keys in (SOURCE_KEYS, TARGET_KEYS))
    if not isinstance(source, str) or not isinstance(target, str):
        names = f"{' or '.join(SOURCE_KEYS)}, {' or '.join(TARGET_KEYS)}"
        report(line, f"malformed record: needs two texts ({names}){SKIPPED}")
        return
    flaw = ""
    if len(source) == len(target):  # Else that is what is reported.
        flaw = _flaw_of_ids(source, target, record.get("wrong_ids"))
    if flaw:
        report(line, f"bad wrong_ids: {flaw}{SKIPPED}")
        return
    id = record.get("id")
    pair = check_pair(source, target, "" if id is None else str(id).strip(), line, report)
    if pair is not None:
        yield pair


def _first(record: dict[str, Any], keys: Iterable[str]) -> Any:
    return next((record[key] for key in keys if key in record), None)


def _flaw_of_ids(source: str, target: str, wrong_ids: Any) -> str:
    """What is wrong with the offsets of the wrong characters; "" where they are right or absent.

    Offsets of characters that are equal are let pass: conversion to Simplified leaves such.
    """
    if wrong_ids is None:
        return ""
    if not isinstance(wrong_ids, list) or any(type(index) is not int for index in wrong_ids):
        return "not a list of numbers"
    outside = [index for index in wrong_ids if not 0 <= index < len(source)]
    if outside:
        return f"{outside[0]} of {len(source)} characters"
    missing = {i for i, (a, b) in enumerate(zip(source, target, strict=True)) if a != b} - set(
        wrong_ids
    )
    return f"the texts differ at {min(missing)} too" if missing else ""


def _read_test(path: Path, on_problem: OnProblem) -> Iterator[Pair]:
    return read_test(path, on_problem, truth=find_truth(path))


READERS: dict[str, Reader] = {
    "sgml": read_sgml,
    "sighan-test": _read_test,
    "jsonl": read_jsonl,
    "json": read_json,
    "tsv": read_tsv,
    "spaced": read_spaced,
}


def write_jsonl(pairs: Iterable[Pair], path: str | os.PathLike[str]) -> int:
    """Write pairs as JSONL: the whole file or, where something fails, none.

    pairs (Iterable[Pair]): The pairs.
    path (Union[str, PathLike]): The file.
    RETURNS (int): The number of pairs written.
    """
    count = 0
    with (
        atomic_path(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        for pair in pairs:
            record = {"id": pair.id, "source": pair.source, "target": pair.target}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    return count
