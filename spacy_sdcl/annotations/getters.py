"""The attributes that a Doc, its spans and its tokens have: `doc._.corrected` and others.

They have no state, and compute what they say from `doc.spans["sdcl"]`.
"""

from typing import Any

from spacy.tokens import Doc, Span, Token

from .details import SPANS_KEY, read_score
from .spans import apply_errors, corrected_text, error_spans, errors_in, list_corrections


def _find(span: Span) -> tuple[int, Span] | None:
    for i, error in errors_in(span.doc, span.start_char, span.end_char):
        if (error.start, error.end) == (span.start, span.end):
            return i, error
    return None


def _span_correction(span: Span) -> str | None:
    found = _find(span)
    return None if found is None else found[1].label_


def _span_score(span: Span) -> float | None:
    found = _find(span)
    return None if found is None else read_score(span.doc.spans.data[SPANS_KEY], *found)


def _span_corrected(span: Span) -> str:
    errors = [error for _, error in errors_in(span.doc, span.start_char, span.end_char)]
    return apply_errors(span.text, span.start_char, errors)


def _token_correction(token: Token) -> str:
    return apply_errors(token.text, token.idx, [error for _, error in _errors_of(token)])


def _token_is_error(token: Token) -> bool:
    return bool(_errors_of(token))


def _errors_of(token: Token) -> list[tuple[int, Span]]:
    return errors_in(token.doc, token.idx, token.idx + len(token))


EXTENSIONS: dict[type, dict[str, Any]] = {
    Doc: {
        "corrected": corrected_text,
        "errors": error_spans,
        "corrections": list_corrections,
    },
    Span: {
        "corrected": _span_corrected,
        "correction": _span_correction,
        "correction_score": _span_score,
    },
    Token: {"is_error": _token_is_error, "correction": _token_correction},
}


def register_extensions() -> None:
    """Register the getters; an attribute that someone else has set before is left to them."""
    for kind, getters in EXTENSIONS.items():
        for name, getter in getters.items():
            if not kind.has_extension(name):  # type: ignore[attr-defined]
                kind.set_extension(name, getter=getter)  # type: ignore[attr-defined]
