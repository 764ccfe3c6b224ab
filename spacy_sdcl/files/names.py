"""Names of files as they are shown: they may hold anything but a zero and a slash."""

import unicodedata

# Characters that turn a terminal's writing around, so that a name reads as another one.
_DIRECTIONS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def escape_controls(text: str, *, keep: str = "") -> str:
    """Write characters that command a terminal, or end a line, as Python does in a string.

    text (str): Any text.
    keep (str): Characters to leave.
    RETURNS (str): The text with their escapes.
    """
    return "".join(
        char if char in keep or not _commands(char) else char.encode("unicode_escape").decode()
        for char in text
    )


def _commands(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Zl", "Zp") or char in _DIRECTIONS


def quote_for_patch(name: bytes) -> bytes:
    """Write a name as `diff` does, so that `patch` reads it.

    name (bytes): The name.
    RETURNS (bytes): The name; between quotes and with C's escapes where it would not be read as it is.
    """
    if not any(byte < 0x20 or byte == 0x7F for byte in name) and not name.startswith(b'"'):
        return name
    quoted = bytearray()
    for byte in name:
        if byte in b'"\\':
            quoted += b"\\" + bytes([byte])
        elif byte < 0x20 or byte == 0x7F:
            quoted += b"\\%03o" % byte
        else:
            quoted.append(byte)
    return b'"' + bytes(quoted) + b'"'
