"""Many files, each corrected in its place: those in which nothing is wrong are not touched."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from spacy.language import Language

from .formats import TextWriter
from .inputs import Inputs
from .job import Job, Troubles, correct_job
from .lines import START
from .names import escape_controls
from .partial import CHUNK, PartialFile
from .run import OnProblem, count_line, progress_bar, size_of_line
from .units import CorrectedLine


def correct_in_place(
    nlp: Language,
    job: Job,
    *,
    batch_size: int,
    show_progress: bool,
    on_problem: OnProblem,
    on_done: Callable[[str, int], None] = lambda name, errors: None,
) -> Counter[str]:
    """Correct files, each in its place: whole or not at all, with its permissions.

    nlp (Language): A pipeline with a corrector.
    job (Job): What is to be done; what cannot be read is left as it is, and the others are done.
    batch_size (int): Lines to correct at a time.
    show_progress (bool): Show it when the run is not a short one.
    on_problem (Callable): Is called with a message for each line or file that could not be corrected.
    on_done (Callable): Is called with the name of each file that was replaced, and its errors.
    RETURNS (Counter[str]): What `correct_files` counts, and "replaced" files.
    RAISES (OSError): If a file cannot be written; those before it are done.
    """
    troubles = Troubles(job._replace(tolerant=True), on_problem)
    writer = TextWriter(job.encoding, troubles.refused)
    inputs = Inputs.look_at(job.names)
    counts: Counter[str] = Counter()
    place: Place | None = None

    def finish(done: Place) -> None:
        name = job.names[done.file]
        if done.end(name, troubles, inputs):
            counts["replaced"] += 1
            on_done(name, done.errors)

    try:
        with progress_bar(job.names, START, show=show_progress) as bar:
            for batch in correct_job(nlp, troubles.job, troubles, batch_size=batch_size):
                for each in batch:
                    if place is None or place.file != each.line.after.file:
                        if place:
                            finish(place)
                        place = Place(each.line.after.file)
                    place.write(each, job.names[place.file], writer)
                    counts.update(count_line(each))
                    bar.update(size_of_line(each))
            if place:
                finish(place)
    except BaseException:
        if place:
            place.abandon()
        raise
    counts["failed"] = len(troubles.failed)
    return counts


class Place:
    """A file that is corrected in its place. Nothing is written before the first correction.

    file (int): Its index.
    """

    def __init__(self, file: int) -> None:
        self.file = file
        self.errors = 0
        self._same = 0
        self._output: PartialFile | None = None

    def write(self, each: CorrectedLine, name: str, writer: TextWriter) -> None:
        """Take a line.

        each (CorrectedLine): The next line of the file.
        name (str): The file's name.
        writer (TextWriter): Makes bytes of it.
        """
        data = b"".join(writer.write(each))
        self.errors += len(each.changes)
        # What writes itself comes with its last line, all of it.
        if each.packed and not (data and self.errors):
            return
        if self._output is None:
            if data == b"".join(each.line[1:4]):
                self._same += len(data)
                return
            self._output = PartialFile(Path(name), None)
            self._output.open(resume=False)
            self._copy(name)
        self._output.write(data)

    def end(self, name: str, troubles: Troubles, inputs: Inputs) -> bool:
        """Put the file in its place, if anything was corrected.

        name (str): The file's name.
        troubles (Troubles): Knows whether it was read to its end, and takes what is wrong.
        inputs (Inputs): How it was when the run began.
        RETURNS (bool): Whether it was replaced.
        """
        if self._output is None:
            return False
        try:
            inputs.check(name)
        except ValueError as error:
            troubles.failure(name, f"{error}")
        if name in troubles.failed:
            self.abandon()
            return False
        self._output.commit()
        return True

    def abandon(self) -> None:
        """Leave the file as it is."""
        if self._output:
            self._output.abandon()

    def _copy(self, name: str) -> None:
        assert self._output is not None
        left = self._same
        with open(name, "rb") as file:
            while left and (part := file.read(min(left, CHUNK))):
                self._output.write(part)
                left -= len(part)


def check_in_place(names: Sequence[str]) -> None:
    """Check that files can be corrected in their places.

    names (Sequence[str]): The inputs.
    RAISES (ValueError): If one has no place.
    """
    for name in names:
        if not Path(name).is_file():
            raise ValueError(
                f"{escape_controls(name)} has no place to be corrected in: --in-place takes files and folders."
            )
