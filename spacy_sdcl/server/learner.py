"""What the server learns for everybody who uses it: in a thread of its own, saved before it is used."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TypeVar

from spacy.language import Language

from ..component import SDCLCorrector
from ..evaluation.figures import corrector_of
from ..evaluation.tuning import check_folder, save_pipeline
from ..evidence.learned import Learned
from .checker import Closing

T = TypeVar("T")


class ChangedElsewhere(Exception):
    """Another program has written to the folder."""


class Learner:
    """Changes what a pipeline has learnt, and hands it on to a corrector that is at work meanwhile.

    The pipeline is one of its own: two threads may not use the same, and what a server was told to
    correct by, such as a threshold, is not saved with it.

    nlp (Language): A pipeline that nobody else uses.
    folder (Path): Where it is saved; a pipeline that is there already is this one.
    RAISES (ValueError): If there is something else in the folder, or the pipeline has no evidence.
    """

    def __init__(self, nlp: Language, folder: Path) -> None:
        check_folder(folder)
        self._nlp = nlp
        self._folder = folder.resolve()
        self.corrector = corrector_of(nlp)
        # Nothing is taken out, but a pipeline that cannot learn says so now.
        self.corrector.forget(())
        self._served: SDCLCorrector | None = None
        self._saved = self._look()
        # One at a time: each adds to what was learnt before.
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spacy_sdcl_learner")

    @property
    def learned(self) -> Learned | None:
        """What is known of the users' text; None for nothing."""
        evidence = self.corrector.loaded_evidence
        return None if evidence is None else evidence.learned

    def serve(self, corrector: SDCLCorrector) -> None:
        """Let a corrector have what is learnt.

        corrector (SDCLCorrector): The corrector, which answers requests.
        """
        self._served = corrector
        self._hand_on()

    def submit(self, change: Callable[[], T], given_up: Event) -> Future[T]:
        """Let the corrector of this pipeline be changed. It is saved, or stays as it was.

        change (Callable): Changes what `corrector` has learnt.
        given_up (Event): When it is set before the change is saved, it is undone.
        RETURNS (Future): Of what the change returns, or raises; of `OSError` if it cannot be saved, of
            `ChangedElsewhere`, and of `Closing` if it was given up.
        RAISES (Closing): If the learner is closed.
        """
        try:
            return self._worker.submit(self._change, change, given_up)
        except RuntimeError:
            raise Closing from None

    def close(self) -> None:
        """Begin nothing more."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _change(self, change: Callable[[], T], given_up: Event) -> T:
        before = self.corrector.loaded_evidence
        try:
            if given_up.is_set():
                raise Closing
            found = change()
            if given_up.is_set():
                raise Closing
            if self._look() != self._saved:
                raise ChangedElsewhere
            save_pipeline(self._nlp, self._folder)
        except BaseException:
            self.corrector.loaded_evidence = before
            raise
        self._saved = self._look()
        self._hand_on()
        return found

    def _hand_on(self) -> None:
        # Evidence is never changed, so that a turn that is under way goes on with what it has.
        if self._served is not None:
            self._served.loaded_evidence = self.corrector.loaded_evidence

    def _look(self) -> tuple[int, int] | None:
        try:
            found = (self._folder / "meta.json").stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns
