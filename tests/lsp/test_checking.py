"""Documents to findings, with the tiny pipeline."""

from pathlib import Path

import pytest

pytest.importorskip("pygls")

from spacy_sdcl.lsp import checking
from spacy_sdcl.lsp.checking import Checker
from spacy_sdcl.lsp.manner import EditorSettings
from spacy_sdcl.lsp.sheets import Sheet

FILES = sorted((Path(__file__).parent.parent / "documents" / "files").iterdir())
WRONG = "我今天很高行。"
TEXT = f"{WRONG}\n\n他门明天去北京。\n\n老师说得很对。\n"


@pytest.fixture
def corrected(monkeypatch):
    """The texts that were corrected so far."""
    texts, correct = [], checking.correct_texts

    def noted(nlp, each, **options):
        texts.extend(each)
        return correct(nlp, each, **options)

    monkeypatch.setattr(checking, "correct_texts", noted)
    return texts


@pytest.fixture
def check(pipeline_dir, tmp_path, corrected):
    """Check a text as that of a file; returns the check, and what was found."""
    (tmp_path / ".git").mkdir()
    checker = Checker()

    def check(text=TEXT, name="a.txt", language="", **editor):
        path = tmp_path / name if name else None
        sheet = Sheet("file:///x", path, language, 1, text)
        made = checker.read(sheet, EditorSettings(**{"model": str(pipeline_dir), **editor}))
        for batch in made.batches:
            checker.correct(made, batch)
        return made, checker.findings(made)

    return check


def shown(found):
    return [(each.source, each.targets[0][0] if each.is_sure else "?") for each in found]


def test_errors_are_found_with_what_may_be_written(check):
    _, found = check()
    assert shown(found) == [("行", "兴"), ("门", "们")]
    [(target, score), *others] = found[0].targets
    assert target == "兴"
    assert 0.5 <= score <= 1
    assert "行" not in dict(others)
    assert all(0.01 <= each <= score for _, each in others)
    assert TEXT[found[1].start : found[1].end] == "门"


def test_what_can_be_protected_is_the_character_with_a_neighbour(check):
    _, found = check()
    assert found[0].phrases == ("高行",)
    assert found[1].phrases == ("他门", "门明")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_places_are_those_in_the_document(check, tmp_path, path):
    text = path.read_bytes().decode("utf-8")
    (tmp_path / ".sdcl.toml").write_text("columns = ['*']", encoding="utf-8")
    for mark in ("", "\ufeff"):
        # Whatever can be changed is.
        made, found = check(mark + text, path.name, threshold=0.0)
        assert made.unread is None
        assert found
        assert all((mark + text)[each.start : each.end] == each.source for each in found)


def test_only_passages_that_changed_are_corrected_again(check, corrected):
    check()
    assert len(corrected) == 3
    _, found = check(TEXT.replace("老师", "老师们"))
    assert corrected[3:] == ["老师们说得很对。"]
    assert len(found) == 2
    check(f"请问车占怎么走？\n\n{TEXT}")
    assert corrected[4:] == ["请问车占怎么走？"]


def test_a_new_phrase_concerns_only_passages_that_it_stands_in(check, corrected, tmp_path):
    check()
    (tmp_path / ".sdcl.toml").write_text("protect = ['高行']", encoding="utf-8")
    _, found = check()
    assert corrected[3:] == [WRONG]
    assert shown(found) == [("门", "们")]
    (tmp_path / ".sdcl.toml").unlink()
    assert len(check()[1]) == 2


def test_a_setting_concerns_all(check, corrected):
    check()
    assert check(threshold=1.0)[1] == []
    assert len(corrected) == 6
    # Those of the pipeline count again.
    assert len(check()[1]) == 2


def test_a_long_document_is_corrected_in_steps(check, monkeypatch):
    monkeypatch.setattr(checking, "AT_ONCE", 10)
    made, found = check()
    assert made.batches == [[WRONG, "他门明天去北京。"], ["老师说得很对。"]]
    assert len(found) == 2


def test_what_was_not_corrected_yet_has_no_findings(pipeline_dir):
    checker = Checker()
    made = checker.read(Sheet("x", None, "", 1, TEXT), EditorSettings(model=str(pipeline_dir)))
    assert checker.findings(made) == []


@pytest.mark.parametrize(
    ("name", "language", "kind"),
    [
        ("a.md", "plaintext", "markdown"),
        ("a.txt", "markdown", "markdown"),
        ("", "latex", "latex"),
        ("README", "markdown", "markdown"),
        ("a.ipynb", "json", "notebook"),
        ("COMMIT_EDITMSG", "gitcommit", "text"),
    ],
)
def test_the_kind_is_told_by_the_name_or_else_by_the_editor(name, language, kind):
    assert Sheet("x", Path(name) if name else None, language, 1, "").kind == kind


class TestNotRead:
    def test_a_file_that_is_excluded(self, check, tmp_path):
        (tmp_path / ".sdcl.toml").write_text("exclude = ['/draft/']", encoding="utf-8")
        assert check(name="draft/a.txt")[1] == []
        assert len(check(name="a.txt")[1]) == 2

    def test_a_table_unless_it_is_said_what_is_text_in_it(self, check, tmp_path):
        table = f"甲,乙\n{WRONG},{WRONG}\n"
        assert check(table, "a.csv")[1] == []
        (tmp_path / ".sdcl.toml").write_text("columns = ['乙']", encoding="utf-8")
        [found] = check(table, "a.csv")[1]
        assert found.start == table.rindex("行")

    def test_a_file_that_is_no_text(self, check):
        assert check("PK\ufffd", "a.docx")[1] == []

    def test_what_is_switched_off(self, check):
        assert check(f"<!-- sdcl-disable -->\n\n{TEXT}", "a.md")[1] == []

    def test_known_findings(self, check, tmp_path):
        baseline = '{"version": 1, "findings": {"a.txt": ["我今天很高[行]。"]}}'
        (tmp_path / "known.json").write_text(baseline, encoding="utf-8")
        (tmp_path / ".sdcl.toml").write_text("baseline = 'known.json'", encoding="utf-8")
        assert shown(check()[1]) == [("门", "们")]

    def test_a_document_that_is_not_well_formed_and_says_where(self, check):
        made, found = check(f"{WRONG}\n\n$x\n\n{WRONG}\n", "a.tex")
        assert found == []
        assert made.unread.line == 3
        assert "$" in made.unread.reason

    def test_half_of_a_surrogate_pair(self, check):
        assert shown(check(f"\ud800\n\n{TEXT}")[1]) == [("行", "兴"), ("门", "们")]


@pytest.mark.parametrize("text", ["threshold = 2", "protect = [", "baseline = 'none.json'"])
def test_a_setting_that_is_wrong_is_said(check, tmp_path, text):
    (tmp_path / ".sdcl.toml").write_text(text, encoding="utf-8")
    with pytest.raises((ValueError, OSError), match=r"threshold|TOML|none\.json"):
        check()


def test_a_model_that_is_not_there_is_said(check):
    with pytest.raises(ValueError, match="No pipeline 'none'"):
        check(model="none")
