"""Markdown: paragraphs, headings, lists, quotations, cells of tables, the text of HTML in it."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from .composing import compose
from .elements import Effect, Elements
from .html import read_html
from .html_tokens import read_tag
from .joining import join_lines
from .lines import SourceLine, source_lines
from .markdown_inline import Piece, PlacedInline, Role, is_markup
from .passages import OBJECT, Passage, PassageBuilder

CELLS = ("th_open", "td_open")
# Front matter in TOML, which the plugin does not know.
TOML = re.compile(r"\+\+\+[ \t]*\n(?:.*\n)*?\+\+\+[ \t]*$", re.MULTILINE)


def read_markdown(source: str) -> Iterator[Passage]:
    """Read Markdown: CommonMark with tables, strikethrough, footnotes, formulas and front matter.

    source (str): The document.
    YIELDS (Passage): A paragraph, a heading, an item, a cell, or a text of HTML.
    """
    parser = _parser()
    inline = parser.inline
    assert isinstance(inline, PlacedInline)
    env: dict[str, object] = {}
    # The same lines as the parser sees, so that its numbers of lines are these.
    lines = [line._replace(text=line.text.replace("\0", "\ufffd")) for line in source_lines(source)]
    before: Token | None = None
    column = 0
    text = "\n".join(line.text for line in lines)
    if toml := TOML.match(text):
        text = "\n" * toml[0].count("\n") + text[toml.end() :]
    for token in parser.parse(text, env):
        if token.type == "tr_open":
            column = 0
        if token.map and token.content and token.type in ("inline", "html_block"):
            part = lines[token.map[0] : token.map[1]]
            if before is not None and before.type in CELLS:
                origin, column = _cell(source, token.content, part[0], column)
            else:
                origin = _block(source, token.content, part)
            if token.type == "html_block":
                passages = read_html(origin.text)
            else:
                pieces = inline.read(origin.text, parser, env)
                passages = _read_pieces(origin.text, pieces)
            yield from compose(passages, origin)
        before = token


def _parser() -> MarkdownIt:
    parser = MarkdownIt()
    parser.inline = PlacedInline()
    parser.configure("commonmark").enable(["table", "strikethrough"])
    # What is nested deeper is lost: by default ten lists, one in the other.
    parser.options["maxNesting"] = 100
    parser.use(front_matter_plugin).use(footnote_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    # Blocks only: their text is read here, where its places are known. Footnotes stay where they
    # are, and asterisks apart from the text beside them.
    parser.core.ruler.disable(["inline", "text_join", "footnote_tail"])
    parser.inline.ruler.disable(["footnote_inline"])
    parser.inline.ruler2.disable(["fragments_join"])
    return parser


def _block(source: str, content: str, lines: Sequence[SourceLine]) -> Passage:
    """Find the lines of a block, which are parts of lines of the source."""
    builder = PassageBuilder(source)
    end = None
    for text, line in zip(content.split("\n"), lines, strict=False):
        # Spaces before it may be part of a tab.
        text = text.lstrip(" \t")
        place = line.text.rfind(text)
        start = line.start + (place if place >= 0 else len(line.text))
        if end is not None:
            builder.put("\n", end, start)
        end = start + (len(text) if place >= 0 else 0)
        builder.take(start, end)
    return builder.build()


def _cell(source: str, content: str, line: SourceLine, column: int) -> tuple[Passage, int]:
    """Find the text of a cell behind a column of its line, and the column where it ends."""
    builder = PassageBuilder(source)
    written = content.replace("|", "\\|")
    start = line.text.find(written, column)
    if start < 0:
        return builder.build(), column
    end = start + len(written)
    for match in re.finditer(r"\\\||[^\\]+|\\", written):
        place = line.start + start + match.start()
        if match[0] == "\\|":
            builder.put("|", place, place + 2)
        else:
            builder.take(place, place + len(match[0]))
    return builder.build(), end


def _read_pieces(text: str, pieces: Sequence[Piece]) -> Iterator[Passage]:
    builder = PassageBuilder(text)
    elements = Elements()
    for role, start, end, tokens in pieces:
        if role is Role.TAG:
            tag = read_tag(text, start)
            effect = elements.take(tag) if tag else Effect.NONE
            if effect is Effect.BREAK:
                yield from map(join_lines, builder.finish())
            elif effect is Effect.OBJECT:
                builder.put(OBJECT, start, end)
        elif not elements.are_read:
            continue
        elif role is Role.TEXT:
            builder.take(start, end)
        elif role is Role.OBJECT:
            builder.put(OBJECT, start, end)
        elif role is Role.LINE_END:
            if tokens[-1].type == "hardbreak":
                yield from map(join_lines, builder.finish())
            else:
                builder.take(start, start + 1)
        elif role is Role.SPECIAL:
            content = tokens[-1].content
            # Before most characters, a backslash is one.
            if content == text[start:end]:
                builder.take(start, end)
            else:
                builder.put(content, start, end)
        # Beside full-width punctuation, two asterisks that were meant are none to Markdown.
        elif text[start:end] != "**" and not any(map(is_markup, tokens)):
            builder.take(start, end)
    yield from map(join_lines, builder.finish())
