import pytest

from spacy_sdcl.evidence.words import LEAST_SHARED, LISTED, collect_words, merge_words, read_words


def test_words_are_read_with_and_without_frequencies(tmp_path):
    path = tmp_path / "words.tsv"
    lines = ["word\tdocuments\tcategory", "北京\t12\tplaces", "", "上海\t3", "广州", "上海\t7\tx"]
    path.write_text("\n".join(lines), encoding="utf-8")
    problems = []
    assert read_words(path, problems.append) == {"北京": 12.0, "上海": 7.0, "广州": None}
    assert problems == []


def test_a_frequency_that_is_no_number_is_reported_with_its_line(tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("北京\t12\n\n上海\tmany\n", encoding="utf-8")
    problems = []
    assert read_words(path, problems.append) == {"北京": 12.0}
    [problem] = problems
    assert problem.line == 3
    assert problem.skipped


def test_lists_are_brought_to_the_scale_of_the_first():
    first = {f"词{i}": 10.0 * (i + 1) for i in range(LEAST_SHARED)}
    second = {word: 100 * frequency for word, frequency in first.items()}
    merged = merge_words([first, {**second, "新词": 5000.0}, {"名字": None}])
    assert merged == {**first, "新词": pytest.approx(50.0), "名字": LISTED}


def test_too_few_shared_words_tell_nothing_of_the_scale():
    assert merge_words([{"天": 1.0}, {"天": 50.0, "地": 7.0}]) == {"天": 50.0, "地": 7.0}


def test_the_files_of_a_folder_are_read(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "names.txt").write_text("美团\n", encoding="utf-8")
    (tmp_path / "words.tsv").write_text("北京\t12\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("不是", encoding="utf-8")
    assert collect_words([tmp_path], jieba=False) == {"北京": 12.0, "美团": LISTED}
    with pytest.raises(FileNotFoundError, match="word TAB frequency"):
        collect_words([tmp_path / "missing"], jieba=False)
