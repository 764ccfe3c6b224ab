"""What is never changed: what the user has chosen, identifiers, and numerals."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from ..annotations.spans import text_of
from ..language.invisible import Visible, see, visible_text
from ..types import Hold
from .identifiers import find_identifiers
from .numerals import find_numerals
from .phrases import PhraseIndex

# Of a long one, such as code, so much is told.
SHOWN = 40


class Protection:
    """Finds the protected characters of a Doc, in what can be seen of its text as it is written.

    vocab (Vocab): The pipeline's vocabulary.
    phrases (Sequence[str]): Phrases; all of them count, overlapping or not. What cannot be seen of
        one does not count.
    patterns (Sequence[str]): Regular expressions.
    entities (Sequence[str]): Labels of `doc.ents`.
    tokens (Sequence[Mapping]): Tokens, each described as spaCy's Matcher describes one.
    identifiers (bool): Addresses, paths, @names, #tags and code.
    numerals (bool): That no numeral becomes another.
    RAISES (ValueError): If an expression or the description of a token is not valid.
    """

    def __init__(
        self,
        vocab: Vocab,
        *,
        phrases: Sequence[str] = (),
        patterns: Sequence[str] = (),
        entities: Sequence[str] = (),
        tokens: Sequence[Mapping[str, Any]] = (),
        identifiers: bool = False,
        numerals: bool = False,
    ) -> None:
        self._index = PhraseIndex([seen for phrase in phrases if (seen := visible_text(phrase))])
        self._patterns = [_compile(pattern) for pattern in patterns]
        self._entities = frozenset(entities)
        self._matcher = _make_matcher(vocab, tokens)
        self._identifiers = identifiers
        self._numerals = numerals

    def find(self, doc: Doc, visible: Visible | None = None) -> dict[int, Hold]:
        """Find the protected characters.

        doc (Doc): The Doc, with the annotations that were asked for.
        visible (Visible): What can be seen of its text, where that is known.
        RETURNS (dict[int, Hold]): Each one's offset in what can be seen, and what protects it.
        """
        found: dict[int, Hold] = {}
        visible = visible or see(text_of(doc))
        text = visible.text
        for start, end, what in self._spans(doc, visible):
            # What covers a character first is told; that it stays is all that matters.
            hold = Hold("protected", f"part of the {what} {text[start:end]!r}")
            for i in range(start, end):
                found.setdefault(i, hold)
        if self._identifiers:
            for start, end, kind in find_identifiers(text):
                hold = Hold("identifier", f"part of the {kind} {_shown(text[start:end])!r}")
                for i in range(start, end):
                    found.setdefault(i, hold)
        if self._numerals:
            for i, hold in find_numerals(text):
                found.setdefault(i, hold)
        return found

    def _spans(self, doc: Doc, visible: Visible) -> Iterator[tuple[int, int, str]]:
        for start, end in self._index.find(visible.text):
            yield start, end, "protected phrase"
        for pattern in self._patterns:
            for match in pattern.finditer(visible.text):
                yield *match.span(), f"match of {pattern.pattern!r},"
        # Tokens have all characters.
        for start, end, what in self._annotated(doc):
            yield visible.find(start), visible.find(end), what

    def _annotated(self, doc: Doc) -> Iterator[tuple[int, int, str]]:
        if self._entities:
            for entity in doc.ents:
                if entity.label_ in self._entities:
                    yield entity.start_char, entity.end_char, f"entity ({entity.label_})"
        if len(self._matcher):
            for span in self._matcher(doc, as_spans=True):
                yield span.start_char, span.end_char, "protected token"


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"protect.patterns: {pattern!r} is no regular expression: {error}."
        ) from error


def _make_matcher(vocab: Vocab, tokens: Iterable[Mapping[str, Any]]) -> Matcher:
    matcher = Matcher(vocab, validate=True)
    for token in tokens:
        try:
            matcher.add("protected", [[dict(token)]])
        except ValueError as error:
            raise ValueError(
                f"protect.tokens: {token!r} does not describe a token as spaCy's Matcher does, "
                f'for example {{"POS": "PROPN"}}: {error}'
            ) from error
    return matcher
