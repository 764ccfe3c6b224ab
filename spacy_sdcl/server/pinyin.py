"""How characters are read, where the package that knows it is installed."""

from collections.abc import Callable
from functools import cache


@cache
def _reader() -> Callable[..., list[list[str]]] | None:
    try:
        from pypinyin import pinyin
    except ImportError:
        return None
    return pinyin


def read_aloud(char: str) -> str | None:
    """The readings of a character.

    char (str): A Chinese character.
    RETURNS (str): The one or two commonest, such as "xíng háng"; None if they are not known.
    """
    reader = _reader()
    if reader is None:
        return None
    readings = reader(char, heteronym=True, errors="ignore")
    return " ".join(readings[0][:2]) if readings else None
