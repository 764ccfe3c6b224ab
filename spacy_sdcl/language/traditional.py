"""Traditional to Simplified characters, without making or moving an error of a pair."""

from collections.abc import Callable

from ..extras import import_extra
from ..types import Pair


def load_converter(config: str = "t2s") -> Callable[[str], str]:
    """Load an OpenCC conversion.

    config (str): The name of an OpenCC configuration.
    RETURNS (Callable[[str], str]): Converts a text.
    """
    opencc = import_extra("opencc", "traditional")
    return opencc.OpenCC(config).convert


def convert_text(text: str, convert: Callable[[str], str]) -> str:
    """Convert a text, one character for one.

    Whole sentences are converted, as phrases decide over a character (乾坤 stays, 乾净 becomes
    干净). Where that changes the length, the text is converted character by character.

    text (str): The text.
    convert (Callable[[str], str]): The conversion.
    RETURNS (str): The converted text, of the same length.
    """
    converted = convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_convert_char(char, convert) for char in text)


def _convert_char(char: str, convert: Callable[[str], str]) -> str:
    converted = convert(char)
    return converted if len(converted) == 1 else char


def simplify_pair(pair: Pair, convert: Callable[[str], str]) -> Pair:
    """Convert both texts of a pair, so that no error comes into being by it.

    A wrong character breaks the phrase around it, and its correct neighbours would be converted
    otherwise than in the target: a difference that the writer never made. Where the texts agreed
    before, the source therefore takes the target's conversion. An error between two
    Traditional variants of one Simplified character (週, 周) is none any more and disappears.

    pair (Pair): The pair.
    convert (Callable[[str], str]): The conversion.
    RETURNS (Pair): The converted pair.
    """
    source = convert_text(pair.source, convert)
    target = convert_text(pair.target, convert)
    aligned = (
        new_target if old_source == old_target else new_source
        for old_source, old_target, new_source, new_target in zip(
            pair.source, pair.target, source, target, strict=True
        )
    )
    return Pair("".join(aligned), target, pair.id)
