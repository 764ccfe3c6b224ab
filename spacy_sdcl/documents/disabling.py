"""Comments that switch correction off for a part of a document, as linters have them."""

import bisect
import re
from collections.abc import Iterator

from .lines import source_lines

WORDS = r"sdcl-(?P<word>disable-next-line|disable-line|disable|enable)\b"
# A reason may follow in the comment.
HTML = rf"(?<!`)<!--\s*{WORDS}(?:(?!-->).)*-->"
LATEX = rf"%+[ \t]*{WORDS}"
RST = rf"^[ \t]*\.\.[ \t]+{WORDS}"
PO = rf"^#[ \t]*{WORDS}"
NOTE = rf"^(?:NOTE[ \t]+|[;!:][ \t]*){WORDS}"
# In plain text, a line that holds nothing else: in any of these notations.
TEXT = rf"^[ \t]*(?:<!--|%|\.\.|#|//|;)[ \t]*{WORDS}[^\n]*$"
COMMENTS = {
    kind: re.compile(pattern, re.MULTILINE)
    for kind, pattern in {
        "text": TEXT,
        "markdown": HTML,
        "html": HTML,
        "latex": LATEX,
        "rst": RST,
        "po": PO,
        "subtitles": NOTE,
    }.items()
}
FENCE = re.compile(
    r"^ {0,3}(?P<mark>`{3,}(?=[^`\n]*$)|~{3,}).*?(?:^ {0,3}(?P=mark)[`~]*[ \t\r]*$|\Z)", re.M | re.S
)


def disabled_parts(kind: str, source: str) -> list[tuple[int, int]]:
    """Find the parts of a document that are not to be corrected.

    kind (str): The document's kind.
    source (str): The document.
    RETURNS (list[tuple[int, int]]): Where they begin and end: from `sdcl-disable` to
        `sdcl-enable` or the end, the line of an `sdcl-disable-line`, the line behind that of an
        `sdcl-disable-next-line`; in plain text also the lines of these comments.
    """
    if "sdcl-" not in source or kind not in COMMENTS:
        return []
    lines = list(source_lines(source))
    starts = [line.start for line in lines]
    parts = []
    since: int | None = None
    for match in _comments(kind, source):
        number = bisect.bisect_right(starts, match.start("word")) - 1
        if kind == "text":
            parts.append(match.span())
        match match["word"]:
            case "disable":
                since = match.start() if since is None else since
            case "enable":
                parts.append((since if since is not None else match.start(), match.end()))
                since = None
            case "disable-line":
                parts.append((lines[number].start, lines[number].next))
            case "disable-next-line" if number + 1 < len(lines):
                parts.append((lines[number + 1].start, lines[number + 1].next))
    if since is not None:
        parts.append((since, len(source)))
    return parts


def _comments(kind: str, source: str) -> Iterator[re.Match[str]]:
    # A document may show such comments in examples.
    fences = list(FENCE.finditer(source)) if kind == "markdown" else []
    starts = [fence.start() for fence in fences]
    for match in COMMENTS[kind].finditer(source):
        number = bisect.bisect_right(starts, match.start()) - 1
        if number < 0 or fences[number].end() <= match.start():
            yield match
