"""Where evidence comes from: an embedded model, a directory, or the component that was saved."""

from collections.abc import Mapping
from pathlib import Path

from ..model.weights import EMBEDDED_DIR
from ..types import EVIDENCE
from .bundle import Evidence

AUTO = "auto"


class EvidenceHolder:
    """The evidence of a component, loaded when it is first asked for, and saved with it."""

    def __init__(self) -> None:
        # By the setting that it was loaded for.
        self._loaded: dict[str, Evidence | None] = {}

    def get(self, name: str | None, model: str | None) -> Evidence | None:
        """Find what a setting comes down to.

        name (str): The setting, as `find_evidence` reads it; None for none.
        model (str): The model, as its config names it; None for one without a name.
        RETURNS (Evidence): The evidence; None for none.
        RAISES (ValueError): If there is none of that name, or it cannot be read.
        """
        if name is None:
            return None
        if name not in self._loaded:
            self._loaded[name] = find_evidence(name, model)
        return self._loaded[name]

    def take(self, name: str | None, evidence: Evidence | None) -> None:
        """Take over what a saved component had.

        name (str): The setting that it was saved with; None for none.
        evidence (Evidence): The evidence, which "auto" stands for from now on. None for none:
            weights that were saved without any must not meet one that was fitted to others, unless
            the setting names it.
        """
        self._loaded = {AUTO: evidence}
        if name is not None and evidence is not None:
            self._loaded[name] = evidence

    def take_from_disk(self, name: str | None, folder: Path) -> None:
        """Take over what a component has in its directory.

        name (str): The setting that it was saved with; None for none.
        folder (Path): The folder for evidence, if there is one.
        RAISES (ValueError): If the evidence cannot be read.
        """
        self.take(name, Evidence.open(folder) if folder.is_dir() else None)

    def take_from_fields(self, name: str | None, files: Mapping[str, bytes] | None) -> None:
        """Take over what a component has in its bytes.

        name (str): The setting that it was saved with; None for none.
        files (Mapping[str, bytes]): What `Evidence.to_bytes` returned; None for none.
        RAISES (ValueError): If the evidence cannot be read.
        """
        self.take(name, Evidence.from_bytes(files) if files else None)


def find_evidence(name: str, model: str | None) -> Evidence | None:
    """Find evidence by name.

    name (str): The name of an embedded model or of a directory, with the evidence itself or with a
        folder "evidence"; "auto" for that of a model.
    model (str): The model, as its config names it; None for one without a name.
    RETURNS (Evidence): The evidence; None if a model has none.
    RAISES (ValueError): If there is none of that name, or it cannot be read.
    """
    if name == AUTO:
        folders = [] if model is None else [EMBEDDED_DIR / model / EVIDENCE, Path(model) / EVIDENCE]
        found = [folder for folder in folders if folder.is_dir()]
        return Evidence.open(found[0]) if found else None
    for folder in (EMBEDDED_DIR / name / EVIDENCE, Path(name) / EVIDENCE, Path(name)):
        if folder.is_dir():
            return Evidence.open(folder)
    raise ValueError(
        f"No evidence {name!r}: give the name of an embedded model, a directory that `project run "
        'evidence` has written, "auto" for that of the model, or null for none.'
    )
