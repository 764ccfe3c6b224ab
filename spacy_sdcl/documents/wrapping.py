"""Plain text whose paragraphs were cut into lines of one width: which lines are read together.

A line is put together with the next one only where the lines look like prose that was wrapped. That
is decided from a block of lines alone, so that it does not depend on what was read before. Leaving
two lines apart costs what a reader of single lines sees; so whatever may be verse, a list, a table,
or text with a sentence a line, stays apart.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from ..language.characters import CJK_PATTERN
from .joining import PUNCTUATION

T = TypeVar("T")

SPACES = " \t\r\u3000"
# A block has at most so many characters, unless one line has more.
LONGEST_BLOCK = 2_000
# Columns of the widest line, of which a Chinese character takes two: verse is narrower.
NARROWEST = 18
# A line of more characters was not wrapped.
LONGEST_LINE = 120
# A sentence that someone cut in two by hand has at most so many characters.
LONGEST_SENTENCE = 60
# So many lines of prose have some punctuation in them.
PUNCTUATED = 4

CLOSING = "”’」』）》〉】〕)]\"'"
MARKS = PUNCTUATION + ",.;:!?"
CHINESE_PROSE = re.compile(CJK_PATTERN.pattern.removesuffix("]") + re.escape(PUNCTUATION) + "]+")
SENTENCE_END = re.compile(rf"[。！？…：!?.:][{re.escape(CLOSING)}]*$")
COMMA = re.compile(r"[，、,]$")
CLAUSE_END = re.compile(rf"[{re.escape(MARKS)}][{re.escape(CLOSING)}]*$")
INSIDE = re.compile(r"[，。、；：！？,;!?](?!$)")
LEAD = re.compile(r"[ \t\u3000]*(?:> ?)*[ \t\u3000]*")
MARKER = re.compile(
    r"""(?: [-*+•·●○◦▪■□◆◇★☆※→✓√]\s*
      | [(（]?[0-9０-９a-zA-Z]{1,3}[.、)）．]\s*
      | [0-9]+(?:\.[0-9]+)+\s*
      | [(（]?[一二三四五六七八九十百]{1,4}[、．.)）]\s*
      | [①-⓿❶-➓] )""",
    re.VERBOSE,
)
# What begins something new: speech, a name or a label before a colon, a date, a mark-up.
OPENING = re.compile(
    r"""[“"「『]|——|[—–]\s|<|\[|【
      | [^\s，。！？；、：:]{1,8}[：:]
      | \d{1,4}[-/:年月]\d?""",
    re.VERBOSE,
)
HEADING = re.compile(
    r"#{1,6}\s|第[0-9０-９一二三四五六七八九十百千零〇两]+[章节回卷部篇幕集条讲课]"
)
RULE = re.compile(r"[-=_*~`#+·.—]{3,}$|`{3}|~{3}")
# Cells of a row, put apart by a tab, a bar, or spaces.
ROW = re.compile(r"[|｜\t]|\S(?:\s{2,}|\u3000+)\S")


def wrapped_lines(lines: Iterable[T], text_of: Callable[[T], str]) -> Iterator[list[T]]:
    """Put the lines together that are to be read as one.

    lines (Iterable): The lines.
    text_of (Callable): Gives the text of one, without its line end.
    YIELDS (list): Lines that go on in one another, at least one.
    """
    for block in cut_blocks(lines, text_of):
        first = 0
        for number, more in enumerate(goes_on([text_of(each) for each in block]), start=1):
            if not more:
                yield block[first:number]
                first = number


def cut_blocks(lines: Iterable[T], text_of: Callable[[T], str]) -> Iterator[list[T]]:
    """Cut lines into blocks. What lines of two blocks say is never put together.

    A block is handed on as soon as it is known to end, and where it ends depends on its own lines
    and the next one, so that a reader may begin with any of them.

    lines (Iterable): The lines.
    text_of (Callable): Gives the text of one, without its line end.
    YIELDS (list): The lines of a block, at least one.
    """
    block: list[T] = []
    size = 0
    before = ""
    for each in lines:
        line = text_of(each)
        size += len(line)
        if block and (begins_block(line, before) or size > LONGEST_BLOCK):
            yield block
            block, size = [], len(line)
        block.append(each)
        before = line
        if stands_alone(line) or SENTENCE_END.search(line.rstrip(SPACES)):
            yield block
            block, size = [], 0
    if block:
        yield block


def stands_alone(line: str) -> bool:
    """Whether a line cannot be part of wrapped prose: it is empty, a heading, a row, a rule, code.

    line (str): The line.
    RETURNS (bool): Whether nothing goes on from it or into it.
    """
    body = _body(line)
    if len(line) > LONGEST_LINE or not body or HEADING.match(body) or RULE.match(body):
        return True
    return ROW.search(body) is not None or not _is_chinese_prose(body)


def begins_block(line: str, before: str) -> bool:
    """Whether something new begins with a line: a paragraph, an item, a speech.

    line (str): The line.
    before (str): The line before it.
    RETURNS (bool): Whether it cannot go on with what that one says.
    """
    if stands_alone(line):
        return True
    lead, lead_before = _lead(line), _lead(before)
    body, body_before = _body(line), _body(before)
    if lead.count(">") != lead_before.count(">"):
        return True
    if MARKER.match(body) or OPENING.match(body) or "\u3000" in lead:
        return True
    marker = MARKER.match(body_before)
    hanging = width_of(marker.group()) if marker else 0
    return width_of(lead) > width_of(lead_before) + hanging


def goes_on(block: Sequence[str]) -> list[bool]:
    """Find the lines of a block that go on in the next one.

    block (Sequence[str]): Lines, as `cut_blocks` puts them together.
    RETURNS (list[bool]): For each line, whether it and the next one are read together.
    """
    apart = [False] * len(block)
    lines = [line.rstrip(SPACES) for line in block]
    # Verse, lists and names have no full stop; and what is no sentence gains little.
    if len(lines) < 2 or not SENTENCE_END.search(lines[-1]):
        return apart
    if _is_wrapped(lines) or _is_one_sentence(lines):
        return [True] * (len(lines) - 1) + [False]
    # The first line may be the title of a paragraph.
    if len(lines) > 2 and _is_wrapped(lines[1:]):
        return [False] + [True] * (len(lines) - 2) + [False]
    return apart


def width_of(text: str) -> int:
    """How many columns a text takes.

    text (str): A text without line ends.
    RETURNS (int): Two for each wide character, none for one that is put on another, else one.
    """
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WFA" and char >= "\u0100" else 1


def _is_wrapped(lines: Sequence[str]) -> bool:
    # A line was filled: what comes first in the next one had no room in it. The last mark of a line
    # may hang over, and behind a comma some begin a new line anyway.
    widest = max(width_of(line.rstrip(MARKS + CLOSING)) for line in lines)
    if widest < NARROWEST:
        return False
    if any(
        width_of(line) + width_of(_unit(after)) <= widest
        for line, after in pairwise(lines)
        if not COMMA.search(line)
    ):
        return False
    # Where verse is cut, a clause ends.
    inside = sum(CLAUSE_END.search(line) is None for line in lines[:-1])
    if 2 * inside < len(lines) - 1:
        return False
    return len(lines) < PUNCTUATED or any(INSIDE.search(line) for line in lines)


def _is_one_sentence(lines: Sequence[str]) -> bool:
    return (
        len(lines) == 2
        and CLAUSE_END.search(lines[0]) is None
        and sum(map(len, lines)) <= LONGEST_SENTENCE
    )


def _unit(line: str) -> str:
    # What cannot be divided at the line's beginning: a word or a character with the marks around it.
    body = _body(line)
    found = re.match(
        rf"[“‘「『（《〈【〔(\[]*(?:[A-Za-z0-9_./@+-]+|.)[{re.escape(MARKS + CLOSING)}]*", body
    )
    return found.group() if found else body[:1]


def _is_chinese_prose(body: str) -> bool:
    written = "".join(body.split())
    # By what is left without them: one call for a line, not one for each character.
    others = CHINESE_PROSE.sub("", written)
    return 3 * (len(written) - len(others)) >= len(written)


def _lead(line: str) -> str:
    found = LEAD.match(line)
    return found.group() if found else ""


def _body(line: str) -> str:
    return line[len(_lead(line)) :].rstrip(SPACES)
