"""Languages as LanguageTool names them: which are read, and in which characters."""

import re
from typing import NamedTuple

from ..control.variants import load
from ..language.characters import CJK_PATTERN
from ..language.writing import is_traditional

SIMPLIFIED = {"name": "Chinese", "code": "zh", "longCode": "zh-CN"}
TRADITIONAL = (
    {"name": "Chinese (Taiwan)", "code": "zh", "longCode": "zh-TW"},
    {"name": "Chinese (Hong Kong)", "code": "zh", "longCode": "zh-HK"},
)
# Subtags of BCP 47 that mean Traditional characters.
TRADITIONAL_TAGS = {"tw", "hk", "mo", "hant"}
KANA = re.compile("[\u3041-\u309f\u30a1-\u30fa]")
UNDETERMINED = "und"
TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")


class Language(NamedTuple):
    """A language that a text is read in.

    code (str): Its code.
    traditional (bool): Whether the characters are Traditional.
    chinese (bool): Whether it is Chinese at all; if not, there is nothing to check.
    """

    code: str
    traditional: bool = False
    chinese: bool = True

    @property
    def name(self) -> str:
        """What the language is called."""
        if self.code == UNDETERMINED:
            return "No Chinese text"
        if not self.chinese:
            return self.code
        names = {each["longCode"]: each["name"] for each in (SIMPLIFIED, *TRADITIONAL)}
        return names.get(self.code, SIMPLIFIED["name"])


def can_read_traditional() -> bool:
    """Whether the package for Traditional characters is installed.

    RETURNS (bool): True if it is.
    """
    try:
        load("t2s")
    except ImportError:
        return False
    return True


def supported() -> list[dict[str, str]]:
    """The languages, as LanguageTool lists them.

    RETURNS (list[dict]): Those with Traditional characters only where they can be read.
    """
    return [SIMPLIFIED, *(TRADITIONAL if can_read_traditional() else ())]


def read_language(code: str, text: str) -> Language:
    """Find out what a client wants a text to be read as.

    Clients find out whether a server is there by asking it to check some English.

    code (str): A kind of "zh", or "auto" for what the text is; another one where the text has
        nothing that could be checked.
    text (str): The text.
    RETURNS (Language): The language.
    RAISES (ValueError): If it is another language.
    """
    if code == "auto":
        return detect(text)
    first, *tags = code.lower().replace("_", "-").split("-")
    if first != "zh":
        if TAG.fullmatch(code) and not CJK_PATTERN.search(text):
            return Language(code, chinese=False)
        raise ValueError(
            f"The language is {code!r}, but this server corrects Chinese only: give zh-CN, or auto."
        )
    return Language("zh-CN" if not tags else code, not TRADITIONAL_TAGS.isdisjoint(tags))


def detect(text: str) -> Language:
    """Find out what a text is written in.

    text (str): The text.
    RETURNS (Language): Chinese, unless it has no Chinese character, or more kana than such.
    """
    ideographs = len(CJK_PATTERN.findall(text))
    if ideographs <= len(KANA.findall(text)):
        return Language(UNDETERMINED, chinese=False)
    if is_traditional(text):
        return Language("zh-TW", traditional=True)
    return Language("zh-CN")
