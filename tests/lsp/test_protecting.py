"""Phrases are put into the file of settings, and nothing else in it changes."""

import pytest

pytest.importorskip("tomlkit")

from spacy_sdcl.files.settings import FileSettings, find_settings
from spacy_sdcl.lsp.protecting import protect_phrase, with_phrase

WITHOUT = "# 本书的设置\nthreshold = 0.9  # 宁缺毋滥\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'protect = [\n    "高行",\n]\n'),
        (WITHOUT, WITHOUT + 'protect = [\n    "高行",\n]\n'),
        ('protect = ["阿Q"] # 人名\n', 'protect = ["阿Q", "高行"] # 人名\n'),
        ('protect = [\n  "阿Q", # 人名\n]\n', 'protect = [\n  "阿Q", # 人名\n  "高行",\n]\n'),
        ('[protect]\nphrases = ["阿Q"]\n', '[protect]\nphrases = ["阿Q", "高行"]\n'),
        ('protect = { file = "词.txt" }\n', 'protect = { file = "词.txt", phrases = ["高行"]}\n'),
        (
            '[protect]\nfile = "词.txt"\n',
            '[protect]\nfile = "词.txt"\nphrases = [\n    "高行",\n]\n',
        ),
    ],
)
def test_a_phrase_is_added_and_all_else_stays(before, after):
    assert with_phrase(before, "高行") == after
    assert with_phrase(after, "高行") == after


def test_line_ends_stay_those_of_the_file():
    assert with_phrase("threshold = 0.9\r\n", "高行") == (
        'threshold = 0.9\r\nprotect = [\r\n    "高行",\r\n]\r\n'
    )


def test_a_pyproject_with_a_table_of_ours_takes_it(tmp_path):
    path = tmp_path / "pyproject.toml"
    before = "[tool.sdcl]\nthreshold = 0.9\n\n[tool.ruff] # 其他\nline-length = 100\n"
    path.write_text(before, encoding="utf-8")
    assert protect_phrase("高行", tmp_path / "d" / "a.md") == path
    assert FileSettings.load(path).protect.phrases == ("高行",)
    after = path.read_text(encoding="utf-8")
    assert [
        line for line in after.splitlines() if line in before.splitlines()
    ] == before.splitlines()


@pytest.mark.parametrize("root", ["opened", "repository"])
def test_without_a_file_one_is_made_where_the_text_belongs(tmp_path, root):
    text = tmp_path / "书" / "第一章" / "a.md"
    text.parent.mkdir(parents=True)
    if root == "repository":
        (tmp_path / "书" / ".git").mkdir()
    roots = [tmp_path] if root == "repository" else [tmp_path / "书"]
    path = protect_phrase("高行", text, roots)
    assert path == tmp_path / "书" / ".sdcl.toml" == find_settings([str(text)])
    # The next phrase goes there, too.
    protect_phrase("大坝", text)
    assert FileSettings.load(path).protect.phrases == ("高行", "大坝")


def test_a_text_that_belongs_nowhere_gets_a_file_beside_it(tmp_path):
    assert protect_phrase("高行", tmp_path / "a.md").parent == tmp_path


@pytest.mark.parametrize(
    ("content", "phrase", "said"),
    [("protect = [", "高行", "no TOML"), ("protect = 1", "高行", "protect"), ("", "高$行", "[$]")],
)
def test_what_is_wrong_is_said_and_nothing_is_written(tmp_path, content, phrase, said):
    path = tmp_path / ".sdcl.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        protect_phrase(phrase, tmp_path / "a.md")
    assert path.read_text(encoding="utf-8") == content


def test_permissions_and_links_stay(tmp_path):
    real = tmp_path / "shared.toml"
    real.write_text("threshold = 0.9\n", encoding="utf-8")
    real.chmod(0o640)
    (tmp_path / "d").mkdir()
    link = tmp_path / "d" / ".sdcl.toml"
    link.symlink_to(real)
    assert protect_phrase("高行", tmp_path / "d" / "a.md") == link
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert FileSettings.load(link).protect.phrases == ("高行",)
