"""Raw text: files of correct sentences, one a line, plain or compressed."""

import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path

from .records import SKIPPED, OnProblem, Problem, atomic_path

TEXT_SUFFIXES = (".txt", ".xz")


def text_files(path: Path) -> list[Path]:
    """List the text files of a corpus.

    path (Path): A file, or a folder of `.txt` and `.xz` files at any depth.
    RETURNS (list[Path]): The files, sorted by name.
    RAISES (FileNotFoundError): If there are none.
    """
    if path.is_file():
        return [path]
    files = sorted(file for file in path.rglob("*") if file.suffix in TEXT_SUFFIXES)
    if not files:
        raise FileNotFoundError(
            f"No text at {path}: it must be a file with one sentence a line, plain or .xz, or a "
            f"folder of {' or '.join(TEXT_SUFFIXES)} files."
        )
    return files


def read_text(path: Path, on_problem: OnProblem) -> Iterator[str]:
    """Read the lines of a text. Lines that are not UTF-8 are reported and left out.

    path (Path): A file, plain or compressed with xz.
    on_problem (Callable): Is called with each problem.
    YIELDS (str): The lines that are not empty, without white space around them.
    """
    for _, line in read_numbered_text(path, on_problem):
        yield line


def read_numbered_text(path: Path, on_problem: OnProblem) -> Iterator[tuple[int, str]]:
    """Read the lines of a text with their numbers; else as `read_text`.

    path (Path): A file, plain or compressed with xz.
    on_problem (Callable): Is called with each problem.
    YIELDS (tuple[int, str]): Each line's number, counted from 1, and the line.
    """
    with (lzma.open if path.suffix == ".xz" else open)(path, "rb") as file:
        for number, raw in enumerate(file, start=1):
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError as error:
                message = f"not UTF-8: {error.reason} at byte {error.start + 1}{SKIPPED}"
                on_problem(Problem(str(path), number, message))
            else:
                if line:
                    yield number, line


def write_text(path: Path, lines: Iterable[str]) -> None:
    """Write a text of one sentence a line, whole or not at all.

    path (Path): The file; missing folders are made.
    lines (Iterable[str]): The sentences.
    """
    with atomic_path(path) as temporary:
        text = "".join(f"{line}\n" for line in lines)
        temporary.write_text(text, encoding="utf-8", newline="\n")
