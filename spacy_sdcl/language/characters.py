"""Which characters are Chinese ones: the only ones that are ever corrected."""

import re

# Unified ideographs: the basic block, extensions A to I, and the compatibility ideographs.
CJK_RANGES = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
CJK_PATTERN = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in CJK_RANGES) + "]")


def is_cjk(char: str) -> bool:
    """Whether a string is exactly one Chinese character.

    char (str): Any string.
    RETURNS (bool): True for a single unified or compatibility ideograph.
    """
    return len(char) == 1 and CJK_PATTERN.match(char) is not None


def common_characters() -> list[str]:
    """List the characters of everyday simplified Chinese, those of the standard GB 2312.

    RETURNS (list[str]): 6,763 characters.
    """
    rows = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [char for row in rows if (char := row.decode("gb2312", errors="ignore"))]
