"""Traditional text for a model that reads Simplified characters, and its corrections back.

The conversions are OpenCC's, one character for one.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from ..language.traditional import convert_text, load_converter
from ..types import Candidate, Decision

logger = logging.getLogger("spacy_sdcl")

VARIANTS = ("simplified", "traditional", "auto")
# Into the Traditional writing of Taiwan, of Hong Kong, and of OpenCC's own standard.
REGIONS = ("s2tw", "s2hk", "s2t")
# So many characters on either side decide over the form of one: 后 in 皇后, 後 in 以後.
CONTEXT = 8

load = cache(load_converter)


@cache
def say_once(message: str) -> None:
    """Log a warning, once in a process.

    message (str): The warning.
    """
    logger.warning(message)


def can_convert() -> bool:
    """Whether Traditional text can be read; if not, a warning says once what is missing.

    RETURNS (bool): True if opencc is installed.
    """
    try:
        load("t2s")
    except ImportError as error:
        say_once(f"Traditional text is left alone. {error}")
        return False
    return True


def simplify(text: str) -> str:
    """Convert a text to Simplified characters.

    text (str): A text.
    RETURNS (str): The converted text, of the same length.
    RAISES (ImportError): If opencc is not installed.
    """
    return convert_text(text, load("t2s"))


def restore(decisions: Sequence[Decision], *, written: str, read: str) -> list[Decision]:
    """Bring decisions on a simplified text back to the Traditional one: changed characters only.

    decisions (Sequence[Decision]): Decisions on the text as it was read.
    written (str): The text as it was written.
    read (str): The simplified text, of the same length.
    RETURNS (list[Decision]): The same decisions, with Traditional characters. A place where only
        the variant would change is not kept.
    """
    return list(_restored(decisions, written, read)) if decisions else []


def _restored(decisions: Sequence[Decision], written: str, read: str) -> Iterator[Decision]:
    text = corrected_reading(decisions, read)
    convert = load(region_of(written, read))
    for each in decisions:
        source = written[each.start]
        forms = {
            char: source if char == each.source else form_in(text, each.start, char, convert)
            for char in (each.target, *(candidate.target for candidate in each.candidates))
        }
        # Two Simplified characters may be one Traditional one.
        candidates: dict[str, float] = {}
        for char, score in each.candidates:
            candidates.setdefault(forms[char], score)
        changed = each._replace(
            source=source,
            target=forms[each.target],
            candidates=tuple(Candidate(*item) for item in candidates.items()),
        )
        if changed.target == source:
            detail = f"{each.source} and {each.target} are one character in Traditional writing"
            changed = changed._replace(kept=False, reason="variant", detail=detail)
        yield changed


def corrected_reading(decisions: Sequence[Decision], read: str) -> str:
    """Apply decisions to the text that they are on.

    decisions (Sequence[Decision]): Decisions on a text as it was read.
    read (str): The text.
    RETURNS (str): The text with what was kept.
    """
    corrected = list(read)
    for each in decisions:
        if each.kept:
            corrected[each.start] = each.target
    return "".join(corrected)


def form_in(text: str, place: int, char: str, convert: Callable[[str], str]) -> str:
    """The Traditional form of a character in its context.

    text (str): A Simplified text.
    place (int): An offset in it.
    char (str): The character that is to stand there.
    convert (Callable[[str], str]): The conversion.
    RETURNS (str): Its form.
    """
    first = max(0, place - CONTEXT)
    window = text[first:place] + char + text[place + 1 : place + 1 + CONTEXT]
    return convert_text(window, convert)[place - first]


def region_of(written: str, read: str) -> str:
    """The writing that would have written most of a text as it is.

    written (str): The text as it is written.
    read (str): The simplified text, of the same length.
    RETURNS (str): One of `REGIONS`.
    """

    def agreement(region: str) -> int:
        converted = convert_text(read, load(region))
        return sum(a == b for a, b in zip(written, converted, strict=True))

    return max(REGIONS, key=agreement)
