"""What an error span cannot say of the characters in it, as plain values beside the spans.

A span has one label and one score. The probability, the candidates and the origin of each
character are in `doc.spans["sdcl"].attrs["details"]`: for each span a list with a dict for each
character, empty where the span says all. So they survive serialisation and copies as it does.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from spacy.tokens import Span

from ..types import Candidate, CharCorrection


class Character(NamedTuple):
    """What is known of one wrong character of a span.

    place (int): Its offset in the span.
    score (float): The probability of what it should be.
    candidates (tuple[Candidate, ...]): The likeliest characters.
    origin (str): Who found it.
    """

    place: int
    score: float
    candidates: tuple[Candidate, ...] = ()
    origin: str = "model"

    @classmethod
    def of(cls, correction: CharCorrection, place: int) -> "Character":
        """What a correction says of its character.

        correction (CharCorrection): The correction.
        place (int): The character's offset in its span.
        RETURNS (Character): The same without position and target, which the span has.
        """
        return cls(place, correction.score, correction.candidates, correction.origin)


def pack_details(
    spans: Sequence[Span], characters: Sequence[Sequence[Character]]
) -> list[list[dict[str, Any]]] | None:
    """Make plain values of what is known of the characters.

    spans (Sequence[Span]): The error spans.
    characters (Sequence[Sequence[Character]]): The wrong characters of each.
    RETURNS (list): The details of each span; None where the spans say all, as gold ones do.
    """
    details = [
        [] if _says_all(span, inside) else [_pack(each) for each in inside]
        for span, inside in zip(spans, characters, strict=True)
    ]
    return details if any(details) else None


def _says_all(span: Span, inside: Sequence[Character]) -> bool:
    # Another score than its own, or a character that stays, would be lost.
    changed = sum(a != b for a, b in zip(span.text, span.label_, strict=True))
    return changed == len(inside) and all(
        each == Character(each.place, inside[0].score) for each in inside
    )


def _pack(character: Character) -> dict[str, Any]:
    candidates = [list(each) for each in character.candidates]
    return {**character._asdict(), "candidates": candidates}


def unpack_details(details: Any, count: int) -> list[dict[int, Character]]:
    """Read what is known of the characters.

    details (list): What `pack_details` returned; None for nothing.
    count (int): The number of spans.
    RETURNS (list[dict]): For each span, its wrong characters by their offset in it.
    RAISES (ValueError): If there are details, but not for each span.
    """
    if details is None:
        return [{} for _ in range(count)]
    if len(details) != count:
        raise ValueError(
            f'doc.spans["sdcl"] has {count} spans, but {len(details)} entries in .attrs["details"].'
        )
    return [{each["place"]: _unpack(each) for each in inside} for inside in details]


def _unpack(packed: dict[str, Any]) -> Character:
    candidates = tuple(Candidate(*each) for each in packed["candidates"])
    return Character(**{**packed, "candidates": candidates})
