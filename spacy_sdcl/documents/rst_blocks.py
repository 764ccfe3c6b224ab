"""The blocks of reStructuredText that hold text, as docutils finds them, with their lines."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser, states
from docutils.utils import escape2null, new_document

# Nothing is read from other files, written to the screen, or taken for fatal.
SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "warning_stream": False,
    "line_length_limit": 1 << 40,
}
UNKNOWN = "Unknown directive type"
ROLE = re.compile(
    r":(?P<role>[\w:.+-]+):`(?P<text>.*)`|`(?P<text2>.*)`:(?P<role2>[\w:.+-]+):", re.S
)


class Markup(NamedTuple):
    """Inline markup in a block's text, at text[start:end]."""

    start: int
    end: int


class Block(NamedTuple):
    """Text that docutils reads for inline markup.

    text (str): Its lines, without what stands before them.
    line (int): About where it begins in the document, from 0.
    markup (list[Markup]): The inline markup in it.
    """

    text: str
    line: int
    markup: list[Markup]


class Unknown(NamedTuple):
    """A directive that docutils does not know, such as one of Sphinx.

    line (int): The line it begins in, from 0.
    text (str): All of it, as it is written.
    """

    line: int
    text: str


def find_blocks(text: str) -> tuple[list[Block], list[Unknown]]:
    """Find what there is to be read in a document.

    text (str): The document, its lines ended by line feeds.
    RETURNS (tuple[list[Block], list[Unknown]]): Blocks of text, and directives that are not known.
    """
    blocks: list[Block] = []
    unknown: list[Unknown] = []

    def observe(message: nodes.system_message) -> None:
        literal = next(iter(message.findall(nodes.literal_block)), None)
        if literal is not None and message.astext().partition(": ")[2].find(UNKNOWN) >= 0:
            unknown.append(Unknown(message["line"] - 1, literal.astext()))

    # docutils makes its patterns from the attributes of this very class, not of one derived.
    inliner: Any = states.Inliner()

    def parse(text: str, lineno: int, memo: Any, parent: Any) -> tuple[list[nodes.Node], list]:
        inliner.document = memo.document
        inliner.language = memo.language
        inliner.reporter = memo.document.reporter
        inliner.parent = parent
        blocks.append(Block(text, lineno - 1, list(_inline(inliner, text, lineno))))
        return [nodes.Text(text)], []

    inliner.parse = parse
    settings = get_default_settings(Parser)
    vars(settings).update(SETTINGS)
    document = new_document("", settings)
    document.reporter.attach_observer(observe)
    Parser(inliner=inliner).parse(text, document)
    return blocks, unknown


def _inline(inliner: Any, text: str, lineno: int) -> Iterator[Markup]:
    # The loop of `Inliner.parse`, kept to the places: what remains is always an end of the text.
    remaining = escape2null(text)
    while remaining and (match := inliner.patterns.initial.search(remaining)):
        groups = match.groupdict()
        start = groups["start"] or groups["backquote"] or groups["refend"] or groups["fnend"]
        before, found, rest, _ = inliner.dispatch[start](inliner, match, lineno)
        first = len(text) - len(remaining) + len(before)
        end = len(text) - len(rest)
        # A role that is not known is markup, too; a mark that is not closed is none.
        is_flawed = any(isinstance(node, nodes.problematic) for node in found)
        if found and (not is_flawed or ROLE.fullmatch(text, first, end)):
            yield Markup(first, end)
        remaining = rest
