"""Which settings count for a document."""

import os

import pytest

pytest.importorskip("pygls")

from spacy_sdcl.lsp.manner import find_manner, read_editor_settings


@pytest.fixture
def manner(tmp_path):
    def manner(text="", **said):
        (tmp_path / ".git").mkdir(exist_ok=True)
        (tmp_path / ".sdcl.toml").write_text(text, encoding="utf-8")
        return find_manner(tmp_path / "a.md", read_editor_settings(said))

    return manner


def test_without_any_the_defaults_count(manner, tmp_path):
    found = manner()
    assert (found.model, found.threshold, found.variant) == ("zh_sdcl_sm", None, None)
    assert find_manner(None, read_editor_settings(None)).model == "zh_sdcl_sm"


def test_those_of_the_editor_count_more_as_options_of_a_command_do(manner):
    text = "model = 'own'\nthreshold = 0.9\nvariant = 'simplified'\n"
    found = manner(text)
    assert (found.model, found.threshold, found.variant) == ("own", 0.9, "simplified")
    found = manner(text, threshold="recall", variant="traditional")
    assert (found.model, found.threshold, found.variant) == ("own", "recall", "traditional")


def test_a_threshold_of_zero_is_one(manner):
    assert manner("threshold = 0.9", threshold=0.0).threshold == 0.0


def test_of_what_an_editor_says_the_later_counts_and_null_says_nothing():
    said = read_editor_settings({"threshold": 0.9, "model": "a"}, None, {"threshold": None})
    assert (said.threshold, said.model) == (0.9, "a")
    assert read_editor_settings({"threshold": 0.9}, {"threshold": "careful"}).threshold == "careful"


@pytest.mark.parametrize(
    ("said", "message"),
    [({"treshold": 0.9}, "treshold"), ({"threshold": 2}, "threshold"), ({"variant": "x"}, "auto")],
)
def test_what_is_wrong_is_said(said, message):
    with pytest.raises(ValueError, match=message):
        read_editor_settings(said)


def test_a_phrase_matters_only_where_it_stands(manner):
    before, after = manner("protect = ['甲乙']"), manner("protect = ['甲乙', '丙丁']")
    assert before.state != after.state
    assert before.key_of("甲乙戊") == after.key_of("甲乙戊")
    assert before.key_of("丙丁戊") != after.key_of("丙丁戊")
    # What cannot be seen does not count.
    assert after.key_of("丙\u200b丁") != before.key_of("丙\u200b丁")


@pytest.mark.parametrize("text", ["threshold = 0.8", "protect.numerals = false", "model = 'own'"])
def test_all_else_matters_everywhere(manner, text):
    assert manner(text).key_of("甲") != manner().key_of("甲")


def test_a_file_of_phrases_is_known_by_its_content(manner, tmp_path):
    text = "protect.file = '词.txt'"
    missing = manner(text).key_of("甲")
    (tmp_path / "词.txt").write_text("甲乙\n", encoding="utf-8")
    there = manner(text).key_of("甲")
    assert there != missing
    os.utime(tmp_path / "词.txt", ns=(1, 1))
    assert manner(text).key_of("甲") != there
