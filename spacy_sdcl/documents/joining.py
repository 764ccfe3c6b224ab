"""Line ends inside a sentence: Chinese goes on without a space, other writing with one."""

import re

import numpy as np

from ..language.characters import is_cjk
from .passages import Passage

# Full-width punctuation takes no space, either.
PUNCTUATION = "，。、；：？！…—“”‘’（）《》〈〉【】「」『』〔〕·～"
# The look behind keeps a long run of spaces without a line end from being tried at each of them.
LINE_END = re.compile(r"(?<![ \t\f\v])[ \t\f\v]*[\r\n][ \t\f\v\r\n]*")


def joint(before: str, after: str) -> str:
    """What a line end between two lines of one paragraph is read as.

    before, after (str): The last character of a line and the first of the next; "" for none.
    RETURNS (str): "" beside Chinese writing, else a space.
    """
    return "" if any(map(_is_chinese, (before, after))) else " "


def join_lines(passage: Passage) -> Passage:
    """Read the lines of a passage as one.

    passage (Passage): A passage, with the line ends of the source in its text.
    RETURNS (Passage): The same without them, and without white space around it. A space that is
        read for a line end stands for all white space there.
    """
    text = passage.text
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    texts: list[str] = []
    kept: list[np.ndarray] = []
    ends = passage.ends.copy()
    place = first
    for match in LINE_END.finditer(text, first, last):
        start, end = match.span()
        read = joint(text[start - 1], text[end])
        # The space takes the place of the first character of the line end.
        texts += [text[place:start], read]
        kept.append(np.arange(place, start + len(read)))
        ends[start] = ends[end - 1]
        place = end
    kept.append(np.arange(place, last))
    places = np.concatenate(kept)
    return Passage("".join([*texts, text[place:last]]), passage.starts[places], ends[places])


def _is_chinese(char: str) -> bool:
    return bool(char) and (is_cjk(char) or char in PUNCTUATION)
