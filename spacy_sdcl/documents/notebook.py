"""Jupyter notebooks: their Markdown cells."""

import json
from collections.abc import Iterator

from .composing import compose
from .disabling import disabled_parts
from .errors import MalformedDocument
from .json_places import JsonString, json_strings, take_string
from .markdown import read_markdown
from .passages import Passage, PassageBuilder, leave_out


def read_notebook(source: str) -> Iterator[Passage]:
    """Read a notebook.

    source (str): The file, JSON of format 4.
    RETURNS (Iterator[Passage]): The passages of the Markdown in its cells.
    RAISES (MalformedDocument): If it is no JSON, or no notebook.
    """
    if not source.strip():
        return iter(())
    strings = list(json_strings(source))
    notebook = json.loads(source)
    if not isinstance(notebook, dict) or "cells" not in notebook:
        what = "this is no notebook of format 4: it has no cells"
        raise MalformedDocument(source, 0, what, "open it in Jupyter, and save it")
    return _read(source, strings)


def _read(source: str, strings: list[JsonString]) -> Iterator[Passage]:
    kinds = {}
    texts: dict[str, list[JsonString]] = {}
    for string in strings:
        match string.path:
            case ("cells", cell, "cell_type"):
                kinds[cell] = source[string.start : string.end]
            case ("cells", cell, "source") | ("cells", cell, "source", _):
                texts.setdefault(cell, []).append(string)
    for cell, parts in texts.items():
        if kinds.get(cell) != "markdown":
            continue
        builder = PassageBuilder(source)
        for part in parts:
            take_string(builder, source, part.start, part.end)
        origin = builder.build()
        passages = read_markdown(origin.text)
        yield from compose(leave_out(passages, disabled_parts("markdown", origin.text)), origin)
