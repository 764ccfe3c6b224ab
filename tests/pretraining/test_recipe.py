"""The settings of a run, and what it starts from."""

import pytest
import torch
from made_up import TINY, steps

from spacy_sdcl.model.weights import load_network
from spacy_sdcl.pretraining.__main__ import main
from spacy_sdcl.pretraining.recipe import PretrainConfig, read_settings
from spacy_sdcl.pretraining.trainer import Trainer


def test_a_run_with_bigrams_goes_on_from_one_without(shards, tmp_path):
    first = Trainer(PretrainConfig(**TINY), shards, tmp_path / "first")
    steps(first, 5)
    first.save()
    start = str(tmp_path / "first")
    second = Trainer(PretrainConfig(**TINY, start=start, bigrams=50), shards, tmp_path / "second")
    learnt = dict(first.network.named_parameters())
    for name, parameter in second.network.named_parameters():
        expected = learnt.get(name, torch.zeros_like(parameter))
        torch.testing.assert_close(parameter, expected, rtol=0, atol=0)
    steps(second, 5)
    # Rows of pairs that were met; the text of the tests has fewer than 50 to it in five steps.
    assert second.network.bigram_embeddings.weight.abs().sum(1).gt(0).sum() > 20
    second.save()
    third = Trainer(
        PretrainConfig(**TINY, start=str(tmp_path / "second"), bigrams=50), shards, tmp_path / "3"
    )
    torch.testing.assert_close(
        third.network.bigram_embeddings.weight, second.network.bigram_embeddings.weight
    )
    for other in ({"bigrams": 49}, {}):
        with pytest.raises(ValueError, match="has other bigrams"):
            Trainer(
                PretrainConfig(**TINY, start=str(tmp_path / "second"), **other), shards, tmp_path
            )


def test_a_network_of_another_vocabulary_or_shape_is_refused(shards, tmp_path, untrained_dir):
    with pytest.raises(ValueError, match="another vocabulary"):
        Trainer(PretrainConfig(**TINY, start=str(untrained_dir)), shards, tmp_path)
    first = Trainer(PretrainConfig(**TINY), shards, tmp_path / "first")
    first.save()
    deeper = TINY | {"layers": 2}
    with pytest.raises(ValueError, match="another shape"):
        Trainer(PretrainConfig(**deeper, start=str(tmp_path / "first")), shards, tmp_path)


def test_more_bigrams_than_the_shards_hold_are_refused(shards, tmp_path):
    with pytest.raises(ValueError, match="bigrams"):
        Trainer(PretrainConfig(**TINY, bigrams=1_000_000), shards, tmp_path)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"init": "zeros"}, "init must be one of counts, random, not 'zeros'"),
        ({"optimizer": "sgd"}, "optimizer must be one of adamw, muon, not 'sgd'"),
        ({"fusion": "sum"}, "fusion must be one of product, none"),
        ({"negatives": "all"}, "negatives must be one of sentence, corrupted, batch"),
        ({"layers": 0}, "layers must be at least 1, not 0"),
        ({"bigrams": -1}, "bigrams must be .* 0, not -1"),
        ({"minutes": 0}, "minutes must be finite and above 0, not 0"),
        ({"decay": 0.0}, "decay must be above 0, and at most 1, not 0.0"),
        ({"error_rate": 1.5}, "error_rate must be within 0 and 1, not 1.5"),
        ({"calm_share": -0.1}, "calm_share must be within 0 and 1"),
        ({"word": -1.0}, "word must be a weight, finite and not negative"),
        ({"learning_rate": float("nan")}, "learning_rate must be finite and not negative, not nan"),
        ({"architecture": "gpt2"}, "architecture must be one of bert, modernbert, not 'gpt2'"),
        ({"width": 100, "heads": 3}, "width is 100, and is no multiple of the 3 heads"),
        ({"width": 15, "heads": 3, "bigrams": 9}, "width is 15, and must be even for bigrams"),
        (
            dict.fromkeys(("word", "homophone", "near_homophone", "lookalike", "random"), 0.0),
            "at least one",
        ),
        ({"layer": 2}, "No setting 'layer': there are architecture, layers, width"),
    ],
)
def test_a_run_that_cannot_be_is_refused_before_it_begins(wrong, message):
    with pytest.raises(ValueError, match=message):
        PretrainConfig(**wrong)


def test_a_run_is_what_its_settings_were_when_it_was_made():
    with pytest.raises(ValueError, match="frozen"):
        PretrainConfig().layers = 2


def test_settings_are_read_from_a_file(tmp_path):
    path = tmp_path / "recipe.cfg"
    path.write_text('[pretraining]\nlayers = 2\nlearning_rate = 1e-3\nfusion = "product"\n')
    assert read_settings(path) == {"layers": 2, "learning_rate": 1e-3, "fusion": "product"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[pretraining]\nlayer = 2\n", "No setting 'layer': there are architecture, layers"),
        ("[pretraining]\nlayers = two\n", "layers must be a whole number, at least 1, not 'two'"),
        ("[pretraining]\nseed = two\n", "seed must be a valid integer.*not 'two'"),
        ("[pretraining]\nlayers = 2.5\n", "layers must be a whole number, at least 1, not '2.5'"),
        ("[pretraining]\nminutes = -1\n", "minutes must be finite and above 0, not '-1'"),
        ('[pretraining]\nfusion = "sum"\n', "fusion must be one of product, none, not 'sum'"),
        ("[training]\nlayers = 2\n", "no section"),
        ("layers = 2\n", "no section"),
    ],
)
def test_a_file_of_settings_that_cannot_be_read_is_refused(tmp_path, text, message):
    path = tmp_path / "recipe.cfg"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as error:
        read_settings(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--init", "zeros"], "init must be one of counts, random, not 'zeros'"),
        (["--error-rate", "2"], "error_rate must be within 0 and 1, not 2.0"),
        (["--layers", "two"], "--layers: invalid int value: 'two'"),
        (["--config", "nowhere.cfg"], "nowhere.cfg"),
    ],
)
def test_a_wrong_option_ends_the_command_with_what_would_be_right(
    tmp_path, capsys, options, message
):
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path), str(tmp_path / "run"), *options])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_options_come_before_the_file(shards, tmp_path):
    path = tmp_path / "recipe.cfg"
    path.write_text("[pretraining]\nlayers = 3\nwidth = 32\nheads = 2\nintermediate = 64\n")
    main([str(shards), str(tmp_path), "--config", str(path), "--layers", "1", "--minutes", "0.01"])
    config = load_network(str(tmp_path)).encoder.config
    assert (config.num_hidden_layers, config.hidden_size) == (1, 32)
