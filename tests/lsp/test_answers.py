"""What an editor is told of findings, and offered for them."""

from pathlib import Path

import pytest

pytest.importorskip("pygls")

from lsprotocol import types
from pygls.workspace import PositionCodec

from spacy_sdcl.lsp.answers import FIX_ALL, PROTECT, Actions, diagnostic
from spacy_sdcl.lsp.findings import Finding
from spacy_sdcl.lsp.places import Places
from spacy_sdcl.lsp.sheets import Sheet
from spacy_sdcl.lsp.words import CHINESE, ENGLISH, words_for

TEXT = "😀我今天很高行。\n他门来了，大大。"
FINDINGS = [
    Finding(6, 7, "行", (("兴", 0.98), ("型", 0.02)), True, "spelling", ("高行",)),
    Finding(10, 11, "门", (("们", 0.9),), True, "spelling", ("他门", "门来")),
    Finding(14, 15, "大", (("太", 0.4),), False, "suspicious", ("，大",)),
]
PLACES = Places(TEXT, PositionCodec().client_num_units)


def actions(start, end=None, only=None, *, path=Path("/a.md"), versioned=False, words=ENGLISH):
    sheet = Sheet("file:///a.md", path, "", 7, TEXT, FINDINGS)
    place = PLACES.range(start, start if end is None else end)
    return list(Actions(sheet, PLACES, words, versioned=versioned).at(place, only))


def apply(edits):
    text = TEXT
    for edit in sorted(edits, key=lambda edit: -PLACES.offset(edit.range.start)):
        start, end = PLACES.offset(edit.range.start), PLACES.offset(edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    return text


def test_a_diagnostic_says_where_what_and_how_sure():
    found = diagnostic(FINDINGS[0], PLACES, ENGLISH)
    # The emoji counts for two.
    assert found.range == types.Range(types.Position(0, 7), types.Position(0, 8))
    assert found.message == "“行” is probably wrong: “兴” (98.0%)"
    assert (found.source, found.code) == ("sdcl", "spelling")
    assert found.severity == types.DiagnosticSeverity.Warning


def test_what_is_flagged_only_is_an_information():
    found = diagnostic(FINDINGS[2], PLACES, CHINESE)
    assert found.message == "“大”可能有错，请核对"
    assert found.severity == types.DiagnosticSeverity.Information


@pytest.mark.parametrize(
    ("locale", "words"),
    [(None, CHINESE), ("zh-CN", CHINESE), ("zh-tw", CHINESE), ("en", ENGLISH), ("de", ENGLISH)],
)
def test_the_language_is_that_of_the_editor(locale, words):
    assert words_for(locale) is words


def test_both_languages_say_the_same():
    values = dict.fromkeys(("source", "target", "phrase", "path", "reason", "error"), "甲")
    for chinese, english in zip(CHINESE, ENGLISH, strict=True):
        named = [name for name in (*values, "count", "score") if f"{{{name}" in chinese]
        assert [name for name in (*values, "count", "score") if f"{{{name}" in english] == named
        assert english.format(**values, count=2, score=0.5)


def test_each_candidate_is_offered_the_best_one_preferred():
    [best, other, *_] = actions(6)
    assert best.is_preferred
    assert not other.is_preferred
    assert apply(best.edit.changes["file:///a.md"]) == TEXT.replace("行", "兴")
    assert apply(other.edit.changes["file:///a.md"]) == TEXT.replace("行", "型")
    assert best.diagnostics == [diagnostic(FINDINGS[0], PLACES, ENGLISH)]


def test_of_what_is_flagged_only_no_candidate_is_preferred():
    assert not next(iter(actions(14, only=["quickfix"]))).is_preferred


@pytest.mark.parametrize("start", [6, 7])
def test_a_caret_may_be_on_either_side_of_a_character(start):
    assert actions(start)[0].is_preferred


@pytest.mark.parametrize(("start", "end"), [(0, 0), (8, 8), (2, 6), (7, 9)])
def test_elsewhere_nothing_is_offered(start, end):
    assert actions(start, end) == []


def test_a_phrase_is_protected_by_a_command_with_the_document():
    commands = [each.command for each in actions(10) if each.command]
    assert [each.command for each in commands] == [PROTECT] * 2
    assert [each.arguments for each in commands] == [
        ["file:///a.md", "他门"],
        ["file:///a.md", "门来"],
    ]


def test_what_is_selected_is_the_word_to_protect():
    [command] = [each.command for each in actions(4, 8) if each.command]
    assert command.arguments[1] == "很高行。"
    # More than a line is none.
    assert len([each for each in actions(4, 12) if each.command]) == 3


def test_a_document_without_a_file_has_no_settings_to_write_to():
    assert not [each for each in actions(6, path=None) if each.command]


def test_all_sure_corrections_are_made_at_once():
    right = TEXT.replace("行", "兴").replace("门", "们")
    *_, last = actions(6)
    assert last.kind == "quickfix"
    assert apply(last.edit.changes["file:///a.md"]) == right
    # On saving, an editor asks for it by its kind, wherever the caret is.
    [fix] = actions(0, only=[types.CodeActionKind.SourceFixAll])
    assert fix.kind == FIX_ALL == "source.fixAll.sdcl"
    assert apply(fix.edit.changes["file:///a.md"]) == right


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (["quickfix"], {"quickfix"}),
        ([""], {"quickfix", FIX_ALL}),
        ([types.CodeActionKind.Source], {FIX_ALL}),
        ([FIX_ALL], {FIX_ALL}),
        (["source.fixAll.other"], set()),
        (["refactor"], set()),
    ],
)
def test_only_the_kinds_that_are_asked_for_are_offered(only, kinds):
    assert {each.kind for each in actions(6, only=only)} == kinds


def test_edits_are_of_the_version_that_was_checked_where_the_editor_takes_that():
    [change] = actions(6, versioned=True)[0].edit.document_changes
    assert change.text_document.version == 7
    assert apply(change.edits) == TEXT.replace("行", "兴")
