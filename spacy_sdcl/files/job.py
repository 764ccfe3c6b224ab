"""What is to be done: the inputs, how they are read, and what comes out."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from spacy.language import Language

from .. import __version__
from ..documents.columns import UnknownColumns
from ..documents.kinds import DEFAULT
from ..documents.packed import OPENERS
from .baseline import Baseline
from .correction import correct_units
from .inputs import is_rereadable
from .lines import START, Line, Position, read_lines
from .partial import file_digest, pipeline_digest
from .reading import read_units, switch_at
from .units import CorrectedLine, Unit

# Formats that a broken run can be gone on with: what comes next does not depend on what is there.
RESUMABLE = ("text", "jsonl", "html", "places", "github", "rdjsonl")


class Job(NamedTuple):
    """What is to be done.

    names (Sequence[str]): The inputs: files, and `STDIN` for standard input.
    kinds (Sequence[str]): The kind of document that each is.
    columns (Sequence[str]): The columns of tables, or the keys of JSON, that are to be read.
    format (str): The format of the output, as `make_writer` knows it.
    encoding (str): The encoding of the inputs, as `check_encoding` returned it.
    alone (bool): Read each line of plain text by itself, as for someone who types.
    tolerant (bool): Report an input that cannot be read, and go on with the others.
    known (Baseline): Findings that are to be passed over.
    """

    names: Sequence[str]
    kinds: Sequence[str]
    columns: Sequence[str] = ()
    format: str = "text"
    encoding: str = "utf-8"
    alone: bool = False
    tolerant: bool = False
    known: Baseline | None = None


class Troubles:
    """What could not be read or written, counted and reported.

    job (Job): The job.
    on_problem (Callable): Is called with a message for each.
    """

    def __init__(self, job: Job, on_problem: Callable[[str], None]) -> None:
        self.job = job
        self.say = on_problem
        # Inputs that could not be read to their end.
        self.failed: set[str] = set()
        # Lines that are no text.
        self.lines = 0

    def unreadable(self, line: Line, reason: str) -> None:
        """Report a line that is no text."""
        self.lines += 1
        self.say(f"{line.label}:{line.number}: {reason}; left as it is")

    def refused(self, line: Line, correction: dict[str, Any]) -> None:
        """Report a correction that the encoding cannot write."""
        self.say(
            f"{line.label}:{line.number}:{correction['start'] + 1}: {self.job.encoding} has no "
            f"{correction['target']}; left as it is"
        )

    def malformed(self, line: Line, error: Exception) -> None:
        """Report a document that is none of its kind, or end the run with it."""
        kind = self.job.kinds[line.after.file]
        said = str(error).removesuffix(".")
        if isinstance(error, UnknownColumns):
            message = f"{line.label}: {said}. Name them with --column."
        else:
            message = f"{line.label} cannot be read as {kind}: {said}. --type names another kind."
        if not self.job.tolerant:
            raise ValueError(message) from error
        self.failed.add(line.file)
        self.say(message)

    def failure(self, name: str, message: str) -> None:
        """Report an input that could not be read to its end."""
        self.failed.add(name)
        self.say(message)


def correct_job(
    nlp: Language,
    job: Job,
    troubles: Troubles,
    *,
    batch_size: int,
    start: Position = START,
) -> Iterator[list[CorrectedLine]]:
    """Correct the inputs of a job, in order.

    nlp (Language): A pipeline with a corrector.
    job (Job): The job.
    troubles (Troubles): Takes what could not be read.
    batch_size (int): Lines to correct at a time.
    start (Position): Where to go on.
    YIELDS (list[CorrectedLine]): All lines, a batch at a time.
    """
    units = read_job(job, troubles, start=start)
    for batch in correct_units(nlp, units, batch_size=batch_size):
        yield [job.known.leave_out(each) for each in batch] if job.known else batch


def read_job(job: Job, troubles: Troubles, *, start: Position = START) -> Iterator[Unit]:
    """Read the inputs of a job, in order.

    job (Job): The job.
    troubles (Troubles): Takes what could not be read.
    start (Position): Where to go on.
    YIELDS (Unit): The units.
    """
    lines = read_lines(
        job.names,
        encoding=job.encoding,
        start=start,
        on_failure=troubles.failure if job.tolerant else None,
    )
    started = start.offset and job.kinds[start.file] == DEFAULT
    yield from read_units(
        lines,
        job.kinds,
        columns=job.columns,
        encoding=job.encoding,
        alone=job.alone,
        switch=switch_at(job.names[start.file], start.offset, job.encoding) if started else None,
        on_unreadable=troubles.unreadable,
        on_malformed=troubles.malformed,
    )


def check_job(job: Job) -> None:
    """Check that the inputs can go into one output.

    job (Job): The job.
    RAISES (ValueError): If one of several would be a file of its own.
    """
    for name, kind in zip(job.names, job.kinds, strict=True):
        if job.format == "text" and kind in OPENERS and len(job.names) > 1:
            raise ValueError(
                f"{name} does not go into one output with others: correct it by itself, or all of "
                "them in their places with --in-place."
            )


def describe_job(nlp: Language, job: Job) -> dict[str, str] | None:
    """What a run must have in common with the one that it continues.

    nlp (Language): The pipeline.
    job (Job): What is to be done.
    RETURNS (dict[str, str]): Fingerprints by what they are of; None where the input can be read
        only once, or the output cannot be gone on with.
    """
    if job.format not in RESUMABLE or not all(map(is_rereadable, job.names)):
        return None
    plain = all(kind == DEFAULT for kind in job.kinds)
    return {
        "input": file_digest(job.names),
        "order or name of files": "\n".join(job.names),
        "kind of document": "" if plain else "\n".join([*job.kinds, *job.columns]),
        "format": job.format,
        "encoding": job.encoding,
        "baseline": job.known.digest() if job.known else "",
        "model or setting of it": pipeline_digest(nlp),
        "version of spacy_sdcl": __version__,
    }
