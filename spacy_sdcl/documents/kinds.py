"""The kinds of documents: their names, their files' suffixes, and their readers."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from ..extras import import_extra
from .composing import compose, whole
from .disabling import disabled_parts
from .passages import Passage, leave_out

EXTRA = "documents"
DEFAULT = "text"
MARK = "\ufeff"

Reader = Callable[[str, Sequence[str]], Iterator[Passage]]


class Kind(NamedTuple):
    """A kind of documents.

    reader (Callable): Reads a source, given the names of columns.
    suffixes (tuple[str, ...]): How files' names end, in small letters.
    packages (tuple[str, ...]): What it needs of the extra.
    has_columns (bool): Whether columns may be named.
    """

    reader: Reader
    suffixes: tuple[str, ...]
    packages: tuple[str, ...] = ()
    has_columns: bool = False


def _text(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .text import read_text

    return read_text(source)


def _markdown(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .markdown import read_markdown

    return read_markdown(source)


def _html(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .html import read_html

    return read_html(source)


def _latex(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .latex import read_latex

    return read_latex(source)


def _rst(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .rst import read_rst

    return read_rst(source)


def _subtitles(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .subtitles import read_subtitles

    return read_subtitles(source)


def _po(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .po import read_po

    return read_po(source)


def _notebook(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .notebook import read_notebook

    return read_notebook(source)


def _csv(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .table import read_csv

    return read_csv(source, columns)


def _tsv(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .table import read_csv

    return read_csv(source, columns, delimiter="\t")


def _json(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .table import read_json

    return read_json(source, columns)


def _jsonl(source: str, columns: Sequence[str]) -> Iterator[Passage]:
    from .table import read_jsonl

    return read_jsonl(source, columns)


KINDS = {
    "text": Kind(_text, (".txt", ".text")),
    "markdown": Kind(
        _markdown,
        (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"),
        ("markdown_it", "mdit_py_plugins"),
    ),
    "html": Kind(_html, (".html", ".htm", ".xhtml")),
    "latex": Kind(_latex, (".tex", ".ltx", ".latex"), ("pylatexenc",)),
    "rst": Kind(_rst, (".rst", ".rest"), ("docutils",)),
    "subtitles": Kind(_subtitles, (".srt", ".vtt", ".ass", ".ssa"), ("pysubs2",)),
    "po": Kind(_po, (".po", ".pot"), ("polib",)),
    "notebook": Kind(_notebook, (".ipynb",), ("markdown_it", "mdit_py_plugins")),
    "csv": Kind(_csv, (".csv",), has_columns=True),
    "tsv": Kind(_tsv, (".tsv", ".tab"), has_columns=True),
    "json": Kind(_json, (".json",), has_columns=True),
    "jsonl": Kind(_jsonl, (".jsonl", ".ndjson"), has_columns=True),
}
# Those of files that are no text: `packed.OPENERS` reads them.
PACKED = {".docx": "docx", ".docm": "docx"}
SUFFIXES = {
    **{suffix: name for name, kind in KINDS.items() for suffix in kind.suffixes},
    **PACKED,
}


def kind_of(file_name: str) -> str:
    """Tell the kind of a document by its file's name.

    file_name (str): The name, with or without folders.
    RETURNS (str): A name in `KINDS` or in `packed.OPENERS`; "text" where the name says nothing.
    """
    return SUFFIXES.get(PurePath(file_name).suffix.lower(), DEFAULT)


def read_passages(kind: str, source: str, *, columns: Sequence[str] = ()) -> Iterator[Passage]:
    """Read a document.

    kind (str): Its kind, a name in `KINDS`.
    source (str): The document, decoded, with its line ends as they are; with its byte-order mark,
        if it has one.
    columns (Sequence[str]): The columns of a table, or the keys of JSON, that are to be read.
    RETURNS (Iterator[Passage]): Its passages, in the order of the source.
    RAISES (ValueError): If there is no such kind, or it has no columns.
    RAISES (UnknownColumns): If the columns are not there, or a kind that needs them is given none.
    RAISES (MalformedDocument): If the document is not well formed for its kind.
    RAISES (ImportError): If a package that the kind needs is not installed.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no kind of documents {kind!r}; there are {', '.join(KINDS)}")
    chosen = KINDS[kind]
    if columns and not chosen.has_columns:
        tables = ", ".join(name for name, each in KINDS.items() if each.has_columns)
        raise ValueError(f"{kind} has no columns to choose from; these have: {tables}")
    for package in chosen.packages:
        import_extra(package, EXTRA)
    start = int(source.startswith(MARK))
    text = source[start:]
    passages = leave_out(chosen.reader(text, columns), disabled_parts(kind, text))
    return compose(passages, whole(text, start)) if start else passages
