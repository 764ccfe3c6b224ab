"""Corrections into encoded text, byte for byte."""

import codecs
from collections.abc import Sequence
from typing import Any


def splice(
    content: bytes, changes: Sequence[dict[str, Any]], *, encoding: str
) -> tuple[bytes, list[dict[str, Any]]]:
    """Put corrections into an encoded text; all bytes around them stay as they are.

    An encoding may write one character in several ways, so that decoding and encoding a whole text
    would change what was not corrected.

    content (bytes): The text, a line or more.
    changes (Sequence[dict]): The corrections, disjoint and in the order of the text.
    encoding (str): Its encoding.
    RETURNS (tuple): The corrected text, and the corrections that the encoding cannot write.
    """
    if not changes:
        return content, []
    wanted = {place for each in changes for place in (each["start"], each["end"])}
    places = _byte_offsets(content, wanted, encoding)
    pieces: list[bytes] = []
    refused = []
    end = 0
    for each in changes:
        try:
            target = each["target"].encode(encoding)
        except UnicodeEncodeError:
            refused.append(each)
            continue
        pieces += [content[end : places[each["start"]]], target]
        end = places[each["end"]]
    return b"".join([*pieces, content[end:]]), refused


def _byte_offsets(content: bytes, wanted: set[int], encoding: str) -> dict[int, int]:
    if codecs.lookup(encoding).name == "utf-8":
        return _utf8_offsets(content.decode("utf-8"), wanted)
    decoder = codecs.getincrementaldecoder(encoding)()
    found = {0: 0}
    characters, last = 0, max(wanted)
    for offset, byte in enumerate(content, start=1):
        characters += len(decoder.decode(bytes([byte])))
        # The first offset at which there are so many characters is the end of the last of them.
        if characters in wanted and characters not in found:
            found[characters] = offset
        if characters >= last:
            break
    return found


def _utf8_offsets(text: str, wanted: set[int]) -> dict[int, int]:
    # Here a character can be written in one way only, so that its bytes need no decoding one by one.
    found = {0: 0}
    before = offset = 0
    for place in sorted(wanted):
        offset += len(text[before:place].encode("utf-8"))
        found[place] = offset
        before = place
    return found
