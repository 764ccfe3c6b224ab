"""How characters are read, and which syllables are taken for each other."""

import re
from typing import NamedTuple

from ..extras import import_extra

INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"), ("r", "l"))
FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))
SYLLABLE = re.compile(r"([zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(.+)")


class Reading(NamedTuple):
    """One way to read a character.

    syllable (str): Pinyin without a tone.
    tone (str): "1" to "4", "5" for the neutral one.
    usual (float): How usual it is, 1 for the commonest reading.
    """

    syllable: str
    tone: str
    usual: float


def char_readings(char: str, *, extra: str) -> list[Reading]:
    """The readings of a character, the commonest first.

    char (str): A Chinese character.
    extra (str): The extra that installs pypinyin for this use.
    RETURNS (list[Reading]): Its readings, none if it is unknown.
    RAISES (ImportError): If pypinyin is not installed.
    """
    pypinyin = import_extra("pypinyin", extra)
    spoken = pypinyin.pinyin(
        char,
        style=pypinyin.Style.TONE3,
        heteronym=True,
        errors="ignore",
        neutral_tone_with_five=True,
    )
    readings: dict[str, Reading] = {}
    for rank, reading in enumerate(spoken[0] if spoken else []):
        if reading[-1:].isdigit():
            # The first reading is the commonest; the later ones soon become literary.
            usual = 1 / (1 + rank) ** 2
            readings.setdefault(reading, Reading(reading[:-1], reading[-1], usual))
    return list(readings.values())


def fuzzy_neighbours(syllable: str) -> list[str]:
    """The syllables that a speaker without one distinction would take for this one.

    syllable (str): Pinyin without a tone.
    RETURNS (list[str]): Those that one fuzzy change leads to; not all of them exist.
    """
    found = SYLLABLE.fullmatch(syllable)
    if found is None:
        return []
    initial, final = found[1] or "", found[2]
    near = []
    for pair in INITIALS:
        if initial in pair:
            near.append(pair[1 - pair.index(initial)] + final)
    for long, short in FINALS:
        if final.endswith(long):
            near.append(syllable[:-1])
        elif final.endswith(short):
            near.append(syllable + "g")
    return near


def fuzzy_key(syllable: str) -> str:
    """One name for all the syllables that fuzzy changes, any number of them, lead to.

    syllable (str): Pinyin without a tone.
    RETURNS (str): The key, equal for syllables that sound alike.
    """
    found = SYLLABLE.fullmatch(syllable)
    if found is None:
        return syllable
    initial, final = found[1] or "", found[2]
    for one, other in INITIALS:
        if initial == one:
            initial = other
            break
    for long, short in FINALS:
        if final.endswith(long):
            final = final[: -len(long)] + short
            break
    return initial + final
