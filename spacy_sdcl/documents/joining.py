"""Line ends inside a sentence: Chinese goes on without a space, other writing with one."""

from ..language.characters import is_cjk

# Full-width punctuation takes no space, either.
PUNCTUATION = "，。、；：？！…—“”‘’（）《》〈〉【】「」『』〔〕·～"


def joint(before: str, after: str) -> str:
    """What a line end between two lines of one paragraph is read as.

    before, after (str): The last character of a line and the first of the next; "" for none.
    RETURNS (str): "" beside Chinese writing, else a space.
    """
    return "" if any(map(_is_chinese, (before, after))) else " "


def _is_chinese(char: str) -> bool:
    return bool(char) and (is_cjk(char) or char in PUNCTUATION)
