"""Files that appear whole or not at all, and errors that say which file could not be written."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

# No room on the disk, in the quota, or under the limit of the process.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Of a name, in bytes, in nearly every file system.
LONGEST_NAME = 255


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary file beside a path that replaces it when all went well, else vanishes.

    path (Union[str, PathLike]): Where the output is to be; missing folders are made.
    YIELDS (Path): What to write to.
    RAISES (OSError): If it cannot be written, with the path in it.
    """
    path = Path(path)
    check_place(path)
    # Not tempfile: its files are readable by their owner alone, and the output would stay so.
    temporary = beside(path, f".{os.getpid()}.tmp")
    with folders_for(path), naming(path):
        try:
            yield temporary
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def beside(path: Path, suffix: str) -> Path:
    """The place of a hidden file beside another.

    path (Path): The other file.
    suffix (str): What is added to its name, which is shortened where the whole would be too long.
    RETURNS (Path): The place, the same for the same path.
    """
    name = f".{path.name}{suffix}"
    if len(os.fsencode(name)) > LONGEST_NAME:
        name = f".{blake2b(os.fsencode(path.name), digest_size=16).hexdigest()}{suffix}"
    return path.with_name(name)


def check_place(path: Path) -> None:
    """Check, before there is something to write, that a path can be one.

    path (Path): The path.
    RAISES (OSError): If it is too long, or leads through links that go in a circle.
    """
    # Where a folder is missing, the system does not look at what comes after it.
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in path.parts):
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(path))
    # That there is nothing yet is no problem.
    with suppress(FileNotFoundError, NotADirectoryError):
        os.stat(path)


@contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Put a name into errors of a full disk, which have none when they come from a write.

    path (Union[str, PathLike]): What is written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL and error.filename is None:
            error.filename = os.fspath(path)
        raise


@contextmanager
def folders_for(path: Path) -> Iterator[None]:
    """Make the folders of a file, and take those that were made away again after an error.

    path (Path): The file.
    """
    made: list[Path] = []
    try:
        made += make_folders(path.parent)
        yield
    except BaseException:
        remove_folders(made)
        raise


def make_folders(folder: Path) -> list[Path]:
    """Make a folder with those that it is in.

    folder (Path): The folder; it may be there already.
    RETURNS (list[Path]): The folders that were made, the innermost one first.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except BaseException:
        remove_folders(missing)
        raise
    return missing


def remove_folders(folders: list[Path]) -> None:
    """Remove those of some folders that are empty.

    folders (list[Path]): The folders, the innermost one first.
    """
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
