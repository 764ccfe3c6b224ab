"""From input files to an output: the whole way, with progress, notes for a later run, and counts."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from spacy.language import Language
from tqdm import tqdm

from ..data.writing import check_place, naming
from .formats import make_writer
from .inputs import DEVICES, Inputs, size_of
from .job import Job, Troubles, correct_job
from .lines import Position
from .names import escape_controls
from .partial import PartialFile, Progress
from .units import CorrectedLine

OnProblem = Callable[[str], None]

# A run that is shorter shows no progress.
PATIENCE = 3
STDOUT = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


class Output(Protocol):
    """Where an output goes."""

    def open(self, *, resume: bool) -> Progress: ...
    def write(self, data: bytes) -> None: ...
    def note(self, position: Position, counts: dict[str, int]) -> None: ...
    def commit(self) -> None: ...
    def forget(self) -> None: ...
    def abandon(self) -> bool: ...


class Stream:
    """An output that is gone when it is written: a pipe, a terminal, a device.

    file (BinaryIO): The stream.
    name (str): What an error calls it.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.file = file
        self.name = name

    def open(self, *, resume: bool) -> Progress:
        return Progress()

    def write(self, data: bytes) -> None:
        with naming(self.name):
            self.file.write(data)

    def note(self, position: Position, counts: dict[str, int]) -> None:
        # Whoever reads the stream sees each batch when it is done.
        self.commit()

    def commit(self) -> None:
        with naming(self.name):
            self.file.flush()

    def forget(self) -> None:
        pass

    def abandon(self) -> bool:
        try:
            self.file.flush()
        except OSError:
            # Else Python tries to write the rest when it ends, and complains.
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())
        return False


def correct_files(
    nlp: Language,
    job: Job,
    output: Output,
    *,
    batch_size: int,
    resume: bool,
    show_progress: bool,
    on_problem: OnProblem,
    inputs: Inputs | None = None,
    path: Path | None = None,
) -> Counter[str]:
    """Correct inputs in order into one output.

    nlp (Language): A pipeline with a corrector.
    job (Job): What is to be done; its inputs were checked by `check_inputs`.
    output (Output): Where to.
    batch_size (int): Lines to correct at a time.
    resume (bool): Go on with a broken run.
    show_progress (bool): Show it when the run is not a short one.
    on_problem (Callable): Is called with a message for each line that could not be corrected.
    inputs (Inputs): How the inputs were when the job was described; None for how they are now.
    path (Path): Where the output is to be.
    RETURNS (Counter[str]): Counts of "lines", "changed" ones, "errors", "unreadable" lines, and
        "failed" inputs.
    RAISES (ValueError): If a broken run was of another job, or an input was changed meanwhile.
    """
    inputs = inputs or Inputs.look_at(job.names)
    troubles = Troubles(job, on_problem)
    writer = make_writer(job.format, encoding=job.encoding, on_refused=troubles.refused, path=path)
    done = output.open(resume=resume)
    counts = Counter(done.counts)
    with progress_bar(job.names, done.position, show=show_progress) as bar:
        # Where the run goes on, the beginning is written already.
        for data in writer.start():
            if not done.output:
                output.write(data)
        for batch in correct_job(nlp, job, troubles, batch_size=batch_size, start=done.position):
            for each in batch:
                for data in writer.write(each):
                    output.write(data)
                counts.update(count_line(each))
                bar.update(size_of_line(each))
            output.note(batch[-1].line.after, dict(counts))
        for data in writer.finish(summarize(counts)):
            output.write(data)
    try:
        inputs.check()
    except ValueError:
        output.forget()
        raise
    output.commit()
    counts["failed"] = len(troubles.failed)
    return counts


def progress_bar(names: Sequence[str], position: Position, *, show: bool) -> Any:
    """Make a bar of the bytes that were read.

    names (Sequence[str]): The inputs.
    position (Position): How far they are read.
    show (bool): Show it when the run is not a short one.
    RETURNS (tqdm): The bar.
    """
    return tqdm(
        total=size_of(names),
        initial=size_of(names[: position.file], position.offset) or 0,
        unit="B",
        unit_scale=True,
        delay=PATIENCE,
        disable=None if show else True,
        file=sys.stderr,
    )


def make_output(path: Path | None, job: dict[str, str] | None) -> Output:
    """Make the output for a path.

    path (Path): The path; None for standard output.
    job (dict[str, str]): As in `PartialFile`.
    RETURNS (Output): A `PartialFile`, or a `Stream` where nothing can be renamed to the path.
    RAISES (OSError): If the path is a folder, or cannot be one.
    """
    if path is None or str(path) in STDOUT:
        return Stream(sys.stdout.buffer, "standard output")
    check_place(path)
    if path.is_dir():
        raise IsADirectoryError(f"{escape_controls(str(path))} is a folder: name a file.")
    if path.exists() and (not path.is_file() or str(path).startswith(DEVICES)):
        return Stream(open(path, "ab"), str(path))
    return PartialFile(path, job)


def summarize(counts: Counter[str]) -> str:
    """Say what was done.

    counts (Counter[str]): What was counted.
    RETURNS (str): The counts with their names.
    """
    said = f"lines: {counts['lines']}, with errors: {counts['changed']}, errors: {counts['errors']}"
    return f"files: {counts['files']}, {said}" if counts["files"] > 1 else said


def size_of_line(each: CorrectedLine) -> int:
    """The bytes of a line.

    each (CorrectedLine): The line.
    RETURNS (int): With its end and a byte-order mark.
    """
    return sum(map(len, each.line[1:4]))


def count_line(each: CorrectedLine) -> dict[str, int]:
    """Count what is in a line.

    each (CorrectedLine): The line.
    RETURNS (dict[str, int]): What `correct_files` counts of it.
    """
    return {
        "files": int(each.line.number == 1),
        "lines": 1,
        "changed": int(bool(each.corrections)),
        "errors": len(each.corrections),
        "unreadable": int(not each.readable),
    }
