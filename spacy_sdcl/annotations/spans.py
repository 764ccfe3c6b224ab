"""Corrections on a Doc: the span group that holds them, and the getters that read it.

`doc.spans["sdcl"]` is the only state. Gold and predicted corrections look the same there, and
everything else is computed from it, so that it survives serialisation, processes and copies.
Its spans are disjoint and in the order of the text.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup, Token

from ..language.characters import is_cjk
from ..types import CharCorrection, Pair
from .details import Character, pack_details, unpack_details

SPANS_KEY = "sdcl"
# So many spans are looked through one by one, and may have any order, as those written by hand do.
FEW_SPANS = 32
# Strings of so many tokens are there at a time while a text is put together.
TOKENS_AT_ONCE = 4096


def set_corrections(doc: Doc, corrections: Sequence[CharCorrection]) -> None:
    """Replace a Doc's corrections.

    doc (Doc): The Doc; `doc.spans["sdcl"]` is overwritten.
    corrections (Sequence[CharCorrection]): One a wrong character, with ascending `start`. A token
        with several wrong characters becomes one span, with the least of their scores.
    RAISES (ValueError): If a correction is not of a character of a token, but of the space after
        one, which no span can cover.
    """
    if corrections and not len(doc):
        raise ValueError("A Doc that has no tokens has nothing to correct.")
    spans: list[Span] = []
    characters: list[list[Character]] = []
    token: Token | None = None
    for correction in corrections:
        start, target = correction.start, correction.target
        if token is not None and start < token.idx + len(token):
            label = spans.pop().label_
        else:
            token = _token_at(doc, start, token)
            label = token.text
            characters.append([])
        place = start - token.idx
        if not 0 <= place < len(token):
            raise ValueError(
                f"Cannot correct character {start} of {doc.text!r} to {target!r}: it is not part "
                "of a token."
            )
        label = label[:place] + target + label[place + len(target) :]
        spans.append(Span(doc, token.i, token.i + 1, label=label))
        characters[-1].append(Character.of(correction, place))
    scores = [min(each.score for each in inside) for inside in characters]
    attrs: dict[str, Any] = {"scores": np.array(scores, dtype=np.float32)}
    details = pack_details(spans, characters)
    if details is not None:
        attrs["details"] = details
    doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=spans, attrs=attrs)


def _token_at(doc: Doc, start: int, after: Token | None) -> Token:
    # Corrections ascend, so the search goes on where the last one ended: in strides that double,
    # then by bisection, because a document may have a million tokens.
    low, stride = (after.i if after is not None else 0), 1
    while low + stride < len(doc) and doc[low + stride].idx <= start:
        low += stride
        stride *= 2
    high = min(low + stride, len(doc)) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if doc[middle].idx <= start:
            low = middle
        else:
            high = middle - 1
    return doc[low]


def make_gold_doc(nlp: Language, pair: Pair) -> Doc:
    """Make a reference Doc: the misspelt text, with the right characters in its span group.

    nlp (Language): The pipeline whose tokenizer cuts the text.
    pair (Pair): The misspelt text and the correct one.
    RETURNS (Doc): The Doc, with `doc._.corrected == pair.target`.
    RAISES (ValueError): If the two texts differ in length.
    """
    if len(pair.source) != len(pair.target):
        raise ValueError(
            f"Source and target must have the same length, not {len(pair.source)} and "
            f"{len(pair.target)}: {pair.source!r}, {pair.target!r}."
        )
    doc = nlp.make_doc(pair.source)
    set_corrections(
        doc,
        [
            CharCorrection(i, right, 1.0)
            for i, (wrong, right) in enumerate(zip(pair.source, pair.target, strict=True))
            if wrong != right
        ],
    )
    return doc


def corrected_text(doc: Doc) -> str:
    """Apply all corrections of a Doc.

    doc (Doc): The Doc.
    RETURNS (str): The text with every correction applied, as long as `doc.text`.
    RAISES (ValueError): If a span's label is not as long as its text, or if spans overlap.
    """
    text = text_of(doc)
    pieces: list[str] = []
    end = 0
    for span in sorted(error_spans(doc), key=lambda span: span.start):
        _check_label(span)
        if span.start_char < end:
            raise ValueError(
                f"The error span {span.text!r} at token {span.start} overlaps the one before it: "
                f'the spans of doc.spans["{SPANS_KEY}"] must be disjoint.'
            )
        pieces += [text[end : span.start_char], span.label_]
        end = span.end_char
    return "".join([*pieces, text[end:]])


def text_of(doc: Doc) -> str:
    """Put a Doc's text together, which `doc.text` does with a string for each token at once.

    doc (Doc): The Doc.
    RETURNS (str): `doc.text`.
    """
    return "".join(
        [
            doc[start : start + TOKENS_AT_ONCE].text_with_ws
            for start in range(0, len(doc), TOKENS_AT_ONCE)
        ]
    )


def error_spans(doc: Doc) -> tuple[Span, ...]:
    """List the error spans of a Doc.

    doc (Doc): The Doc.
    RETURNS (tuple[Span]): Its spans, empty where nothing is wrong.
    """
    return tuple(doc.spans[SPANS_KEY]) if SPANS_KEY in doc.spans else ()


def error_scores(doc: Doc) -> list[float]:
    """List the probabilities of the error spans.

    doc (Doc): The Doc.
    RETURNS (list[float]): One a span; 1 for spans without a score, as gold ones may be.
    RAISES (ValueError): If there are scores, but not one for each span.
    """
    count = len(doc.spans[SPANS_KEY]) if SPANS_KEY in doc.spans else 0
    if not count:
        return []
    scores = doc.spans[SPANS_KEY].attrs.get("scores")
    if scores is None:
        return [1.0] * count
    if len(scores) != count:
        raise ValueError(
            f'doc.spans["{SPANS_KEY}"] has {count} spans, but {len(scores)} scores in '
            '.attrs["scores"].'
        )
    return [float(score) for score in scores]


def list_corrections(doc: Doc) -> list[dict[str, Any]]:
    """List the wrong characters of a Doc.

    doc (Doc): The Doc.
    RETURNS (list[dict]): One a character: "start" and "end" (offsets in `doc.text`, in
        characters), "source", "target" (equal to the source where an error is flagged), "score",
        "candidates" (dicts of "target" and "score", the likeliest first) and "origin".
    RAISES (ValueError): If there are scores or details, but not one for each span.
    """
    corrections = []
    spans, scores = error_spans(doc), error_scores(doc)
    attrs = doc.spans[SPANS_KEY].attrs if spans else {}
    details = unpack_details(attrs.get("details"), len(spans))
    for span, score, known in zip(spans, scores, details, strict=True):
        _check_label(span)
        # A span that changes nothing flags what is in it, and all of it if it does not say what.
        flagged = not known and span.label_ == span.text
        for i, (source, target) in enumerate(zip(span.text, span.label_, strict=True)):
            if source != target or i in known or (flagged and is_cjk(source)):
                start = span.start_char + i
                character = known.get(i, Character(i, score))
                corrections.append(
                    {
                        "start": start,
                        "end": start + 1,
                        "source": source,
                        "target": target,
                        "score": character.score,
                        "candidates": [each._asdict() for each in character.candidates],
                        "origin": character.origin,
                    }
                )
    return corrections


def _check_label(span: Span) -> None:
    if len(span.label_) != len(span.text):
        raise ValueError(
            f"The label of the error span {span.text!r} is {span.label_!r}, but must be its "
            "corrected text, of the same length."
        )


def _covering(doc: Doc, token: int) -> int | None:
    # The index of the span over a token. Getters of tokens are called for each token of a document
    # that may have thousands of errors, which rules out a look at all of them.
    spans = doc.spans.get(SPANS_KEY, ())
    low, high = 0, len(spans)
    while high - low > FEW_SPANS:
        middle = (low + high) // 2
        if spans[middle].start <= token:
            low = middle
        else:
            high = middle
    for i in range(low, high):
        if spans[i].start <= token < spans[i].end:
            return i
    return None


def _find(span: Span) -> int | None:
    found = _covering(span.doc, span.start)
    if found is None:
        return None
    error = span.doc.spans[SPANS_KEY][found]
    return found if (error.start, error.end) == (span.start, span.end) else None


def _span_correction(span: Span) -> str | None:
    found = _find(span)
    return None if found is None else span.doc.spans[SPANS_KEY][found].label_


def _span_score(span: Span) -> float | None:
    found = _find(span)
    if found is None:
        return None
    scores = span.doc.spans[SPANS_KEY].attrs.get("scores")
    return 1.0 if scores is None else float(scores[found])


def _token_correction(token: Token) -> str:
    found = _covering(token.doc, token.i)
    if found is None:
        return token.text
    error = token.doc.spans[SPANS_KEY][found]
    _check_label(error)
    start = token.idx - error.start_char
    return error.label_[start : start + len(token)]


def _token_is_error(token: Token) -> bool:
    return _covering(token.doc, token.i) is not None


EXTENSIONS: dict[type, dict[str, Any]] = {
    Doc: {
        "corrected": corrected_text,
        "errors": error_spans,
        "corrections": list_corrections,
    },
    Span: {"correction": _span_correction, "correction_score": _span_score},
    Token: {"is_error": _token_is_error, "correction": _token_correction},
}


def register_extensions() -> None:
    """Register the getters; an attribute that someone else has set before is left to them."""
    for kind, getters in EXTENSIONS.items():
        for name, getter in getters.items():
            if not kind.has_extension(name):  # type: ignore[attr-defined]
                kind.set_extension(name, getter=getter)  # type: ignore[attr-defined]


register_extensions()
