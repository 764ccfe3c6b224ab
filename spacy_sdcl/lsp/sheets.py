"""Open documents."""

from dataclasses import dataclass, field
from pathlib import Path

from ..documents.kinds import DEFAULT, kind_of
from .findings import Finding

# Editors' names of languages, for documents whose names say nothing.
LANGUAGES = {
    "markdown": "markdown",
    "mdx": "markdown",
    "quarto": "markdown",
    "rmd": "markdown",
    "html": "html",
    "latex": "latex",
    "tex": "latex",
    "plaintex": "latex",
    "restructuredtext": "rst",
    "rst": "rst",
    "po": "po",
    "gettext": "po",
    "subrip": "subtitles",
    "srt": "subtitles",
    "vtt": "subtitles",
    "csv": "csv",
    "tsv": "tsv",
    "json": "json",
    "jsonl": "jsonl",
}


@dataclass(eq=False)
class Sheet:
    """An open document. Whenever it is edited, another one takes its place.

    uri (str): Its name.
    path (Path): Its file; None where it has none.
    language (str): What the editor takes it for.
    version (int): The editor's number of this state.
    text (str): The document as it is shown.
    findings (list[Finding]): What was found in it; None where that is not known yet.
    is_new (bool): Whether no state of the document was checked to its end.
    """

    uri: str
    path: Path | None
    language: str
    version: int
    text: str
    findings: list[Finding] | None = field(default=None, repr=False)
    is_new: bool = True

    @property
    def kind(self) -> str:
        """The kind of document: by the file's name, or by what the editor takes it for."""
        kind = kind_of(self.path.name) if self.path else DEFAULT
        return LANGUAGES.get(self.language.lower(), kind) if kind == DEFAULT else kind
