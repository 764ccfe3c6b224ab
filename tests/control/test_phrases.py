"""Many phrases in a text, and files of phrases."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.control.phrases import PhraseIndex, problem_of_pair, read_phrase_pairs, read_phrases

SHORT = st.text(alphabet="我门们😀𠮷a ", min_size=1, max_size=4)


@given(phrases=st.lists(SHORT, max_size=6), text=st.text(alphabet="我门们😀𠮷a ", max_size=40))
def test_all_phrases_are_found_at_their_places_in_characters(phrases, text):
    expected = {
        (i, i + len(phrase))
        for phrase in phrases
        for i in range(len(text))
        if text.startswith(phrase, i)
    }
    assert set(PhraseIndex(phrases).find(text)) == expected


def test_the_leftmost_and_longest_are_disjoint():
    index = PhraseIndex(["高行", "高行为", "行为人", "为人"], longest=True)
    assert list(index.find("😀高行为人，高行")) == [(1, 4), (6, 8)]


@pytest.mark.parametrize("used", [False, True])
def test_an_index_can_be_pickled(used):
    index = PhraseIndex(["我门"])
    if used:
        list(index.find(""))
    assert list(pickle.loads(pickle.dumps(index)).find("在我门")) == [(1, 3)]


def test_a_file_has_a_phrase_a_line_whatever_it_begins_with(tmp_path):
    path = tmp_path / "names.txt"
    path.write_bytes("\ufeff王小明\r\n\n  \n#标签\n 高行健 \n".encode())
    assert read_phrases(path) == ["王小明", "#标签", "高行健"]


def test_a_line_that_is_not_utf8_is_reported_and_the_others_are_kept(tmp_path, caplog):
    path = tmp_path / "names.txt"
    path.write_bytes("王小明\n".encode() + "高行健\n".encode("gb18030") + "李四\n".encode())
    assert read_phrases(path) == ["王小明", "李四"]
    assert f"{path}:2: not UTF-8" in caplog.text


def test_pairs_are_read_and_what_is_wrong_is_reported_with_its_line(tmp_path, caplog):
    path = tmp_path / "pairs.tsv"
    path.write_text(
        "帐号\t账号\n没有制表符\n\n登陆\t登录了\n一样\t一样\na门\tb们\n帐号\t张号\n登陆\t登录\n",
        encoding="utf-8",
    )
    assert read_phrase_pairs(path) == {"帐号": "账号", "登陆": "登录"}
    lines = [record.getMessage().split(":")[1] for record in caplog.records]
    assert lines == ["2", "4", "5", "6", "7"]
    for message in ("no tab", "equal length", "must differ", "Chinese characters only", "earlier"):
        assert message in caplog.text


@pytest.mark.parametrize(
    ("wrong", "right", "problem"),
    [
        ("登陆", "登录", ""),
        ("用户A登陆", "用户A登录", ""),
        ("登陆", "登录了", "equal length"),
        ("", "", "equal length"),
        ("登录", "登录", "must differ"),
        ("登o", "登录", "Chinese characters only"),
    ],
)
def test_a_pair_is_of_equal_length_and_differs_in_chinese_characters(wrong, right, problem):
    found = problem_of_pair(wrong, right)
    assert problem in found
    assert bool(problem) == bool(found)
