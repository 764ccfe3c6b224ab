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

from .. import __version__
from ..data.writing import check_place, naming
from .correction import correct_batches
from .formats import make_writer
from .inputs import DEVICES, Inputs, is_rereadable, size_of
from .lines import Line, Position, read_lines
from .names import escape_controls
from .partial import PartialFile, Progress, file_digest, pipeline_digest
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
    names: Sequence[str],
    output: Output,
    *,
    format: str,
    encoding: str,
    batch_size: int,
    resume: bool,
    show_progress: bool,
    on_problem: OnProblem,
    inputs: Inputs | None = None,
) -> Counter[str]:
    """Correct inputs in order into one output.

    nlp (Language): A pipeline with a corrector.
    names (Sequence[str]): The inputs, checked by `check_inputs`.
    output (Output): Where to.
    format (str): As `make_writer` knows it.
    encoding (str): The encoding of the inputs.
    batch_size (int): Lines to correct at a time.
    resume (bool): Go on with a broken run.
    show_progress (bool): Show it when the run is not a short one.
    on_problem (Callable): Is called with a message for each line that could not be corrected.
    inputs (Inputs): How the inputs were when the job was described; None for how they are now.
    RETURNS (Counter[str]): Counts of "lines", "changed" ones, "errors" and "unreadable" lines.
    RAISES (ValueError): If a broken run was of another job, or an input was changed meanwhile.
    """
    inputs = inputs or Inputs.look_at(names)

    def on_unreadable(line: Line, reason: str) -> None:
        on_problem(f"{line.label}:{line.number}: {reason}; left as it is")

    def on_refused(line: Line, correction: dict[str, Any]) -> None:
        on_problem(
            f"{line.label}:{line.number}:{correction['start'] + 1}: {encoding} has no "
            f"{correction['target']}; left as it is"
        )

    writer = make_writer(format, encoding=encoding, on_refused=on_refused)
    done = output.open(resume=resume)
    counts = Counter(done.counts)
    with tqdm(
        total=size_of(names),
        initial=size_of(names[: done.position.file], done.position.offset) or 0,
        unit="B",
        unit_scale=True,
        delay=PATIENCE,
        disable=None if show_progress else True,
        file=sys.stderr,
    ) as bar:
        # Where the run goes on, the beginning is written already.
        for data in writer.start():
            if not done.output:
                output.write(data)
        lines = read_lines(names, encoding=encoding, start=done.position)
        for batch in correct_batches(
            nlp, lines, encoding=encoding, batch_size=batch_size, on_unreadable=on_unreadable
        ):
            for each in batch:
                for data in writer.write(each):
                    output.write(data)
                counts.update(_count(each))
                bar.update(sum(map(len, each.line[1:4])))
            output.note(batch[-1].line.after, dict(counts))
        for data in writer.finish(summarize(counts)):
            output.write(data)
    try:
        inputs.check()
    except ValueError:
        output.forget()
        raise
    output.commit()
    return counts


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


def describe_job(
    nlp: Language, names: Sequence[str], *, format: str, encoding: str
) -> dict[str, str] | None:
    """What a run must have in common with the one that it continues.

    nlp (Language): The pipeline.
    names (Sequence[str]): The inputs.
    format (str): The format of the output.
    encoding (str): The encoding of the inputs.
    RETURNS (dict[str, str]): Fingerprints by what they are of; None where the input can be read
        only once, or the output has no end that could be gone on from.
    """
    if format == "diff" or not all(map(is_rereadable, names)):
        return None
    return {
        "input": file_digest(names),
        "order or name of files": "\n".join(names),
        "format": format,
        "encoding": encoding,
        "model or setting of it": pipeline_digest(nlp),
        "version of spacy_sdcl": __version__,
    }


def summarize(counts: Counter[str]) -> str:
    """Say what was done.

    counts (Counter[str]): What `correct_files` counted.
    RETURNS (str): The counts with their names.
    """
    return f"lines: {counts['lines']}, with errors: {counts['changed']}, errors: {counts['errors']}"


def _count(each: CorrectedLine) -> dict[str, int]:
    return {
        "lines": 1,
        "changed": int(bool(each.corrections)),
        "errors": len(each.corrections),
        "unreadable": int(not each.readable),
    }
