"""reStructuredText: paragraphs, titles, items, cells and directives' contents."""

import re
from collections.abc import Iterator, Sequence

from ..language.characters import CJK_PATTERN
from .composing import compose
from .errors import MalformedDocument
from .html_tokens import names
from .joining import join_lines
from .lines import SourceLine, source_lines
from .passages import OBJECT, Passage, PassageBuilder
from .rst_blocks import ROLE, Block, Markup, Unknown, find_blocks
from .rst_places import Lines

# What follows these is no text; what follows others that docutils does not know is read.
LEFT = names(
    "toctree literalinclude highlight highlightlang graphviz mermaid plantuml digraph graph uml "
    "index tabularcolumns productionlist automodule autoclass autofunction automethod autodata "
    "autoattribute autoexception autosummary doctest testcode testsetup testoutput testcleanup "
    "ipython plot program-output command-output argparse click bibliography raw math eval-rst "
    "jupyter-execute prompt currentmodule module py:module default-domain"
)
DIRECTIVE = re.compile(r"\.\.\s+([\w.:+-]+?)\s*::")
OPTION = re.compile(r"\s*:[^:\s][^:]*:(?:\s|$)")
# Roles whose content is read through, and others with a title before their target.
PROSE_ROLES = names(
    "strong emphasis sub sup subscript superscript title title-reference t guilabel menuselection "
    "term dfn abbr any doc ref"
)
TARGET = re.compile(r"(?P<text>.*?)\s*(?<!\\)<[^<>]*>", re.S)
ESCAPE = re.compile(r"\\(.|\n|$)")
# Beside Chinese, asterisks that were meant are none to docutils.
ASTERISKS = re.compile(r"\*\*")


def read_rst(source: str) -> Iterator[Passage]:
    """Read reStructuredText.

    source (str): The document.
    RETURNS (Iterator[Passage]): The text of its blocks.
    RAISES (MalformedDocument): If its blocks are nested too deeply.
    """
    lines = list(source_lines(source))
    places = Lines(lines)
    try:
        blocks, unknown = find_blocks(places.text)
    except RecursionError as error:
        what = "blocks are nested too deeply to be read"
        raise MalformedDocument(source, 0, what, "divide the document") from error
    return _read(source, lines, places, blocks, unknown)


def _read(
    source: str,
    lines: Sequence[SourceLine],
    places: Lines,
    blocks: Sequence[Block],
    unknown: Sequence[Unknown],
) -> Iterator[Passage]:
    for block in blocks:
        # Names of options, which are no text, are Latin.
        if not CJK_PATTERN.search(block.text):
            continue
        origin = places.find(source, block.text, block.line)
        if origin is not None:
            yield from compose(_read_block(block), origin)
    for directive in unknown:
        content = _content(source, lines, directive)
        if content is not None:
            yield from compose(read_rst(content.text), content)


def _content(source: str, lines: Sequence[SourceLine], directive: Unknown) -> Passage | None:
    """Find what stands under a directive, without its indent."""
    part = lines[directive.line : directive.line + directive.text.count("\n") + 1]
    name = DIRECTIVE.search(part[0].text)
    if name is None or name[1] in LEFT:
        return None
    body = list(part[1:])
    while body and OPTION.match(body[0].text):
        del body[0]
    indent = min((_indent(line.text) for line in body if line.text.strip()), default=0)
    builder = PassageBuilder(source)
    for line in body:
        builder.take(min(line.start + indent, line.end), line.end)
        builder.put("\n", line.end, max(line.next, line.end + 1))
    return builder.build() if indent else None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _read_block(block: Block) -> Iterator[Passage]:
    builder = PassageBuilder(block.text)
    place = 0
    for markup in block.markup:
        _take(builder, place, markup.start)
        inner = _inner(block.text, markup)
        if inner is None:
            builder.put(OBJECT, markup.start, markup.end)
        else:
            _take(builder, *inner)
        place = markup.end
    _take(builder, place, len(block.text))
    yield from map(join_lines, builder.finish())


def _inner(text: str, markup: Markup) -> tuple[int, int] | None:
    """The part of markup that is read; None if it is not read."""
    start, end = markup
    written = text[start:end]
    if written.startswith("``") or written.startswith("|") or written.endswith("]_"):
        return None
    if written.startswith("**"):
        return start + 2, end - 2
    if written.startswith("*"):
        return start + 1, end - 1
    group = "text"
    role = ROLE.fullmatch(written)
    if role:
        group = "text" if role["text"] is not None else "text2"
        title = TARGET.fullmatch(role[group])
        if title:
            return start + role.start(group), start + role.start(group) + title.end("text")
        name = (role["role"] or role["role2"]).rpartition(":")[2]
        # Without a title, these two show the name of a target.
        is_prose = name in PROSE_ROLES and name not in ("ref", "doc", "any")
        return (start + role.start(group), start + role.end(group)) if is_prose else None
    first = start + (2 if written.startswith("_`") else written.startswith("`"))
    last = start + len(written.rstrip("_").removesuffix("`"))
    title = TARGET.fullmatch(text, first, last)
    return first, title.end("text") if title else last


def _take(builder: PassageBuilder, start: int, end: int) -> None:
    text = builder.source
    for match in re.compile(f"{ESCAPE.pattern}|{ASTERISKS.pattern}").finditer(text, start, end):
        builder.take(start, match.start())
        # An escaped space joins what stands around it.
        if match[1] and not match[1].isspace():
            builder.put(match[1], *match.span())
        start = match.end()
    builder.take(start, end)
