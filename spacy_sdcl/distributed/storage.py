"""Where inputs and outputs lie: local files, or an address that Ray's readers know."""

import os
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from uuid import uuid4

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from ..data.writing import naming

REMOTE = "://"
LOCAL = "file" + REMOTE
# What Ray's readers, and others, take for no data.
HIDDEN = (".", "_")


class Place(NamedTuple):
    """A file or a folder.

    system (AbstractFileSystem): The file system that it lies in.
    path (str): Its path there.
    """

    system: AbstractFileSystem
    path: str

    def __truediv__(self, name: str) -> "Place":
        return Place(self.system, posixpath.join(self.path, name))

    @property
    def is_local(self) -> bool:
        """Whether it lies in this machine's own file system."""
        return isinstance(self.system, LocalFileSystem)


def full_address(address: str) -> str:
    """An address that another process, in another folder, understands.

    address (str): A path, or an address with a scheme, such as s3://bucket/folder.
    RETURNS (str): The address; a path in full.
    """
    if address.startswith(LOCAL):
        address = address.removeprefix(LOCAL)
    return address if REMOTE in address else os.path.abspath(address)


def locate(address: str) -> Place:
    """Find the file system of an address: the one that Ray's readers would find.

    address (str): As in `full_address`.
    RETURNS (Place): The place; there need be nothing yet.
    RAISES (ValueError): If there is no such file system, or its package is not installed.
    """
    address = full_address(address)
    if REMOTE not in address:
        path = LocalFileSystem._strip_protocol(address)
        return Place(LocalFileSystem(auto_mkdir=True), path)
    with suppress(ImportError, ValueError):
        from fsspec.implementations.arrow import ArrowFSWrapper
        from pyarrow.fs import FileSystem

        system, path = FileSystem.from_uri(address)
        return Place(ArrowFSWrapper(system), path)
    try:
        return Place(*url_to_fs(address))
    except (ImportError, ValueError) as error:
        raise ValueError(f"{address} cannot be reached: {error}") from error


def find_files(place: Place) -> list[str]:
    """List the files at a place.

    place (Place): A file, a folder with others in it, or a pattern such as /corpus/*.jsonl.
    RETURNS (list[str]): Their paths, in order; hidden ones of a folder are left out.
    RAISES (FileNotFoundError): If there are none.
    """
    system, path = place
    if system.isfile(path):
        return [path]
    if system.isdir(path):
        found = [
            each
            for each in system.find(path)
            if not any(part.startswith(HIDDEN) for part in each[len(path) :].split("/"))
        ]
    else:
        found = [each for each in system.glob(path) if system.isfile(each)]
    if not found:
        raise FileNotFoundError(f"There is no file at {path}: name a file, or a folder of files.")
    return sorted(found)


def state_of(place: Place) -> tuple[int, str]:
    """How a file is, to see later whether it was changed.

    place (Place): The file.
    RETURNS (tuple[int, str]): Its size in bytes and the time of its last change, "" where the file
        system does not know it.
    RAISES (OSError): If there is no such file.
    """
    size = int(place.system.info(place.path)["size"])
    try:
        return size, str(place.system.modified(place.path))
    except (NotImplementedError, KeyError):
        return size, ""


@contextmanager
def written_whole(place: Place) -> Iterator[Any]:
    """A file that appears whole or not at all.

    place (Place): Where it is to be; missing folders are made.
    YIELDS (file): What to write bytes to.
    RAISES (OSError): If it cannot be written.
    """
    system, path = place
    folder, name = posixpath.split(path)
    system.makedirs(folder, exist_ok=True)
    # Two workers may write one part, where one of them was thought to be lost.
    temporary = temporary_name(folder, name)
    try:
        with naming(path), system.open(temporary, "wb") as file:
            yield file
            file.flush()
            if place.is_local:
                os.fsync(file.fileno())
        if place.is_local:
            os.replace(temporary, path)
        else:
            system.mv(temporary, path)
    except BaseException:
        with suppress(OSError):
            system.rm_file(temporary)
        raise


TEMPORARY = ".tmp"


def temporary_name(folder: str, name: str) -> str:
    """The name of a file that is not whole yet.

    folder (str): Its folder.
    name (str): What it will be called.
    RETURNS (str): Another path for each call.
    """
    return posixpath.join(folder, f".{name}.{uuid4().hex}{TEMPORARY}")


def remove_temporary(place: Place) -> None:
    """Remove what runs that were broken off have left.

    place (Place): The folder.
    """
    for path in place.system.ls(place.path, detail=False):
        name = posixpath.basename(path.rstrip("/"))
        if name.startswith(".") and name.endswith(TEMPORARY):
            place.system.rm_file(path)
