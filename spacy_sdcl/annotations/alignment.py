"""Error spans that keep up with the tokens of their Doc.

A span group has the characters of each span beside its tokens. Where tokens are merged or split,
spaCy leaves both as they are: the tokens are others then, or there are none of that number at all
any more, but the characters are right. From them the tokens are found again, as soon as someone
looks at the group.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import srsly
from spacy.tokens import Doc, Span, SpanGroup
from spacy.tokens import doc as docs
from spacy.tokens._dict_proxies import SpanGroups

from .details import (
    SPANS_KEY,
    Known,
    has_attrs,
    is_marked,
    is_recorded,
    list_characters,
    read_known,
)
from .writing import (
    Error,
    Part,
    character_part,
    check_label,
    cover,
    join_parts,
    write_errors,
)

# So many spans are looked through one by one, and may have any order, as those written by hand do.
FEW_SPANS = 32
# The values of a span as spaCy stores them, in its files too.
STORED_SPAN = struct.Struct(">QQQllll")


class AlignedSpanGroups(SpanGroups):
    """The span groups of a Doc, whose error spans are aligned with its tokens when looked at.

    All that spaCy does with them, copying, serialising and joining, goes through them one by one.
    """

    # How many tokens the Doc had when its error spans were aligned.
    tokens = -1

    def __getitem__(self, key: str) -> SpanGroup:
        group = super().__getitem__(key)
        # spaCy joins Docs by looking again for each span that it appends: no look at all of many.
        if key == SPANS_KEY and (len(group) <= FEW_SPANS or self._is_changed()):
            self._align()
        return group

    def __iter__(self) -> Iterator[str]:
        self._align()
        return super().__iter__()

    def _is_changed(self) -> bool:
        doc = self.doc_ref()
        return doc is not None and len(doc) != self.tokens

    def _align(self) -> None:
        # A group may outlive its Doc.
        if SPANS_KEY in self.data and self.doc_ref() is not None:
            align_errors(self.data[SPANS_KEY])
            self.tokens = len(self._ensure_doc())

    def copy(self, doc: Doc | None = None) -> SpanGroups:  # type: ignore[override]
        """Copy the groups.

        doc (Doc): The Doc of the copy; None for the same.
        RETURNS (SpanGroups): The copy, which is aligned in the same way.
        """
        groups = super().copy(doc)
        return AlignedSpanGroups(groups._ensure_doc(), groups.data.items())

    def to_bytes(self) -> bytes:
        """Serialise the groups.

        RETURNS (bytes): The groups, with all that is known of the error spans beside them.
        """
        self._complete()
        return super().to_bytes()

    def from_bytes(self, bytes_data: bytes) -> SpanGroups:
        """Read the groups.

        bytes_data (bytes): What `to_bytes` returned.
        RETURNS (SpanGroups): The groups themselves.
        """
        super().from_bytes(bytes_data)
        self._complete()
        return self

    def _complete(self) -> None:
        if SPANS_KEY in self.data:
            # What is wrong with spans written by hand, or a vocabulary that lacks their labels, is
            # said when they are read.
            with suppress(ValueError, KeyError):
                complete_errors(self.data[SPANS_KEY])


def register_alignment() -> None:
    """Let the error spans of every Doc that is made from now on be aligned when looked at.

    A Doc makes its span groups itself, also where it is read from bytes, lets no one replace them,
    and tells no one of a change of its tokens. Groups of any other key are as ever.
    """
    docs.SpanGroups = AlignedSpanGroups  # type: ignore[attr-defined]


class StoredSpan(NamedTuple):
    """What a group has of a span; its tokens may be others by now."""

    id: int
    kb_id: int
    label: int
    start: int
    end: int
    start_char: int
    end_char: int


def error_group(doc: Doc) -> SpanGroup | None:
    """Find the error spans of a Doc.

    doc (Doc): The Doc.
    RETURNS (SpanGroup): The group as it is, aligned or not; None if there is none.
    """
    return doc.spans.data.get(SPANS_KEY)


def align_errors(group: SpanGroup) -> None:
    """Move error spans to the tokens that now hold their characters.

    A span that was one token is cut to the tokens that hold wrong characters, where it has become
    several; spans that have come to share a token become one.

    group (SpanGroup): The group, which is changed only where something does not fit.
    RAISES (ValueError): If a span's label is not as long as its text, or if spans overlap.
    """
    if not _is_aligned(group):
        _write_again(group)


def complete_errors(group: SpanGroup) -> None:
    """Align error spans, and put beside them what user data alone has, or the reverse.

    group (SpanGroup): The group, which is changed only where something does not fit or is missing.
    RAISES (ValueError): If a span's label is not as long as its text, or if spans overlap.
    """
    align_errors(group)
    if not all(_is_known(group, span) for span in group):
        _write_again(group)


def _write_again(group: SpanGroup) -> None:
    places = _stored_spans(group)
    parts: list[Part] = []
    for place, known in zip(places, read_known(group, places), strict=True):
        parts += _parts(group.doc, place, known)
    write_errors(group.doc, join_parts(group.doc, parts), group)


def fits(span: Span) -> bool:
    """Whether the tokens of a span of a group are still those that it was put at.

    span (Span): The span.
    RETURNS (bool): True if they begin and end with its characters.
    """
    if span.start == span.end:
        return True
    last = span.doc[span.end - 1]
    return span.doc[span.start].idx == span.start_char and last.idx + len(last) == span.end_char


def _is_aligned(group: SpanGroup) -> bool:
    try:
        spans = list(group)
    except IndexError:
        # There are fewer tokens now than the number of the span's.
        return False
    return all(map(fits, spans))


def _is_known(group: SpanGroup, span: Span) -> bool:
    # Joining drops what is beside the spans; a file may have nothing else.
    if not is_marked(span, group.doc):
        return True
    return has_attrs(group) == is_recorded(span, group.doc)


def _stored_spans(group: SpanGroup) -> list[StoredSpan]:
    try:
        return [
            StoredSpan(
                each.id,
                each.kb_id,
                each.label,
                each.start,
                each.end,
                each.start_char,
                each.end_char,
            )
            for each in group
        ]
    except IndexError:
        # A span can only be had from a group as long as there are tokens of its number.
        bare = SpanGroup(group.doc)
        bare.extend(group)
        bare.attrs = {}
        stored = srsly.msgpack_loads(bare.to_bytes())["spans"]
        return [StoredSpan(*STORED_SPAN.unpack(values)) for values in stored]


def _parts(doc: Doc, place: StoredSpan, known: Known) -> Iterator[Part]:
    start, end = place.start_char, place.end_char
    tokens = cover(doc, start, end) if start < end else None
    if tokens is None:
        return
    source = tokens.text_with_ws[start - tokens.start_char : end - tokens.start_char]
    label = doc.vocab.strings[place.label]
    check_label(source, label)
    characters = list(list_characters(source, label, known))
    if place.end - place.start == 1 and len(tokens) > 1:
        for each in characters:
            yield character_part(doc, start + each.place, label[each.place], each)
        return
    span = None
    if (tokens.start_char, tokens.end_char) == (start, end):
        inside = list(known.characters.values())
        span = Error(tokens.start, tokens.end, label, known.score, inside, place.id, place.kb_id)
    yield Part(tokens, start, label, known.score, characters, span)
