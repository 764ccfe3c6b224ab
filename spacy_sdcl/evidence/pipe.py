"""A pipe that has evidence: found by its setting, saved and loaded with it.

The factory imports this file, so that nothing here may import what is heavy before it is needed.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import srsly
from spacy.pipeline import TrainablePipe

from ..types import EVIDENCE

if TYPE_CHECKING:
    from .bundle import Evidence
    from .sources import EvidenceHolder


class EvidencePipe(TrainablePipe):
    """A trainable pipe with a setting `evidence`: "auto", a name, a directory, or None."""

    evidence: Any
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

    def restore_settings(self) -> None:
        """Take over the settings that a saved component had, before its evidence is."""
        raise NotImplementedError

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Serialise the component with its evidence.

        exclude (Iterable[str]): Fields to leave out.
        RETURNS (bytes): The component.
        RAISES (ValueError): If the evidence cannot be read.
        """
        data = srsly.msgpack_loads(super().to_bytes(exclude=exclude))
        evidence = None if EVIDENCE in exclude else self.loaded_evidence
        if evidence is not None:
            data[EVIDENCE] = evidence.to_bytes()
        return srsly.msgpack_dumps(data)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Save the component with its evidence.

        path (str | Path): A directory.
        exclude (Iterable[str]): Fields to leave out.
        RAISES (ValueError): If the evidence cannot be read.
        """
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
        """Load the component with its evidence.

        bytes_data (bytes): What `to_bytes` returned.
        exclude (Iterable[str]): Fields to leave out.
        RETURNS (EvidencePipe): The component itself.
        RAISES (ValueError): If its evidence cannot be read.
        """
        super().from_bytes(bytes_data, exclude=exclude)
        self.restore_settings()
        if EVIDENCE not in exclude:
            fields = srsly.msgpack_loads(bytes_data)
            self._holder.take_from_fields(self.cfg.get(EVIDENCE), fields.get(EVIDENCE))
        return self

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "EvidencePipe":
        """Load the component with its evidence.

        path (str | Path): The directory that `to_disk` has written.
        exclude (Iterable[str]): Fields to leave out.
        RETURNS (EvidencePipe): The component itself.
        RAISES (ValueError): If its evidence cannot be read.
        """
        super().from_disk(path, exclude=exclude)
        self.restore_settings()
        if EVIDENCE not in exclude:
            self._holder.take_from_disk(self.cfg.get(EVIDENCE), Path(path) / EVIDENCE)
        return self
