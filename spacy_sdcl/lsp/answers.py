"""Findings in the protocol's words: diagnostics, and what can be done about them."""

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types

from ..files.reports import NAME
from .checking import Unread
from .findings import Finding
from .places import Places
from .sheets import Sheet
from .words import Words

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{NAME}"
QUICK_FIX = types.CodeActionKind.QuickFix.value
PROTECT = f"{NAME}.protect"
# What is selected and longer is no word.
LONGEST_PHRASE = 40


def diagnostic(finding: Finding, places: Places, words: Words) -> types.Diagnostic:
    """Tell of a finding.

    finding (Finding): The finding.
    places (Places): The places of its document.
    words (Words): What is said.
    RETURNS (Diagnostic): A warning, or an information where the place is only flagged.
    """
    message = words.doubtful.format(source=finding.source)
    if finding.is_sure:
        target, score = finding.targets[0]
        message = words.wrong.format(source=finding.source, target=target, score=score)
    severity = types.DiagnosticSeverity
    return types.Diagnostic(
        range=places.range(finding.start, finding.end),
        message=message,
        severity=severity.Warning if finding.is_sure else severity.Information,
        code=finding.rule,
        source=NAME,
    )


def unread_diagnostic(unread: Unread, places: Places, words: Words) -> types.Diagnostic:
    """Tell why a document is not read.

    unread (Unread): The reason.
    places (Places): The places of the document.
    words (Words): What is said.
    RETURNS (Diagnostic): An information at the line.
    """
    return types.Diagnostic(
        range=places.line(unread.line),
        message=words.unread.format(reason=unread.reason),
        severity=types.DiagnosticSeverity.Information,
        source=NAME,
    )


class Actions:
    """What can be done in a document.

    sheet (Sheet): The document, with its findings.
    places (Places): Its places.
    words (Words): What is said.
    versioned (bool): Whether the editor takes edits of a version of a document.
    """

    def __init__(self, sheet: Sheet, places: Places, words: Words, *, versioned: bool) -> None:
        self._sheet, self._places, self._words = sheet, places, words
        self._versioned = versioned

    def at(
        self, range: types.Range, only: Sequence[types.CodeActionKind | str] | None
    ) -> Iterator[types.CodeAction]:
        """List what can be done at a place.

        range (Range): The place, or what is selected.
        only (Sequence[str]): The kinds that are asked for; None for all.
        YIELDS (CodeAction): Corrections, the best one first; protection; and all corrections at once.
        """
        findings = self._sheet.findings or []
        sure = [each for each in findings if each.is_sure]
        if _wants(only, QUICK_FIX):
            start, end = self._places.offset(range.start), self._places.offset(range.end)
            here = [each for each in findings if _meet(each, start, end)]
            for finding in here:
                yield from self._corrections(finding)
            yield from self._protections(here, self._sheet.text[start:end].strip())
            if here and len(sure) > 1:
                yield self._correct_all(sure, QUICK_FIX)
        if only and _wants(only, FIX_ALL) and sure:
            yield self._correct_all(sure, FIX_ALL)

    def _corrections(self, finding: Finding) -> Iterator[types.CodeAction]:
        for number, (target, score) in enumerate(finding.targets):
            yield types.CodeAction(
                title=self._words.write.format(target=target, score=score),
                kind=QUICK_FIX,
                diagnostics=[diagnostic(finding, self._places, self._words)],
                is_preferred=finding.is_sure and number == 0,
                edit=self._edit([(finding, target)]),
            )

    def _protections(self, here: Sequence[Finding], selected: str) -> Iterator[types.CodeAction]:
        if self._sheet.path is None or not here:
            return
        phrases = [phrase for finding in here for phrase in finding.phrases]
        # What a writer has selected is the word.
        sources = [each.source for each in here]
        if len(selected) > 1 and len(selected) <= LONGEST_PHRASE and "\n" not in selected:
            phrases = [selected] if any(each in selected for each in sources) else phrases
        for phrase in dict.fromkeys(phrases):
            title = self._words.protect.format(phrase=phrase)
            yield types.CodeAction(
                title=title,
                kind=QUICK_FIX,
                command=types.Command(title, PROTECT, arguments=[self._sheet.uri, phrase]),
            )

    def _correct_all(self, sure: Sequence[Finding], kind: str) -> types.CodeAction:
        return types.CodeAction(
            title=self._words.correct_all.format(count=len(sure)),
            kind=kind,
            edit=self._edit((each, each.targets[0][0]) for each in sure),
        )

    def _edit(self, changes: Iterable[tuple[Finding, str]]) -> types.WorkspaceEdit:
        edits = [
            types.TextEdit(self._places.range(finding.start, finding.end), target)
            for finding, target in changes
        ]
        if not self._versioned:
            return types.WorkspaceEdit(changes={self._sheet.uri: edits})
        document = types.OptionalVersionedTextDocumentIdentifier(
            uri=self._sheet.uri, version=self._sheet.version
        )
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(edits))])


def _meet(finding: Finding, start: int, end: int) -> bool:
    # A caret may be on either side of a character.
    return max(finding.start, start) < min(finding.end, end) or (
        start == end and finding.start <= start <= finding.end
    )


def _wants(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    # A kind stands for all below it.
    names = [each.value if isinstance(each, types.CodeActionKind) else each for each in only or ()]
    return only is None or any(not each or f"{kind}.".startswith(f"{each}.") for each in names)
