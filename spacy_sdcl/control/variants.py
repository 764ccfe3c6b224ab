"""Traditional text for a model that reads Simplified characters, and its corrections back.

The conversions are OpenCC's, one character for one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from ..language.traditional import convert_text, load_converter
from ..types import Candidate, Decision

VARIANTS = ("simplified", "traditional", "auto")
# Into the Traditional writing of Taiwan, of Hong Kong, and of OpenCC's own standard.
REGIONS = ("s2tw", "s2hk", "s2t")
# So many characters on either side decide over the form of one: 后 in 皇后, 後 in 以後.
CONTEXT = 8

load = cache(load_converter)


def is_traditional(text: str) -> bool:
    """Whether a text is written in Traditional characters.

    It is if it has more characters that Simplified writing does not use than characters that
    Traditional writing does not use. A text without either kind counts as Simplified.

    text (str): A text.
    RETURNS (bool): True for Traditional characters.
    RAISES (ImportError): If opencc is not installed.
    """
    return sum(_leaning(char) * count for char, count in Counter(text).items()) > 0


@cache
def _leaning(char: str) -> int:
    # 1 for a Traditional character, -1 for a Simplified one, 0 for one of both or of neither.
    if char.isascii():
        return 0
    if load("t2s")(char) != char:
        return 1
    return -1 if load("s2t")(char) != char else 0


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
    corrected = list(read)
    for each in decisions:
        if each.kept:
            corrected[each.start] = each.target
    text = "".join(corrected)
    convert = load(_region(written, read))
    for each in decisions:
        source = written[each.start]
        forms = {
            char: source if char == each.source else _in_context(text, each.start, char, convert)
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


def _in_context(text: str, place: int, char: str, convert: Callable[[str], str]) -> str:
    first = max(0, place - CONTEXT)
    window = text[first:place] + char + text[place + 1 : place + 1 + CONTEXT]
    return convert_text(window, convert)[place - first]


def _region(written: str, read: str) -> str:
    # The one that would have written most of the text as it is.
    def agreement(region: str) -> int:
        converted = convert_text(read, load(region))
        return sum(a == b for a, b in zip(written, converted, strict=True))

    return max(REGIONS, key=agreement)
