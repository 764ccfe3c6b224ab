"""Folders: which of their files are text to be corrected."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from ..documents.kinds import SUFFIXES
from .names import escape_controls

IGNORE = ".gitignore"


class Patterns:
    """Patterns as in a .gitignore, which count from a folder.

    folder (str): The folder.
    lines (Sequence[str]): The patterns.
    RAISES (ValueError): If one is not valid.
    """

    def __init__(self, folder: str, lines: Sequence[str]) -> None:
        self.folder = os.path.realpath(folder)
        self._spec = GitIgnoreSpec.from_lines(lines)

    def says(self, path: str) -> bool | None:
        """Whether a path is meant.

        path (str): The real path of a file, or of a folder with a slash behind it.
        RETURNS (bool): True or False by the last pattern that fits it; None where none does.
        """
        way = os.path.relpath(path, self.folder).replace(os.sep, "/")
        if way.startswith("../"):
            return None
        return self._spec.check_file(f"{way}/" if path.endswith("/") else way).include


def find_files(
    folder: str,
    *,
    globs: Sequence[str] = (),
    any_suffix: bool = False,
    on_failure: Callable[[str], None],
) -> Iterator[str]:
    """Find the files of a folder, and of those in it, that hold text.

    What .gitignore excludes is left out, and hidden files and links are.

    folder (str): The folder.
    globs (Sequence[str]): Patterns, as in a .gitignore, of which a file must fit one; none for all.
    any_suffix (bool): Take files whose suffix is of no kind of document, too.
    on_failure (Callable): Is called with a message for each folder that cannot be read.
    YIELDS (str): The names of the files, with the folder's before them, in order.
    """
    wanted = Patterns(folder, globs) if globs else None

    def walk(folder: str, ignores: list[Patterns]) -> Iterator[str]:
        ignores = [*_ignores(folder), *ignores]
        real = os.path.realpath(folder)
        try:
            with os.scandir(folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            on_failure(f"{escape_controls(folder)}: {error.strerror}; left out")
            return
        for entry in ordered:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            name, path = os.path.join(folder, entry.name), os.path.join(real, entry.name)
            if entry.is_dir():
                if not _ignored(f"{path}/", ignores):
                    yield from walk(name, ignores)
            elif (
                entry.is_file()
                and (any_suffix or Path(name).suffix.lower() in SUFFIXES)
                and (wanted is None or wanted.says(path))
                and not _ignored(path, ignores)
            ):
                yield os.path.normpath(name)

    yield from walk(folder, list(_outer_ignores(folder)))


def _ignored(path: str, ignores: Sequence[Patterns]) -> bool:
    # Those of an inner folder come first, and count more.
    for patterns in ignores:
        said = patterns.says(path)
        if said is not None:
            return said
    return False


def _ignores(folder: str) -> Iterator[Patterns]:
    path = Path(folder) / IGNORE
    if path.is_file():
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            yield Patterns(folder, lines)
        except ValueError as error:
            raise ValueError(f"{escape_controls(str(path))}: {error}") from error


def _outer_ignores(folder: str) -> Iterator[Patterns]:
    # Up to the root of the repository, if there is one.
    here = Path(os.path.realpath(folder))
    outer = []
    for each in (here, *here.parents):
        if each != here:
            outer.append(each)
        if (each / ".git").exists():
            for parent in outer:
                yield from _ignores(str(parent))
            return
