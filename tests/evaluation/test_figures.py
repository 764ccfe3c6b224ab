"""The figures of a pipeline on sets of pairs."""

import pytest
from tiny import PAIRS

from spacy_sdcl.evaluation.figures import evaluate, evaluate_settings, make_tables, read_sets
from spacy_sdcl.types import Pair


def test_every_figure_is_there(trained_nlp):
    trained_nlp.get_pipe("sdcl_corrector").threshold = 0.5
    [scores] = evaluate(trained_nlp, PAIRS, "own", batch_size=2).values()
    assert scores["sdcl_sentences"] == len(PAIRS)
    assert scores["sdcl_correction_f"] == scores["sdcl_char_detection_f"] == 1.0
    assert scores["sdcl_fpr"] == 0.0
    assert scores["sentences_per_second"] > 0


def test_sighan_2013_is_also_reported_without_particles(trained_nlp):
    results = evaluate(trained_nlp, PAIRS[:1], "sighan13", batch_size=8)
    assert list(results) == ["sighan13", "sighan13_without_particles"]
    assert "| SIGHAN 2013 without 地, 得 |" in make_tables("model", results)


def test_a_table_has_as_many_cells_in_each_row(trained_nlp):
    results = evaluate(trained_nlp, PAIRS, "my_own_pairs", batch_size=8)
    tables = make_tables("model", results)
    assert tables.count("| my_own_pairs |") == 4
    for table in tables.split("\n\n")[1:]:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_each_threshold_has_a_table_and_equal_ones_have_one(trained_nlp, tmp_path):
    trained_nlp.to_disk(tmp_path / "pipeline")
    record, tables = evaluate_settings(
        str(tmp_path / "pipeline"),
        {"own": PAIRS},
        thresholds=[0.5, 1.0, None, "careful"],
        batch_size=8,
    )
    careful = trained_nlp.get_pipe("sdcl_corrector").least_score
    found = [(each["setting"], each["threshold"]) for each in record["settings"]]
    assert found == [(None, 0.5), (None, 1.0), (None, careful)][: len(found)]
    assert tables.count("Evaluated:") == len(found) == len({0.5, 1.0, careful})
    assert record["settings"][0]["sets"]["own"]["sdcl_correction_f"] == 1.0


class TestReadSets:
    def test_sets_are_named_after_their_files(self, tmp_path):
        (tmp_path / "a").mkdir()
        paths = [tmp_path / name for name in ("own_test.tsv", "a/same.tsv", "same.jsonl")]
        for path in paths[:2]:
            path.write_text("天汽\t天气\n", encoding="utf-8")
        paths[2].write_text('{"source": "他门", "target": "他们"}\n', encoding="utf-8")
        assert read_sets(paths) == {
            "own": [Pair("天汽", "天气")],
            str(paths[1]): [Pair("天汽", "天气")],
            str(paths[2]): [Pair("他门", "他们")],
        }

    def test_what_is_wrong_is_reported_with_its_line_and_the_rest_is_read(self, tmp_path, caplog):
        path = tmp_path / "own.tsv"
        path.write_text("天汽\t天气\n天\t天气\n他门\t他们\n", encoding="utf-8")
        assert len(read_sets([path])["own"]) == 2
        assert f"{path}:2: unequal lengths" in caplog.text

    def test_a_file_without_pairs_is_refused(self, tmp_path):
        path = tmp_path / "own.tsv"
        path.write_text("天\t天气\n", encoding="utf-8")
        with pytest.raises(ValueError, match="No pairs"):
            read_sets([path])
