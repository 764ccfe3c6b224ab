"""Settings in a file beside the text or above it: `.sdcl.toml`, or `[tool.sdcl]` in pyproject.toml."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr
from spacy.language import Language

from ..control.settings import EMPTY_IF_NULL, Protect
from ..control.variants import VARIANTS
from ..data.checked import Checked, Share, one_of
from ..types import SETTINGS
from .folders import Patterns
from .names import escape_controls

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

OWN, SHARED = ".sdcl.toml", "pyproject.toml"
STRINGS = "a list of strings"


def _phrases(value: Any) -> Any:
    return {"phrases": value} if isinstance(value, list) else value


class PipelineSettings(Checked):
    """Which pipeline corrects, and how; None for what is not said.

    values (Any): The settings by name.
    RAISES (ValueError): If a value is not one that the setting can have, or there is no such setting.
    """

    model: str | None = Field(default=None, description="a string")
    threshold: Share | Annotated[str, one_of(SETTINGS)] | None = Field(
        default=None, description=f"within 0 and 1, or one of {', '.join(SETTINGS)}"
    )
    variant: Annotated[str, one_of(VARIANTS)] | None = None


class FileSettings(PipelineSettings):
    """Settings of a file, each as the option of the command that has its name.

    values (Any): The settings by name.
    RAISES (ValueError): If a value is not one that the setting can have, or there is no such setting.
    """

    encoding: str | None = Field(default=None, description="a string")
    columns: list[str] = Field(default=[], description=STRINGS)
    glob: list[str] = Field(default=[], description=STRINGS)
    exclude: list[str] = Field(default=[], description=STRINGS)
    baseline: str | None = Field(default=None, description="the path of a file")
    protect: Annotated[Protect, EMPTY_IF_NULL, BeforeValidator(_phrases)] = Field(
        default_factory=Protect,
        description=f"a list of phrases, or a table with keys of {', '.join(Protect.model_fields)}",
    )

    _path: Path | None = PrivateAttr(default=None)

    @classmethod
    def load(cls, path: Path) -> "FileSettings":
        """Read a file of settings.

        path (Path): The file; in one that is named pyproject.toml, the table `[tool.sdcl]` counts.
        RETURNS (FileSettings): What it says.
        RAISES (OSError): If it cannot be read.
        RAISES (ValueError): If it is no TOML, or a setting is wrong.
        """
        values = _read_toml(path)
        if path.name == SHARED:
            values = _table(values, path) or {}
        try:
            settings = cls(**values)
        except ValueError as error:
            raise ValueError(f"{escape_controls(str(path))}: {error}") from error
        settings._path = path
        return settings

    @property
    def path(self) -> Path | None:
        """The file; None where there is none."""
        return self._path

    def place(self, name: str) -> Path:
        """The place of a file that is named in the settings.

        name (str): Its name, which counts from the folder of the settings.
        RETURNS (Path): Its path.
        """
        return (self._path.parent if self._path else Path()) / name

    def model_name(self) -> str | None:
        """The model, as the command line has it.

        RETURNS (str): Its name, or the path of a folder, which counts from that of the settings.
        """
        if self.model and self.place(self.model).is_dir():
            return str(self.place(self.model))
        return self.model

    def threshold_text(self) -> str | None:
        """The threshold, as the command line has it.

        RETURNS (str): A number, or the name of a setting; None where nothing is said.
        """
        return None if self.threshold is None else str(self.threshold)

    def excluded(self) -> Patterns | None:
        """The files that are left out.

        RETURNS (Patterns): Patterns that count from the folder of the settings; None for none.
        """
        return Patterns(str(self.place("")), self.exclude) if self.exclude else None

    def apply(self, nlp: Language) -> None:
        """Protect what the settings say.

        nlp (Language): A pipeline with a corrector, which is changed.
        RAISES (ValueError): If the corrector cannot have such a setting.
        """
        if not self.protect.model_fields_set:
            return
        corrector: Any = nlp.get_pipe("sdcl_corrector")
        # What the pipeline protects stays protected.
        protect = dict(corrector.protect)
        for name in self.protect.model_fields_set:
            value = getattr(self.protect, name)
            if name == "file" and value is not None:
                if protect["file"] is not None:
                    raise ValueError(
                        f"The pipeline has a file of phrases, {protect['file']!r}, and "
                        f"{escape_controls(str(self._path))} names another: put them into one."
                    )
                value = str(self.place(value))
            protect[name] = (*protect[name], *value) if isinstance(value, tuple) else value
        corrector.protect = protect


def find_settings(inputs: Sequence[str]) -> Path | None:
    """Find the file of settings for some inputs: in the folder that they share, or the next above it.

    The search ends at the root of a repository.

    inputs (Sequence[str]): Files and folders; none for the working folder.
    RETURNS (Path): The file; None where there is none.
    RAISES (ValueError): If a pyproject.toml on the way is no TOML.
    """
    folders = [
        os.path.abspath(each if os.path.isdir(each) else os.path.dirname(each)) for each in inputs
    ]
    try:
        here = Path(os.path.commonpath(folders or [os.getcwd()]))
    except ValueError:
        # On several drives.
        return None
    for folder in (here, *here.parents):
        if (folder / OWN).is_file():
            return folder / OWN
        shared = folder / SHARED
        if shared.is_file() and _table(_read_toml(shared), shared) is not None:
            return shared
        if (folder / ".git").exists():
            break
    return None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"{escape_controls(str(path))} is no TOML: {error}. Correct it, or pass it over with --no-config."
        ) from error


def _table(values: dict[str, Any], path: Path) -> dict[str, Any] | None:
    tool = values.get("tool", {})
    table = tool.get("sdcl") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ValueError(f"{escape_controls(str(path))}: tool.sdcl must be a table.")
    return table
