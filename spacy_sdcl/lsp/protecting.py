"""A phrase into the file of settings; all else in it stays as it is, comments too."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..control.settings import Protect
from ..data.writing import atomic_path
from ..extras import import_extra
from ..files.settings import OWN, SHARED, FileSettings, find_settings

EXTRA = "lsp"


def protect_phrase(phrase: str, beside: Path, roots: Sequence[Path] = ()) -> Path:
    """Add a phrase to those that are protected.

    phrase (str): The phrase.
    beside (Path): The text that it is in: the file of settings for it is taken, or one is made at
        the root of what the text belongs to.
    roots (Sequence[Path]): The folders that are open in the editor.
    RETURNS (Path): The file of settings.
    RAISES (OSError): If it cannot be written.
    RAISES (ValueError): If it is no TOML, or the phrase cannot be one.
    RAISES (ImportError): If tomlkit is not installed.
    """
    import_extra("tomlkit", EXTRA)
    # What is wrong with the phrase or the file is told before anything is written.
    FileSettings(protect=Protect(phrases=[phrase]))
    found = find_settings([str(beside)])
    if found:
        FileSettings.load(found)
    path = (found or _root(beside, roots) / OWN).resolve()
    before = path.read_bytes().decode("utf-8") if path.exists() else ""
    after = with_phrase(before, phrase, shared=path.name == SHARED)
    if after != before:
        with atomic_path(path) as temporary:
            temporary.write_bytes(after.encode("utf-8"))
            if path.exists():
                shutil.copymode(path, temporary)
    return found or path


def with_phrase(text: str, phrase: str, *, shared: bool = False) -> str:
    """Add a phrase to the text of a file of settings, unless it is there.

    text (str): The text, with its line ends as they are.
    phrase (str): The phrase.
    shared (bool): Whether the settings are in a table `[tool.sdcl]`.
    RETURNS (str): The text with the phrase.
    """
    import tomlkit

    document = tomlkit.parse(text)
    table: Any = document
    if shared:
        table = table["tool"]["sdcl"]
    phrases = _phrases(table)
    if phrase in phrases:
        return text
    phrases.append(phrase)
    after = tomlkit.dumps(document)
    if "\r\n" in text:
        after = re.sub(r"(?<!\r)\n", "\r\n", after)
    return after


def _phrases(table: Any) -> Any:
    import tomlkit
    from tomlkit.items import InlineTable

    # A phrase a line makes small differences.
    if "protect" not in table:
        table["protect"] = tomlkit.array().multiline(True)
    protect = table["protect"]
    if isinstance(protect, list):
        return protect
    if "phrases" not in protect:
        protect["phrases"] = tomlkit.array().multiline(not isinstance(protect, InlineTable))
    return protect["phrases"]


def _root(beside: Path, roots: Sequence[Path]) -> Path:
    # A file above the root of a repository would not be found.
    folder = beside.absolute().parent
    open_folders = {root.absolute() for root in roots}
    for each in (folder, *folder.parents):
        if each in open_folders or (each / ".git").exists():
            return each
    return folder
