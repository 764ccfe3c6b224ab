"""The pieces of a line of Markdown, each with its place: what markdown-it's own tokens do not say."""

from enum import Enum, auto
from typing import Any, NamedTuple

from markdown_it import MarkdownIt, rules_inline
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token


class Role(Enum):
    """What a piece is to a reader."""

    TEXT = auto()
    SPECIAL = auto()  # an escape or an entity
    MARKS = auto()  # asterisks and the like: markup, if they found their counterpart
    LINE_END = auto()
    TAG = auto()
    OBJECT = auto()


class Piece(NamedTuple):
    """A part of the text that one rule of Markdown has taken.

    role (Role): What it is.
    start, end (int): Its place.
    tokens (list[Token]): What markdown-it made of it.
    """

    role: Role
    start: int
    end: int
    tokens: list[Token]


ROLES: dict[Any, Role] = {
    rules_inline.text: Role.TEXT,
    rules_inline.newline: Role.LINE_END,
    rules_inline.escape: Role.SPECIAL,
    rules_inline.entity: Role.SPECIAL,
    rules_inline.strikethrough.tokenize: Role.MARKS,
    rules_inline.emphasis.tokenize: Role.MARKS,
    rules_inline.html_inline: Role.TAG,
}


class PlacedInline(ParserInline):
    """markdown-it's parser of inline markup, which also keeps what each rule has taken."""

    pieces: list[Piece]

    def read(self, text: str, parser: MarkdownIt, env: dict[str, Any]) -> list[Piece]:
        """Cut text into pieces.

        text (str): The text of a block, without the block's own markup.
        parser (MarkdownIt): The parser that this one belongs to.
        env (dict): What the parser has found in the document, such as links' targets.
        RETURNS (list[Piece]): Its pieces in order; between them is only markup.
        """
        self.pieces = []
        super().parse(text, parser, env, [])
        return self.pieces

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        # The description of a picture is parsed as a text of its own: no piece of this one.
        pieces, self.pieces = self.pieces, []
        super().parse(src, md, env, tokens)
        self.pieces = pieces
        return tokens

    def tokenize(self, state: StateInline) -> None:
        rules = self.ruler.getRules("")
        end = state.posMax
        nesting = state.md.options["maxNesting"]
        while state.pos < end:
            start, known, pending = state.pos, len(state.tokens), bool(state.pending)
            rule = next((r for r in rules if state.level < nesting and r(state, False)), None)
            if rule is None:
                # Of text that waits to become a token, rules look at the end alone, for spaces.
                state.pending = state.pending[-2:] + state.src[start]
                state.pos = start + 1
            # What is inside of a link has been kept by the call for it.
            if rule is not rules_inline.link:
                made = state.tokens[known:]
                # Text that waited has become a token before those of this rule.
                if pending and made and made[0].type == "text":
                    made = made[1:]
                self.pieces.append(Piece(_role(rule, made), start, state.pos, made))
        if state.pending:
            state.pushPending()


def _role(rule: Any, made: list[Token]) -> Role:
    if not made:
        return Role.TEXT
    if any(token.type == "hardbreak" for token in made):
        return Role.LINE_END
    return ROLES.get(rule, Role.OBJECT)


def is_markup(token: Token) -> bool:
    """Whether asterisks or tildes have become emphasis."""
    return token.type != "text" or not token.content
