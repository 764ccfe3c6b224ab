"""Where evidence comes from: an embedded model, or a directory."""

from pathlib import Path

from ..model.weights import EMBEDDED_DIR
from .bundle import Evidence

AUTO = "auto"
FOLDER = "evidence"


def find_evidence(name: str, model: str | None) -> Evidence | None:
    """Find evidence by name.

    name (str): The name of an embedded model or of a directory, with the evidence itself or with a
        folder "evidence"; "auto" for that of a model.
    model (str): The model, as its config names it; None for one without a name.
    RETURNS (Evidence): The evidence; None if a model has none.
    RAISES (ValueError): If there is none of that name, or it cannot be read.
    """
    if name == AUTO:
        folders = [] if model is None else [EMBEDDED_DIR / model / FOLDER, Path(model) / FOLDER]
        found = [folder for folder in folders if folder.is_dir()]
        return Evidence.open(found[0]) if found else None
    for folder in (EMBEDDED_DIR / name / FOLDER, Path(name) / FOLDER, Path(name)):
        if folder.is_dir():
            return Evidence.open(folder)
    raise ValueError(
        f"No evidence {name!r}: give the name of an embedded model, a directory that `project run "
        'evidence` has written, "auto" for that of the model, or null for none.'
    )
