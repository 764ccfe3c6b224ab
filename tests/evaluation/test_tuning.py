"""How a threshold is chosen, and how a pipeline is saved with it."""

from pathlib import Path

import pytest
import spacy
from tiny import PAIRS

from spacy_sdcl.evaluation.cleaning import LeftOut
from spacy_sdcl.evaluation.tuning import (
    THRESHOLDS,
    check_correct_sentences,
    choose,
    read_development,
    save_pipeline,
    save_tuned,
    score_thresholds,
    table_of_thresholds,
)
from spacy_sdcl.model.architecture import get_network
from spacy_sdcl.types import CharCorrection, Pair


class TestChoose:
    pairs = [Pair("天汽", "天气"), Pair("他门", "他们"), Pair("天气", "天气")]
    found = [[CharCorrection(1, "气", 0.97)], [CharCorrection(1, "们", 0.6)], []]

    def rows(self, sentence_scores=()):
        corrections = [[CharCorrection(0, "号", score)] for score in sentence_scores]
        alarms = {"correct.txt": corrections} if corrections else {}
        return table_of_thresholds(self.pairs, self.found, alarms)

    def test_the_best_f1_is_taken_with_the_highest_threshold_among_equals(self):
        assert choose(self.rows()).threshold == 0.6

    def test_false_positives_bound_the_choice(self):
        rows = self.rows([0.9, 0.1])
        chosen = choose(rows, max_fpr=0.0)
        assert chosen.threshold == 0.97
        assert chosen.pairs.correction.recall == 0.5
        assert choose(rows, max_fpr=0.5).threshold == 0.6

    def test_each_file_counts_alike_however_many_sentences_it_has(self):
        alarms = {
            "many": [[CharCorrection(0, "号", 0.9)], *([[]] * 9)],
            "few": [[CharCorrection(0, "号", 0.9)], []],
        }
        rows = table_of_thresholds(self.pairs, self.found, alarms)
        [row] = [row for row in rows if row.threshold == 0.9]
        assert row.rates == {"many": 0.1, "few": 0.5}
        assert row.false_positive_rate == pytest.approx(0.3)
        assert row.as_dict()["fpr_by_file"] == row.rates
        assert choose(rows, max_fpr=0.2).threshold > 0.9

    def test_a_precision_can_be_asked_for(self):
        rows = self.rows()
        assert choose(rows, precision=1.0).threshold == 0.6
        assert choose(rows, precision=1.1) is None


def test_a_row_says_what_the_pipeline_does_with_its_threshold(trained_nlp):
    pipe = trained_nlp.get_pipe("sdcl_corrector")
    pipe.threshold = 0.3
    rows = score_thresholds(trained_nlp, PAIRS, batch_size=4)
    assert pipe.threshold == 0.3
    assert [row.threshold for row in rows] == list(THRESHOLDS)
    for row in rows[::7]:
        pipe.threshold = row.threshold
        corrected = [trained_nlp(pair.source)._.corrected for pair in PAIRS]
        right = sum(
            text == pair.target != pair.source for text, pair in zip(corrected, PAIRS, strict=True)
        )
        assert row.pairs.correction.tp == right


def test_what_comes_before_the_corrector_is_run(trained_nlp):
    seen = []

    @spacy.Language.component("tests_before")
    def before(doc):
        seen.append(doc.text)
        return doc

    trained_nlp.add_pipe("tests_before", first=True)
    score_thresholds(trained_nlp, PAIRS[:2], {"correct.txt": ["好"]})
    assert seen == [PAIRS[0].source, PAIRS[1].source, "好"]


