"""What is taken for an error is taken out of text before it is counted: every n-gram that holds the wrong
character, and not only the string by which it was seen, would make it more usual.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from .alphabet import Alphabet
from .packing import pack

# Stands for a wrong character; to an alphabet it is "another character".
MASK = "\ufffd"


def mask(sentences: Sequence[str], wrong: Mapping[str, int], alphabet: Alphabet) -> list[str]:
    """Put MASK for wrong characters, wherever they stand.

    sentences (Sequence[str]): Sentences without line feeds.
    wrong (Mapping[str, int]): Strings of two to four listed characters, and the offset in each of the
        character that is wrong.
    alphabet (Alphabet): The symbols.
    RETURNS (list[str]): The sentences, of the same lengths.
    """
    groups: dict[tuple[int, int], list[str]] = {}
    for string, offset in wrong.items():
        groups.setdefault((len(string), offset), []).append(string)
    if not groups or not sentences:
        return list(sentences)
    data = "\n".join(sentences).encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(data, dtype="<u4").copy()
    symbols = alphabet.encode_points(points)
    for (length, offset), strings in groups.items():
        if length > len(symbols):
            continue
        wanted = pack(alphabet.encode("".join(strings)).reshape(-1, length))
        parts = np.lib.stride_tricks.sliding_window_view(symbols, length)
        points[np.flatnonzero(np.isin(pack(parts), wanted)) + offset] = ord(MASK)
    return points.tobytes().decode("utf-32-le", "surrogatepass").split("\n")
