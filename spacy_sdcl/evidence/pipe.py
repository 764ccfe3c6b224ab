"""A pipe that has evidence: found by its setting, taught, saved and loaded with it.

The factory imports this file, so that nothing here may import what is heavy before it is needed.
"""

import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import srsly
from spacy.pipeline import TrainablePipe

from ..model.saved import load_saved
from ..types import EVIDENCE

if TYPE_CHECKING:
    from .bundle import Evidence
    from .learning import Lesson
    from .sources import EvidenceHolder


class EvidencePipe(TrainablePipe):
    """A trainable pipe with a setting `evidence`: "auto", a name, a directory, or None."""

    cfg: dict[str, Any]
    evidence: Any
    # Of a wing behind this one: what the user decides, and how a word is read.
    control: Any
    _held: "EvidenceHolder | None" = None

    @property
    def loaded_evidence(self) -> "Evidence | None":
        """What `evidence` comes down to, loaded at the first use; None for the network alone.

        RAISES (ValueError): If there is none of that name, or it cannot be read.
        """
        return self._holder.get(self.evidence, self.model.attrs["name"])

    @loaded_evidence.setter
    def loaded_evidence(self, evidence: "Evidence | None") -> None:
        from .sources import AUTO

        # Whoever loads the saved pipeline finds it there, as what comes with the model.
        self.evidence = None if evidence is None else AUTO
        self._holder.take(self.evidence, evidence)

    @property
    def _holder(self) -> "EvidenceHolder":
        if self._held is None:
            from .sources import EvidenceHolder

            self._held = EvidenceHolder()
        return self._held

    def learn(self, texts: Iterable[str], *, words: Iterable[str] = ()) -> "Lesson":
        """Learn the words and phrases of correct text, in seconds and without training: they become evidence,
        beside what was learnt before, and are saved with the component.

        texts (Iterable[str]): The texts.
        words (Iterable[str]): Words that are right, however often the texts have them.
        RETURNS (Lesson): What is new, and what was not learnt because it looks wrong.
        RAISES (ValueError): If there is no text, or the component has no evidence to add it to.
        """
        from ..model.reading import read_doubts
        from .learning import learn
        from .weighing import weigh

        self._trained_network()
        evidence = self._evidence_to_learn()
        lesson = learn(
            evidence,
            texts,
            partial(weigh, evidence, read=partial(read_doubts, self.model)),
            words=words,
            plain=self.control.plain,
        )
        self.loaded_evidence = evidence.with_learned(lesson.learned)
        return lesson

    def forget(self, words: Iterable[str]) -> None:
        """Take out words that were learnt.

        words (Iterable[str]): The words.
        RAISES (ValueError): If one was not learnt.
        """
        evidence = self._evidence_to_learn()
        words = [self.control.plain(word) for word in words]
        if words and evidence.learned is None:
            raise ValueError(f"{words[0]!r} was not learnt: this pipeline has learnt nothing.")
        if words and evidence.learned is not None:
            self.loaded_evidence = evidence.with_learned(evidence.learned.forget(words))

    def _evidence_to_learn(self) -> "Evidence":
        evidence = self.loaded_evidence
        if evidence is None:
            raise ValueError(
                "This pipeline has no evidence, which is what learns: set evidence to the name of an "
                'embedded model, such as "zh_sdcl_sm".'
            )
        return evidence

    def _trained_network(self) -> Any:
        """The network, trained for correction.

        RAISES (ValueError): If it was never trained.
        """
        raise NotImplementedError

    def _note_settings(self) -> None:
        """Note in `cfg` what is to be saved of the settings."""
        raise NotImplementedError

    def restore_settings(self) -> None:
        """Take over the settings that a saved component had, before its evidence is."""
        raise NotImplementedError

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Serialise the component: its weights, its evidence, and files of phrases.

        exclude (Iterable[str]): Fields to leave out.
        RETURNS (bytes): The component.
        RAISES (ValueError): If a file of phrases or the evidence cannot be read.
        """
        self._note_settings()
        data = srsly.msgpack_loads(super().to_bytes(exclude=exclude))
        evidence = None if EVIDENCE in exclude else self.loaded_evidence
        if evidence is not None:
            data[EVIDENCE] = evidence.to_bytes()
        return srsly.msgpack_dumps(data)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Save the component: its weights, its evidence, and files of phrases.

        path (str | Path): A directory.
        exclude (Iterable[str]): Fields to leave out.
        RAISES (ValueError): If a file of phrases or the evidence cannot be read.
        """
        self._note_settings()
        super().to_disk(path, exclude=exclude)
        if EVIDENCE in exclude:
            return
        evidence = self.loaded_evidence
        if evidence is not None:
            evidence.save(Path(path) / EVIDENCE)
        else:
            # That of a component that was saved there before belongs to other weights.
            shutil.rmtree(Path(path) / EVIDENCE, ignore_errors=True)

    def from_bytes(self, bytes_data: bytes, *, exclude: Iterable[str] = ()) -> "EvidencePipe":
        """Load the component.

        bytes_data (bytes): What `to_bytes` returned.
        exclude (Iterable[str]): Fields to leave out.
        RETURNS (EvidencePipe): The component itself.
        RAISES (ValueError): If its evidence cannot be read.
        """
        self.cfg = {}
        super().from_bytes(bytes_data, exclude=exclude)
        self.restore_settings()
        if EVIDENCE not in exclude:
            fields = srsly.msgpack_loads(bytes_data)
            self._holder.take_from_fields(self.cfg.get(EVIDENCE), fields.get(EVIDENCE))
        return self

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "EvidencePipe":
        """Load the component.

        path (str | Path): The directory that `to_disk` has written.
        exclude (Iterable[str]): Fields to leave out.
        RETURNS (EvidencePipe): The component itself.
        RAISES (ValueError): If its model or its evidence is missing, or damaged.
        """
        self.cfg = {}
        left_out = set(exclude)
        super().from_disk(path, exclude=[*left_out, "model"])
        self.restore_settings()
        if EVIDENCE not in left_out:
            self._holder.take_from_disk(self.cfg.get(EVIDENCE), Path(path) / EVIDENCE)
        if "model" not in left_out:
            load_saved(self.model, Path(path) / "model")
        return self
