"""Corrections on a Doc: the span group that holds them, set and read.

`doc.spans["sdcl"]` is the only state. Gold and predicted corrections look the same there, and
everything else is computed from it, so that it survives serialisation, processes and copies.
Its spans are disjoint and in the order of the text. What a span corrects is found by character, so
that tokens may be merged and split.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from ..types import CharCorrection, Pair
from .alignment import FEW_SPANS, align_errors, complete_errors, error_group, fits
from .details import Character, list_characters, read_known
from .writing import (
    character_part,
    check_disjoint,
    check_label,
    join_parts,
    write_errors,
)

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
    parts = [
        character_part(doc, each.start, each.target, Character.of(each, 0)) for each in corrections
    ]
    write_errors(doc, join_parts(doc, parts))


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
    return apply_errors(text_of(doc), 0, error_spans(doc))


def apply_errors(text: str, start: int, errors: Iterable[Span]) -> str:
    """Apply corrections to a text or a part of one.

    text (str): The text.
    start (int): The offset of its first character in the Doc.
    errors (Iterable[Span]): The error spans; one may begin before the text, or end after it.
    RETURNS (str): The text with what is corrected of it.
    RAISES (ValueError): If a span's label is not as long as its text, or if spans overlap.
    """
    pieces: list[str] = []
    end = start
    for error in sorted(errors, key=lambda error: error.start_char):
        check_label(error.text, error.label_)
        if pieces:
            check_disjoint(error, error.start_char, end)
        first = max(error.start_char, start)
        pieces += [text[end - start : first - start], error.label_[first - error.start_char :]]
        end = error.end_char
    return "".join([*pieces, text[end - start :]])[: len(text)]


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
    group = _complete(doc)
    return () if group is None else tuple(group)


def error_scores(doc: Doc) -> list[float]:
    """List the probabilities of the error spans.

    doc (Doc): The Doc.
    RETURNS (list[float]): One a span; 1 for spans without a score, as gold ones may be.
    RAISES (ValueError): If there are scores, but not one for each span.
    """
    group = _complete(doc)
    if group is None:
        return []
    return [known.score for known in read_known(group, list(group))]


def list_corrections(doc: Doc) -> list[dict[str, Any]]:
    """List the wrong characters of a Doc.

    doc (Doc): The Doc.
    RETURNS (list[dict]): One a character: "start" and "end" (offsets in `doc.text`, in
        characters), "source", "target" (equal to the source where an error is flagged), "score",
        "candidates" (dicts of "target" and "score", the likeliest first) and "origin".
    RAISES (ValueError): If there are scores or details, but not one for each span.
    """
    group = _complete(doc)
    if group is None:
        return []
    corrections = []
    spans = list(group)
    for span, known in zip(spans, read_known(group, spans), strict=True):
        source, label = span.text, span.label_
        check_label(source, label)
        for place, score, candidates, origin in list_characters(source, label, known):
            corrections.append(
                {
                    "start": span.start_char + place,
                    "end": span.start_char + place + 1,
                    "source": source[place],
                    "target": label[place],
                    "score": score,
                    "candidates": [each._asdict() for each in candidates],
                    "origin": origin,
                }
            )
    return corrections


def _complete(doc: Doc) -> SpanGroup | None:
    group = error_group(doc)
    if group is not None:
        complete_errors(group)
    return group


def errors_in(doc: Doc, start: int, end: int) -> list[tuple[int, Span]]:
    """Find the error spans that have one of some characters, without a look at all others.

    doc (Doc): The Doc.
    start (int): The first character.
    end (int): The character after the last.
    RETURNS (list[tuple[int, Span]]): The spans, each with its number in `doc.spans["sdcl"]`.
    """
    group = error_group(doc)
    if group is None:
        return []
    try:
        found = list(_search(group, start, end))
        if all(fits(error) for _, error in found):
            return found
    except IndexError:
        # A span of tokens that are no more.
        pass
    align_errors(group)
    return list(_search(group, start, end))


def _search(group: SpanGroup, start: int, end: int) -> Iterator[tuple[int, Span]]:
    # Getters of tokens are called for each token of a document that may have thousands of errors,
    # which rules out a look at all of them.
    low, high = 0, len(group)
    if high > FEW_SPANS:
        while low < high:
            middle = (low + high) // 2
            if group[middle].end_char <= start:
                low = middle + 1
            else:
                high = middle
        high = len(group)
    for i in range(low, high):
        error = group[i]
        if error.start_char < end and start < error.end_char:
            yield i, error
        elif len(group) > FEW_SPANS:
            return
