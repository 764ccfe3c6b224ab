"""Names in neutral sentences, and the lists of the project."""

import json
from pathlib import Path

import pytest

from spacy_sdcl.cli.project.names import app
from spacy_sdcl.data.formats import read_pairs
from spacy_sdcl.evaluation.names import judge_name_sentences, make_name_sentences
from spacy_sdcl.language.characters import is_cjk

ASSETS = Path(__file__).parents[2] / "project" / "assets"
NAMES, FRAMES = ASSETS / "names.tsv", ASSETS / "name_frames.tsv"
KINDS = ["firm", "place", "medicine", "person"]


@pytest.fixture
def own(tmp_path):
    """Two names, of which the tiny pipeline changes one, and its frames."""
    (tmp_path / "names.tsv").write_text("school\t学笑\nschool\t校门\n", encoding="utf-8")
    frames = "school\t我们在{}学习中文。\nschool\t我门在{}学习中文。\n"
    (tmp_path / "frames.tsv").write_text(frames, encoding="utf-8")
    return tmp_path / "names.tsv", tmp_path / "frames.tsv"


def test_each_name_stands_in_each_frame_of_its_kind(own):
    sentences = make_name_sentences(*own)
    assert [each.text for each in sentences][:2] == ["我们在学笑学习中文。", "我门在学笑学习中文。"]
    assert [each.text[each.start : each.end] for each in sentences] == ["学笑"] * 2 + ["校门"] * 2


def test_changes_in_a_name_and_around_it_are_told_apart(trained_nlp, own):
    trained_nlp.get_pipe("sdcl_corrector").threshold = 0.5
    verdicts = judge_name_sentences(trained_nlp, make_name_sentences(*own))
    assert [(each.inside, each.outside) for each in verdicts][:2] == [(True, False), (True, True)]
    assert verdicts[1].marked == "我[门→们]在学[笑→校]学习中文。"


def test_the_command_prints_shares_and_what_was_changed(trained_nlp, own, tmp_path, capsys):
    trained_nlp.to_disk(tmp_path / "pipeline")
    arguments = [*own, "--model", tmp_path / "pipeline", "--threshold", 0.5, "--threshold", 1.0]
    app([*map(str, arguments), "--output", str(tmp_path / "out.json")], standalone_mode=False)
    record = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["names"]
    figures = record["0.5"]["figures"]
    assert figures["all"] == figures["school"]
    assert figures["all"]["sentences"] == 4
    assert figures["all"]["inside"] >= 0.5
    assert figures["all"]["outside"] >= 0.25
    assert record["1.0"]["figures"]["all"]["changed"] == 0
    printed = capsys.readouterr().out
    assert "我[门→们]在学[笑→校]学习中文。" in printed
    assert "| school | 4 | 0.00 | 0.00 | 0.00 |" in printed


def test_the_sentences_are_written_for_other_commands(own, tmp_path):
    path = tmp_path / "new" / "sentences.txt"
    app([*map(str, own), "--sentences", str(path)], standalone_mode=False)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines == [each.text for each in make_name_sentences(*own)]


@pytest.mark.parametrize(
    ("names", "frames", "message"),
    [
        ("school 学笑", "school\t在{}", r"names.tsv:1: must be a kind and a text with a tab"),
        ("school\t学笑", "school\t在", "must have one {} for the name"),
        ("school\t学笑", "firm\t在{}", "'学笑' is a 'school', but .* has frames for firm only"),
    ],
)
def test_lists_that_do_not_fit_are_refused_with_the_remedy(tmp_path, names, frames, message):
    (tmp_path / "names.tsv").write_text(names, encoding="utf-8")
    (tmp_path / "frames.tsv").write_text(frames, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        make_name_sentences(tmp_path / "names.tsv", tmp_path / "frames.tsv")


def rows_of(path):
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_projects_list_has_fifty_names_of_each_kind_each_of_them_once():
    rows = rows_of(NAMES)
    assert [kind for kind, _ in rows] == [kind for kind in KINDS for _ in range(50)]
    names = [name for _, name in rows]
    assert len(set(names)) == 200
    assert all(len(name) > 1 and all(map(is_cjk, name)) for name in names)


def test_none_of_its_names_is_in_a_dictionary_that_evidence_may_be_made_of():
    jieba = pytest.importorskip("jieba")
    dictionary = Path(jieba.__file__).parent / "dict.txt"
    words = {line.split(" ")[0] for line in dictionary.read_text(encoding="utf-8").splitlines()}
    assert len(words) > 300_000
    assert not words & {name for _, name in rows_of(NAMES)}


def test_it_has_four_frames_of_each_kind():
    assert [kind for kind, _ in rows_of(FRAMES)] == [kind for kind in KINDS for _ in range(4)]
    assert len(make_name_sentences(NAMES, FRAMES)) == 800


def test_each_slip_is_one_wrong_character_in_a_sentence_of_its_own():
    pairs = list(read_pairs(ASSETS / "slips.tsv"))
    rows = rows_of(ASSETS / "slips.tsv")
    assert [(pair.source, pair.target) for pair in pairs] == [tuple(row) for row in rows]
    assert len(pairs) >= 60
    assert len({pair.target for pair in pairs}) == len(pairs)
    for source, target, _ in pairs:
        assert len(source) == len(target)
        [(wrong, right)] = [each for each in zip(source, target, strict=True) if each[0] != each[1]]
        assert is_cjk(wrong)
        assert is_cjk(right)
