"""How a document is corrected: by the editor's settings, and those of a file beside the document."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..control.phrases import PhraseIndex
from ..files.settings import FileSettings, PipelineSettings, find_settings
from ..language.invisible import visible_text

SECTION = "sdcl"
DEFAULT_MODEL = "zh_sdcl_sm"
# Of the library that many editors' extensions are made with; it is not for the server.
TRACE = "trace"


class EditorSettings(PipelineSettings):
    """What an editor says; None for what it does not say.

    values (Any): The settings by name.
    RAISES (ValueError): If a value is not one that the setting can have, or there is no such setting.
    """


def read_editor_settings(*sources: Any) -> EditorSettings:
    """Read what an editor says.

    sources (Any): What it has sent, as plain values; of two that say something of one setting, the
        later one counts. What is no mapping says nothing.
    RETURNS (EditorSettings): All of it.
    RAISES (ValueError): If a setting is wrong.
    """
    values: dict[str, Any] = {}
    for source in sources:
        if isinstance(source, Mapping):
            said = {name: value for name, value in source.items() if value is not None}
            values.update(said)
    values.pop(TRACE, None)
    return EditorSettings(**values)


@dataclass(frozen=True)
class Manner:
    """How a document is corrected.

    editor (EditorSettings): What the editor says, which counts more, as options of a command do.
    file (FileSettings): What the file of settings says.
    """

    editor: EditorSettings
    file: FileSettings

    @property
    def model(self) -> str:
        """The name of the model, or the path of a folder."""
        return self.editor.model or self.file.model_name() or DEFAULT_MODEL

    @property
    def threshold(self) -> float | str | None:
        """The threshold; None for the model's own."""
        return self.file.threshold if self.editor.threshold is None else self.editor.threshold

    @property
    def variant(self) -> str | None:
        """The variant; None for the model's own."""
        return self.editor.variant or self.file.variant

    @cached_property
    def key(self) -> str:
        """Equal for manners of which all corrects alike but for the protected phrases of the list."""
        protect = self.file.protect.model_dump(exclude={"phrases"}, exclude_unset=True)
        said = [self.model, self.threshold, self.variant, protect, _stamp(self._protect_file)]
        return json.dumps(said, default=repr)

    @cached_property
    def state(self) -> tuple[str, tuple[str, ...]]:
        """Equal for manners that are the same."""
        return self.key, tuple(self.file.protect.phrases)

    def key_of(self, text: str) -> tuple[str, frozenset[str]]:
        """What there is to a text in this manner.

        text (str): A text.
        RETURNS (tuple): Equal for manners that correct it alike.
        """
        seen = visible_text(text)
        spans = self._phrases.find(seen)
        return self.key, frozenset(seen[start:end] for start, end in spans)

    @cached_property
    def _phrases(self) -> PhraseIndex:
        phrases = self.file.protect.phrases
        return PhraseIndex([seen for phrase in phrases if (seen := visible_text(phrase))])

    @property
    def _protect_file(self) -> Path | None:
        file = self.file.protect.file
        return self.file.place(file) if file else None


def find_manner(path: Path | None, editor: EditorSettings) -> Manner:
    """Find out how a document is corrected.

    path (Path): Its file; None where it has none.
    editor (EditorSettings): What the editor says.
    RETURNS (Manner): The manner.
    RAISES (OSError): If the file of settings cannot be read.
    RAISES (ValueError): If it is no TOML, or a setting is wrong.
    """
    found = find_settings([os.fspath(path)]) if path else None
    return Manner(editor, FileSettings.load(found) if found else FileSettings())


def _stamp(path: Path | None) -> list[int]:
    # When a file of phrases is changed, all is corrected anew; one that is missing is reported then.
    try:
        stat = path.stat() if path else None
    except OSError:
        return []
    return [stat.st_mtime_ns, stat.st_size] if stat else []
