"""What an error span cannot say of the characters in it, as plain values beside the spans.

A span has one label and one score. The probability, the candidates and the origin of each
character are in `doc.spans["sdcl"].attrs["details"]`: for each span a list with a dict for each
character, empty where the span says all. So they survive serialisation and copies as it does.

spaCy joins Docs without what is beside their spans, but with the values of user data that belong
to a range of characters. So the same is recorded there for each character, and is read where a span
that was written here (its `id_` says so) has lost what was beside it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from spacy.tokens import Doc, Span, SpanGroup

from ..language.characters import is_cjk
from ..types import Candidate, CharCorrection

SPANS_KEY = "sdcl"
RECORDS_KEY = "sdcl_details"


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


class Known(NamedTuple):
    """What is known of an error span beside its label.

    score (float): Its probability.
    characters (dict[int, Character]): Its wrong characters by their offset in it; empty where the
        label and the score say all.
    """

    score: float
    characters: dict[int, Character]


class Place(Protocol):
    """Where an error span was put: a span, or what is stored of one."""

    @property
    def start_char(self) -> int: ...

    @property
    def end_char(self) -> int: ...

    @property
    def id(self) -> int: ...


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
        each == Character(each.place, float(np.float32(inside[0].score))) for each in inside
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
            f'doc.spans["{SPANS_KEY}"] has {count} spans, but {len(details)} entries in '
            '.attrs["details"].'
        )
    return [{each["place"]: _unpack(each) for each in inside} for inside in details]


def _unpack(packed: dict[str, Any]) -> Character:
    candidates = tuple(Candidate(*each) for each in packed["candidates"])
    return Character(**{**packed, "candidates": candidates})


def has_attrs(group: SpanGroup) -> bool:
    """Whether something is beside the spans of a group.

    group (SpanGroup): The group.
    RETURNS (bool): True if there are scores or details.
    """
    return "scores" in group.attrs or "details" in group.attrs


def read_known(group: SpanGroup, places: Sequence[Place]) -> list[Known]:
    """Read what is known of each span of a group.

    group (SpanGroup): The group.
    places (Sequence[Place]): Its spans, or what is stored of them.
    RETURNS (list[Known]): One a span; with a score of 1 for those without one, as gold ones may be.
    RAISES (ValueError): If there are scores or details, but not one for each span.
    """
    if not has_attrs(group):
        return [_recorded(place, group.doc) for place in places]
    scores = group.attrs.get("scores")
    if scores is None:
        scores = [1.0] * len(places)
    if len(scores) != len(places):
        raise ValueError(
            f'doc.spans["{SPANS_KEY}"] has {len(places)} spans, but {len(scores)} scores in '
            '.attrs["scores"].'
        )
    details = unpack_details(group.attrs.get("details"), len(places))
    return [Known(float(score), each) for score, each in zip(scores, details, strict=True)]


def read_score(group: SpanGroup, number: int, place: Place) -> float:
    """Read the probability of one span of a group, without a look at the others.

    group (SpanGroup): The group.
    number (int): The span's number in it.
    place (Place): The span.
    RETURNS (float): Its score.
    """
    if not has_attrs(group):
        return _recorded(place, group.doc).score
    scores = group.attrs.get("scores")
    return 1.0 if scores is None else float(scores[number])


def list_characters(source: str, label: str, known: Known) -> Iterator[Character]:
    """List the wrong characters of an error span.

    source (str): The span's text.
    label (str): Its corrected text, of the same length.
    known (Known): What is known of it.
    YIELDS (Character): One a wrong character, in the order of the text.
    """
    # A span that changes nothing flags what is in it, and all of it if it does not say what.
    flagged = not known.characters and label == source
    for i, (written, right) in enumerate(zip(source, label, strict=True)):
        if written != right or i in known.characters or (flagged and is_cjk(written)):
            yield known.characters.get(i, Character(i, known.score))


def is_marked(place: Place, doc: Doc) -> bool:
    """Whether user data has what is known of a span.

    place (Place): The span, or what is stored of it.
    doc (Doc): Its Doc.
    RETURNS (bool): True for spans that were written here, and not by hand.
    """
    return bool(place.id) and place.id == doc.vocab.strings[SPANS_KEY]


def is_recorded(place: Place, doc: Doc) -> bool:
    """Whether user data has something of a span.

    place (Place): The span, or what is stored of it.
    doc (Doc): Its Doc.
    RETURNS (bool): True if it has something of one of its characters.
    """
    offsets = range(place.start_char, place.end_char)
    return any(_record_key(offset) in doc.user_data for offset in offsets)


def _recorded(place: Place, doc: Doc) -> Known:
    found = {}
    if is_marked(place, doc):
        for i in range(place.end_char - place.start_char):
            values = _user_data(doc).get(_record_key(place.start_char + i))
            if values is not None:
                found[i] = _unpack({**values, "place": i})
    # As exact as the scores beside spans.
    score = np.float32(min((each.score for each in found.values()), default=1.0))
    return Known(float(score), found)


def record_known(doc: Doc, group: SpanGroup) -> None:
    """Record in user data what is known of the spans that are marked for it.

    doc (Doc): The Doc; older records are removed.
    group (SpanGroup): Its error spans.
    """
    user_data = _user_data(doc)
    for key in [key for key in user_data if _is_record(key)]:
        del user_data[key]
    spans = list(group)
    for span, known in zip(spans, read_known(group, spans), strict=True):
        if is_marked(span, doc):
            for character in list_characters(span.text, span.label_, known):
                packed = _pack(character)
                user_data[_record_key(span.start_char + packed.pop("place"))] = packed


def _record_key(offset: int) -> tuple[str, str, int, int]:
    # As spaCy writes an attribute of a span, so that joining moves it.
    return ("._.", RECORDS_KEY, offset, offset + 1)


def _user_data(doc: Doc) -> dict[Any, Any]:
    # spaCy declares its keys strings, but has tuples there of its own.
    return doc.user_data


def _is_record(key: Any) -> bool:
    return isinstance(key, tuple) and key[:2] == ("._.", RECORDS_KEY)
