"""The tables of Traditional writing are made from OpenCC's."""

import pytest
from typer.testing import CliRunner

pytest.importorskip("opencc")

from spacy_sdcl.cli.project import forms
from spacy_sdcl.language.writing import known_characters


def make(*arguments):
    done = CliRunner().invoke(forms.app, list(map(str, arguments)))
    if "has no tool opencc_dict" in done.output:
        pytest.skip("this opencc comes without its tools")
    assert done.exit_code == 0, done.output
    return done.output


def test_the_characters_of_the_package_are_those_that_the_command_finds(tmp_path):
    make("characters", "--output", tmp_path / "made.txt")
    traditional, simplified = (tmp_path / "made.txt").read_text(encoding="utf-8").splitlines()[-2:]
    # Another version of OpenCC knows some more or less.
    for made, known in zip((traditional, simplified), known_characters(), strict=True):
        assert len(known ^ set(made)) < len(known) // 20


def test_words_are_sure_unless_text_has_them_by_chance(tmp_path):
    pytest.importorskip("jieba")
    text = tmp_path / "text.txt"
    text.write_text("足下面条件不好。\n" * 10 + "他的头发很长。\n", encoding="utf-8")
    printed = make("words", text, "--output", tmp_path / "made.txt")
    rows = (tmp_path / "made.txt").read_text(encoding="utf-8").splitlines()
    sure = {word for row in rows if row[0] not in "#~" for word in row.split()}
    assert {"頭髮", "皇后", "只是", "以後"} <= sure
    assert len(sure) > 4000
    assert "words" in printed


def test_a_word_that_is_mostly_the_end_of_one_and_the_beginning_of_the_next_is_found():
    words = {"影后": "影后", "头发": "頭髮", "发生": "發生"}
    cut = {"电影后来": ["电影", "后来"], "街头发生": ["街头", "发生"], "影后": ["影后"]}
    sentences = ["电影后来"] * 9 + ["街头发生"] * 9 + ["影后"]

    def convert(word):
        return word.translate(str.maketrans("头发来电", "頭發來電")).replace("后來", "後來")

    # 发生 says otherwise of 头发; nothing does of 影后.
    found = forms.found_by_chance(words, sentences, cut.__getitem__, convert)
    assert list(found) == ["影后"]


def test_longer_words_are_left_out_where_a_shorter_one_says_the_same():
    words = ["頭髮", "剪頭髮", "長頭髮夾", "理髮師"]
    assert sorted(forms.drop_longer(words, "髮")) == ["理髮師", "頭髮"]
