"""Whether a text is written in Traditional characters; told without any package for them."""

from functools import cache
from importlib.resources import files

# In its last two lines the characters of Traditional writing only, and those of Simplified writing only.
CHARACTERS_FILE = "traditional_characters.txt"


def is_traditional(text: str) -> bool:
    """Whether a text is written in Traditional characters.

    It is if it has more characters of Traditional writing only than of Simplified writing only. A
    text without either kind counts as Simplified.

    text (str): A text.
    RETURNS (bool): True for Traditional characters.
    """
    traditional, simplified = known_characters()
    # Most texts have none, which is soon known.
    if traditional.isdisjoint(text):
        return False
    return sum((char in traditional) - (char in simplified) for char in text) > 0


@cache
def known_characters() -> tuple[frozenset[str], frozenset[str]]:
    """List the characters that tell the writings apart.

    RETURNS (tuple[frozenset[str], frozenset[str]]): Those of Traditional writing only, and those of
        Simplified writing only.
    """
    table = files(__package__).joinpath(CHARACTERS_FILE).read_text(encoding="utf-8")
    traditional, simplified = table.splitlines()[-2:]
    return frozenset(traditional), frozenset(simplified)
