"""LaTeX: the text of the document's body, through the commands inside of sentences."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pylatexenc import latexwalker

from .composing import compose, whole
from .errors import MalformedDocument
from .joining import join_lines
from .latex_macros import (
    APART,
    ASIDE,
    BOXES,
    BREAKS,
    CHARACTERS,
    FORMULAS,
    OBJECTS,
    THROUGH,
    macro_specs,
)
from .latex_verbatim import mask
from .passages import OBJECT, Passage, PassageBuilder

BEGIN = re.compile(r"\\begin\s*\{document\}")
END = re.compile(r"\\end\s*\{document\}")
PARAGRAPH = re.compile(r"\r?\n[ \t]*\r?\n\s*")
# pylatexenc takes Chinese for letters of a command's name; TeX, as it is set up for Chinese, does
# not.
NAME = re.compile(r"[a-zA-Z@]+")
NOTHING: tuple[Any, ...] = ()


def read_latex(source: str) -> Iterator[Passage]:
    """Read LaTeX: what stands in the document's body, or all of a file without one.

    source (str): The document.
    RETURNS (Iterator[Passage]): Paragraphs, headings, cells, captions, footnotes.
    RAISES (MalformedDocument): If a formula does not end, or groups are nested too deeply.
    """
    masked = mask(source)
    begin = BEGIN.search(masked)
    start = begin.end() if begin else 0
    end = END.search(masked, start)
    text = masked[start : end.start() if end else len(masked)]
    context = latexwalker.get_default_latex_context_db()
    context.add_context_category("prose", macros=macro_specs(), prepend=True)
    try:
        walker = latexwalker.LatexWalker(text, latex_context=context, tolerant_parsing=True)
        body = Body(text)
        passages = [*body.read(walker.get_latex_nodes(pos=0)[0]), *body.finish()]
    except RecursionError as error:
        what = "groups and environments are nested too deeply to be read"
        raise MalformedDocument(source, start, what, "close those that were left open") from error
    except UnclosedFormula as error:
        raise MalformedDocument(
            source,
            start + error.args[0],
            "a formula that begins here does not end in its paragraph",
            "close it, or write \\$ for the sign",
        ) from error
    return compose(passages, whole(text, start))


class UnclosedFormula(ValueError):
    """A formula without an end; its place is the argument."""


class Body:
    """Reads the nodes of a text.

    text (str): The text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._builder = PassageBuilder(text)

    def finish(self) -> Iterator[Passage]:
        """Yield the passage that is open, if it holds anything."""
        yield from map(join_lines, self._builder.finish())

    def read(self, nodes: Iterable[Any]) -> Iterator[Passage]:
        """Read nodes.

        nodes (Iterable[LatexNode]): Nodes of pylatexenc, in their order.
        YIELDS (Passage): What is ended in them.
        """
        for node in nodes:
            if node.isNodeType(latexwalker.LatexCharsNode):
                yield from self._take(node.pos, node.pos + node.len)
            elif node.isNodeType(latexwalker.LatexGroupNode):
                yield from self.read(node.nodelist)
            elif node.isNodeType(latexwalker.LatexMacroNode):
                yield from self._macro(node)
            elif node.isNodeType(latexwalker.LatexEnvironmentNode):
                yield from self._environment(node)
            elif node.isNodeType(latexwalker.LatexMathNode):
                self._check(node)
                self._put(OBJECT, node)
            elif node.isNodeType(latexwalker.LatexSpecialsNode):
                if node.specials_chars == "&":
                    yield from self.finish()
                else:
                    self._put(CHARACTERS.get(node.specials_chars, node.specials_chars), node)

    def _take(self, start: int, end: int) -> Iterator[Passage]:
        for match in PARAGRAPH.finditer(self._text, start, end):
            self._characters(start, match.start())
            yield from self.finish()
            start = match.end()
        self._characters(start, end)

    def _characters(self, start: int, end: int) -> None:
        # What was masked is one thing, however long it is.
        for match in re.compile(f"{OBJECT}+").finditer(self._text, start, end):
            self._builder.take(start, match.start())
            self._builder.put(OBJECT, *match.span())
            start = match.end()
        self._builder.take(start, end)

    def _put(self, text: str, node: Any) -> None:
        start, end = node.pos, node.pos + node.len
        if self._text[start:end] == text:
            self._builder.take(start, end)
        else:
            self._builder.put(text, start, end)

    def _macro(self, node: Any) -> Iterator[Passage]:
        match = NAME.match(node.macroname)
        name = match[0] if match else node.macroname
        arguments = _arguments(node)
        if name in THROUGH:
            yield from self.read(arguments[-1:])
        elif name in APART | BOXES:
            yield from self.finish()
            for argument in arguments[-1:] if name in BOXES else arguments:
                yield from self.read([argument])
                yield from self.finish()
        elif name in ASIDE:
            self._put(OBJECT, node)
            for argument in arguments:
                aside = Body(self._text)
                yield from aside.read([argument])
                yield from aside.finish()
        elif name in OBJECTS:
            # The spaces behind a command are its end.
            end = node.pos + node.len - len(node.macro_post_space or "")
            end = node.pos + 1 + len(name) if name != node.macroname else end
            self._builder.put(OBJECT, node.pos, end)
        elif name in BREAKS:
            yield from self.finish()
        elif node.macroname in CHARACTERS:
            self._put(CHARACTERS[node.macroname], node)
        if match and name != node.macroname:
            yield from self._take(node.pos + 1 + len(name), node.pos + node.len)

    def _environment(self, node: Any) -> Iterator[Passage]:
        if node.environmentname.rstrip("*") in FORMULAS:
            self._put(OBJECT, node)
            return
        yield from self.finish()
        yield from self.read(node.nodelist)
        yield from self.finish()

    def _check(self, node: Any) -> None:
        written = self._text[node.pos : node.pos + node.len]
        opening, closing = node.delimiters
        ends = written.endswith(closing) and len(written) >= len(opening) + len(closing)
        if not ends or (opening == "$" and PARAGRAPH.search(written)):
            raise UnclosedFormula(node.pos)


def _arguments(node: Any) -> Sequence[Any]:
    given = node.nodeargd.argnlist if node.nodeargd is not None else NOTHING
    return [each for each in given or () if each is not None and not _is_star(each)]


def _is_star(node: Any) -> bool:
    return node.isNodeType(latexwalker.LatexCharsNode) and node.chars == "*"
