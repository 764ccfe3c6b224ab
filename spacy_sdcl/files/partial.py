"""An output file that appears whole or not at all, and that a broken run can go on with.

Until it is whole, the output is in a hidden file beside its place, with a second file that says how
far input and output are. That one is replaced at once, so that it is always right about a beginning
of the output, and what was written after that beginning is cut off when the run goes on.
"""

import json
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from ..data.writing import atomic_path, beside, check_place, make_folders, naming, remove_folders
from .lines import START, Position

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# Seconds between two notes of how far the run is.
INTERVAL = 1.0
CHUNK = 1 << 20
O_BINARY = getattr(os, "O_BINARY", 0)


@dataclass
class Progress:
    """How far a run is.

    position (Position): Of the input.
    output (int): Bytes of output that belong to it.
    counts (dict[str, int]): What was counted so far.
    """

    position: Position = START
    output: int = 0
    counts: dict[str, int] = field(default_factory=dict)


class PartialFile:
    """Writes an output that is renamed to its place when it is whole.

    path (Path): Its place; missing folders are made, and a link is followed.
    job (dict[str, str]): What a run must have in common with the one it continues, by a name that
        a message may use; None where a run cannot be continued.
    RAISES (OSError): If there cannot be such a path.
    """

    def __init__(self, path: Path, job: dict[str, str] | None) -> None:
        check_place(path)
        self.path = path.resolve()
        self.job = job
        self.partial = beside(self.path, ".partial")
        self.state = beside(self.path, ".state.json")
        self._made: list[Path] = []
        self._noted = time.monotonic()
        self._file: BinaryIO | None = None

    def open(self, *, resume: bool) -> Progress:
        """Start the output, or go on with it.

        resume (bool): Go on where a broken run ended, if there is one.
        RETURNS (Progress): How far it is.
        RAISES (ValueError): If the broken run was of another job, or is still running.
        """
        self._made = make_folders(self.path.parent)
        is_broken = self.partial.exists()
        file = os.fdopen(os.open(self.partial, os.O_RDWR | os.O_CREAT | O_BINARY, 0o666), "r+b")
        try:
            self._lock(file)
            progress = self._read_state() if resume and is_broken else Progress()
        except ValueError:
            file.close()
            raise
        if not progress.output:
            # What is left of a broken run is not to be taken for a part of this one.
            self.state.unlink(missing_ok=True)
        file.truncate(progress.output)
        file.seek(progress.output)
        self._file = file
        return progress

    def write(self, data: bytes) -> None:
        """Add to the output.

        data (bytes): What comes next.
        """
        assert self._file is not None
        with naming(self.path):
            self._file.write(data)

    def note(self, position: Position, counts: dict[str, int]) -> None:
        """Note how far the run is, unless that was done a moment ago.

        position (Position): Of the input; everything that was written belongs to what is before it.
        counts (dict[str, int]): What was counted so far.
        """
        if self.job is None or time.monotonic() - self._noted < INTERVAL:
            return
        # The note must not reach the disk before what it speaks of.
        file = self._flushed()
        progress = Progress(position, file.tell(), counts)
        with atomic_path(self.state) as temporary:
            temporary.write_text(json.dumps({"job": self.job, **asdict(progress)}), "utf-8")
        self._noted = time.monotonic()

    def commit(self) -> None:
        """Put the output in its place."""
        file = self._flushed()
        if fcntl is None:
            # Windows renames no open file; elsewhere it stays locked until it has its name.
            file.close()
        if self.path.exists():
            shutil.copymode(self.path, self.partial)
        os.replace(self.partial, self.path)
        file.close()
        self.state.unlink(missing_ok=True)

    def forget(self) -> None:
        """Forget how far the run is, where it must not be gone on with."""
        self.state.unlink(missing_ok=True)

    def abandon(self) -> bool:
        """Close an output that is not whole.

        RETURNS (bool): Whether the run can be continued; if not, nothing is left of it.
        """
        if self._file is None:
            # What lies there is another run's.
            remove_folders(self._made)
            return False
        # Where the disk is full, what is still in memory cannot be written now, either. It comes
        # after the last note, and is not counted on.
        with suppress(OSError):
            self._file.close()
        if self.state.exists():
            return True
        self.partial.unlink(missing_ok=True)
        remove_folders(self._made)
        return False

    def _flushed(self) -> BinaryIO:
        assert self._file is not None
        with naming(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
        return self._file

    def _lock(self, file: BinaryIO) -> None:
        if fcntl is None:
            return
        try:
            # Gone with the process, however it ends.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ValueError(
                f"Another run is writing {self.path}: wait for it, end it, or name another file."
            ) from error
        except OSError:
            # Some file systems have no locks.
            return

    def _read_state(self) -> Progress:
        if not self.state.exists():
            return Progress()
        try:
            state = json.loads(self.state.read_text(encoding="utf-8"))
            position = Position(*state["position"])
            progress = Progress(position, int(state["output"]), dict(state["counts"]))
            job = dict(state["job"])
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(self._refusal(f"{self.state} is damaged")) from error
        changed = [name for name in self.job or {} if job.get(name) != (self.job or {})[name]]
        if changed:
            raise ValueError(self._refusal(f"it had another {' and another '.join(changed)}"))
        if self.partial.stat().st_size < progress.output:
            raise ValueError(self._refusal(f"{self.partial} is shorter than it was"))
        return progress

    def _refusal(self, reason: str) -> str:
        return (
            f"Cannot continue the broken run for {self.path}: {reason}. Repeat its command with "
            "--resume, or leave --resume out to start from the beginning."
        )


def file_digest(paths: Sequence[str]) -> str:
    """A fingerprint of the content of files.

    paths (Sequence[str]): The files, in order.
    RETURNS (str): Equal for equal contents.
    """
    digest = blake2b(digest_size=16)
    for path in paths:
        size = 0
        with open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
        # Without it, a line could move from one file to the next unnoticed.
        digest.update(f"|{size}|".encode())
    return digest.hexdigest()


def pipeline_digest(nlp: Any) -> str:
    """A fingerprint of a pipeline: its configuration and the weights of its components.

    nlp (Language): The pipeline.
    RETURNS (str): Equal for pipelines that correct alike.
    """
    # The vocabulary has an order that differs from one process to the next.
    return blake2b(nlp.to_bytes(exclude=["vocab"]), digest_size=16).hexdigest()