class TestReadDevelopment:
    def test_a_file_without_pairs_is_refused(self, tmp_path):
        path = tmp_path / "dev.tsv"
        path.write_text("\n", encoding="utf-8")
        with pytest.raises(ValueError, match=r"No pairs in .*dev\.tsv"):
            read_development(path, [], limit=0)

    def test_correct_sentences_are_read_by_file_in_order_up_to_the_limit(self, tmp_path):
        (tmp_path / "dev.tsv").write_text("天汽\t天气\n", encoding="utf-8")
        for name in "ab":
            (tmp_path / name).write_text(f"{name}一\n{name}二\n", encoding="utf-8")
        correct = [tmp_path / "a", tmp_path / "b"]
        pairs, sentences = read_development(tmp_path / "dev.tsv", correct, limit=1)
        assert pairs == [Pair("天汽", "天气")]
        assert sentences == {str(correct[0]): ["a一"], str(correct[1]): ["b一"]}
        _, sentences = read_development(tmp_path / "dev.tsv", correct, limit=0)
        assert sentences == {str(path): [f"{path.name}一", f"{path.name}二"] for path in correct}

    def test_lines_that_are_left_out_do_not_count_towards_the_limit(self, tmp_path):
        (tmp_path / "dev.tsv").write_text("天汽\t天气\n", encoding="utf-8")
        (tmp_path / "a").write_text("一\n二\n三\n", encoding="utf-8")
        (tmp_path / "out").write_text("一\n", encoding="utf-8")
        arguments = tmp_path / "dev.tsv", [tmp_path / "a"]
        left_out = LeftOut([tmp_path / "out"])
        _, sentences = read_development(*arguments, limit=2, left_out=left_out)
        assert sentences == {str(tmp_path / "a"): ["二", "三"]}

    def test_a_file_without_sentences_is_refused_as_it_would_count_as_free_of_alarms(
        self, tmp_path
    ):
        (tmp_path / "dev.tsv").write_text("天汽\t天气\n", encoding="utf-8")
        (tmp_path / "a").write_text("一\n", encoding="utf-8")
        left_out = LeftOut([tmp_path / "a"])
        with pytest.raises(ValueError, match=r"No correct sentences in .*a: there must be"):
            read_development(tmp_path / "dev.tsv", [tmp_path / "a"], limit=0, left_out=left_out)

    def test_a_rate_of_no_sentences_is_refused(self):
        with pytest.raises(ValueError, match="--correct"):
            check_correct_sentences([Pair("天汽", "天气")], {})
        check_correct_sentences([Pair("天汽", "天气")], {"correct.txt": ["好"]})
        check_correct_sentences([Pair("天气", "天气")], {})


class TestSaveTuned:
    def test_the_thresholds_are_in_the_weights_and_the_config_has_none(self, trained_nlp, tmp_path):
        trained_nlp.get_pipe_config("sdcl_corrector")["threshold"] = 0.1
        save_tuned(trained_nlp, tmp_path / "new" / "tuned", careful=0.75, recall=0.25)
        pipe = spacy.load(tmp_path / "new" / "tuned").get_pipe("sdcl_corrector")
        assert pipe.threshold is None
        assert get_network(pipe.model).thresholds == {"careful": 0.75, "recall": 0.25}
        assert pipe.least_score == 0.75

    def test_an_old_pipeline_is_replaced_and_nothing_is_left_beside(self, trained_nlp, tmp_path):
        for careful in (0.75, 0.5):
            save_tuned(trained_nlp, tmp_path / "tuned", careful=careful, recall=0.25)
        assert spacy.load(tmp_path / "tuned").get_pipe("sdcl_corrector").least_score == 0.5
        assert [path.name for path in tmp_path.iterdir()] == ["tuned"]

    def test_a_folder_of_something_else_is_left_alone(self, trained_nlp, tmp_path):
        (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
        with pytest.raises(ValueError, match="no pipeline"):
            save_tuned(trained_nlp, tmp_path, careful=0.5, recall=0.25)
        assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]

    def test_where_saving_fails_the_old_pipeline_stays(self, trained_nlp, tmp_path, monkeypatch):
        save_tuned(trained_nlp, tmp_path / "tuned", careful=0.75, recall=0.25)

        def fail(path):
            path.mkdir()
            raise OSError("full")

        monkeypatch.setattr(trained_nlp, "to_disk", fail)
        with pytest.raises(OSError, match="full"):
            save_tuned(trained_nlp, tmp_path / "tuned", careful=0.5, recall=0.25)
        assert spacy.load(tmp_path / "tuned").get_pipe("sdcl_corrector").least_score == 0.75
        assert [path.name for path in tmp_path.iterdir()] == ["tuned"]


def test_a_pipeline_that_is_replaced_is_there_again_if_that_is_broken_off(
    trained_nlp, tmp_path, monkeypatch
):
    save_pipeline(trained_nlp, tmp_path / "own")
    rename = Path.rename

    def broken(path, target):
        if path.name == ".own.new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(KeyboardInterrupt):
        save_pipeline(trained_nlp, tmp_path / "own")
    assert [each.name for each in tmp_path.iterdir()] == ["own"]
    assert spacy.load(tmp_path / "own").pipe_names == ["sdcl_corrector"]
