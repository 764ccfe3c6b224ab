"""Error spans made of corrections: which tokens a span covers, and what stands beside it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from spacy.tokens import Doc, Span, SpanGroup

from .details import SPANS_KEY, Character, pack_details, record_known


class Part(NamedTuple):
    """What becomes an error span, alone or with others that share a token with it.

    cover (Span): The tokens that hold it.
    start_char (int): Its first character.
    label (str): Its corrected text.
    score (float): Its probability.
    characters (Sequence[Character]): Its wrong characters, by their offset in it.
    span (Error): The span that it is, where it already is one with all that is to be kept.
    """

    cover: Span
    start_char: int
    label: str
    score: float
    characters: Sequence[Character]
    span: "Error | None" = None


class Error(NamedTuple):
    """An error span to be made.

    start (int): Its first token.
    end (int): The token after its last.
    label (str): Its corrected text.
    score (float): Its probability.
    characters (Sequence[Character]): What is known of its characters, by their offset in it.
    id (int): The identifier that someone gave it; 0 for none.
    kb_id (int): The same of a knowledge base.
    """

    start: int
    end: int
    label: str
    score: float
    characters: Sequence[Character]
    id: int = 0
    kb_id: int = 0


def cover(doc: Doc, start: int, end: int) -> Span | None:
    """Find the tokens that hold some characters.

    doc (Doc): The Doc.
    start (int): The first character.
    end (int): The character after the last.
    RETURNS (Span): The tokens; None if there are none, as for the space after a token.
    """
    span = doc.char_span(start, end, alignment_mode="expand")
    return span if span is not None and len(span) else None


def character_part(doc: Doc, offset: int, target: str, character: Character) -> Part:
    """Make a part of one wrong character.

    doc (Doc): The Doc.
    offset (int): Its offset in the text.
    target (str): What is to be written there.
    character (Character): What else is known of it.
    RETURNS (Part): The part.
    RAISES (ValueError): If it is not in a token, but the space after one, which no span can cover.
    """
    tokens = cover(doc, offset, offset + 1)
    if tokens is None:
        raise ValueError(
            f"Cannot correct character {offset} of {doc.text!r} to {target!r}: it is not part of a "
            "token."
        )
    return Part(tokens, offset, target, character.score, [character._replace(place=0)])


def join_parts(doc: Doc, parts: Iterable[Part]) -> Iterator[Error]:
    """Make one error of all parts that share a token.

    doc (Doc): The Doc.
    parts (Iterable[Part]): The parts, in any order.
    YIELDS (Error): The errors, in the order of the text.
    RAISES (ValueError): If parts overlap.
    """
    together: list[Part] = []
    end = last = 0
    for part in sorted(parts, key=lambda part: part.start_char):
        check_disjoint(part.cover, part.start_char, end)
        end = part.start_char + len(part.label)
        if together and part.cover.start >= last:
            yield _make_error(doc, together)
            together = []
        together.append(part)
        last = max(last, part.cover.end)
    if together:
        yield _make_error(doc, together)


def _make_error(doc: Doc, parts: Sequence[Part]) -> Error:
    if len(parts) == 1 and parts[0].span is not None:
        return parts[0].span
    span = doc[parts[0].cover.start : max(part.cover.end for part in parts)]
    label = span.text
    characters: list[Character] = []
    for part in parts:
        shift = part.start_char - span.start_char
        label = label[:shift] + part.label + label[shift + len(part.label) :]
        characters += [each._replace(place=each.place + shift) for each in part.characters]
    return Error(span.start, span.end, label, min(part.score for part in parts), characters)


def write_errors(doc: Doc, errors: Iterable[Error], group: SpanGroup | None = None) -> None:
    """Put errors into the span group of a Doc.

    doc (Doc): The Doc.
    errors (Iterable[Error]): The errors, in the order of the text.
    group (SpanGroup): The Doc's group, to be written over; None for a new one.
    """
    errors = list(errors)
    scores = np.array([error.score for error in errors], dtype=np.float32)
    spans = [
        Span(doc, each.start, each.end, label=each.label, span_id=each.id, kb_id=each.kb_id)
        for each in errors
    ]
    details = pack_details(spans, [error.characters for error in errors])
    # Gold spans say all there is to know, and stay as if written by hand.
    if details is not None or (scores != 1).any():
        for i, span in enumerate(spans):
            if not span.id and (span.label_ != span.text or (details and details[i])):
                span.id_ = SPANS_KEY
    attrs: dict[str, Any] = {} if group is None else dict(group.attrs)
    attrs.pop("details", None)
    if group is None or "scores" in attrs or (scores != 1).any():
        attrs["scores"] = scores
    if details is not None:
        attrs["details"] = details
    if group is None:
        group = doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=spans)
    else:
        _overwrite(group, spans)
    group.attrs = attrs
    record_known(doc, group)


def _overwrite(group: SpanGroup, spans: Sequence[Span]) -> None:
    # Someone may hold the group, so it stays.
    if len(spans) < len(group):
        # There is no other way to shorten one. This takes longer, but errors seldom become fewer.
        group.from_bytes(SpanGroup(group.doc, name=group.name, spans=spans).to_bytes())
        return
    for i, span in enumerate(spans[: len(group)]):
        group[i] = span  # type: ignore[index]  # spaCy's stubs have no __setitem__
    group.extend(spans[len(group) :])


def check_label(source: str, label: str) -> None:
    """Refuse a label that cannot be put in the place of a text.

    source (str): The text of an error span.
    label (str): Its label.
    RAISES (ValueError): If they differ in length.
    """
    if len(label) != len(source):
        raise ValueError(
            f"The label of the error span {source!r} is {label!r}, but must be its corrected text, "
            "of the same length."
        )


def check_disjoint(span: Span, start: int, end: int) -> None:
    """Refuse an error span that begins before the one before it ends.

    span (Span): Its tokens.
    start (int): Its first character.
    end (int): The character after the last of the one before it.
    RAISES (ValueError): If they overlap.
    """
    if start < end:
        raise ValueError(
            f"The error span {span.text!r} at token {span.start} overlaps the one before it: "
            f'the spans of doc.spans["{SPANS_KEY}"] must be disjoint.'
        )
