"""Which lines of plain text go on in the next one: wrapped prose, not verse, lists or headings."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from ..language.characters import CJK_PATTERN

# After these a line may have been wrapped, but no sentence is cut in two.
SENTENCE_END = re.compile(r"[。！？!?；;：:…](?:[”’」』）)\"'])*\s*$")
PUNCTUATION_END = re.compile(r"[，。、！？；：…—,.!?;:”’」』）)】》]\s*$")
COMMA = re.compile(r"[，、,]\s*$")
# A line that begins like one of a list, a heading, a table, a comment or a quotation.
MARKED = re.compile(
    r"\s*(?:[-*+•·●○■□▪◆◇※→>|#=~/\\@$]|[(（]?[0-9a-zA-Z一二三四五六七八九十百]{1,4}[.．、)）:：]"
    r"|第[0-9０-９零一二三四五六七八九十百千]+[章节節回卷部篇条條讲講]|[①-⓿❶-➓]|\[[^\]]*\])"
)
# Dialogues and forms: a name, a colon.
NAMED = re.compile(r"\s*[^\s，。！？：:]{1,8}[：:]")
COLUMNS = re.compile(r"\t|\S {3,}\S|\S\u3000{2,}\S")
# A line is taken to be full if it fills so much of the widest line.
FULL = 0.75


def goes_on(lines: Sequence[str]) -> list[bool]:
    """Tell which lines go on in the next one.

    lines (Sequence[str]): Lines without a blank one between them.
    RETURNS (list[bool]): For each, whether it and the next are one paragraph; False for the last.
    """
    # Verse, sayings, chats: each line was ended where its sentence or verse ends.
    ended = len(lines) > 1 and all(map(PUNCTUATION_END.search, lines[:-1]))
    # Lists of words and verse without punctuation.
    bare = not any(re.search("[，。！？；：,.!?]", line) for line in lines)
    if ended or bare:
        return [False] * len(lines)
    widths = [_width(line) for line in lines]
    widest = max(widths, default=0)
    on = []
    for number, (line, following) in enumerate(pairwise(lines)):
        wrapped = widths[number] >= FULL * widest or len(lines) == 2 or COMMA.search(line)
        on.append(bool(wrapped) and _joins(line, following))
    return [*on, False][: len(lines)]


def _joins(line: str, following: str) -> bool:
    return bool(
        CJK_PATTERN.search(line)
        and CJK_PATTERN.search(following)
        and not SENTENCE_END.search(line)
        and not MARKED.match(following)
        and not NAMED.match(following)
        and not any(map(COLUMNS.search, (line.strip(), following.strip())))
        # A paragraph begins with more space before it than the line above it has.
        and _indent(following) <= _indent(line)
    )


def _indent(line: str) -> int:
    return _width(line[: len(line) - len(line.lstrip())])


def _width(line: str) -> int:
    """How many columns a line takes on a screen."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
