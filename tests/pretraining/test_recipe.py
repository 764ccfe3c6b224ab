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


@pytest.mark.parametrize("wrong", [{"init": "zeros"}, {"optimizer": "sgd"}])
def test_unknown_choices_are_named_with_what_would_be_right(shards, tmp_path, wrong):
    with pytest.raises(ValueError, match="must be one of"):
        Trainer(PretrainConfig(**TINY, **wrong), shards, tmp_path)


def test_settings_are_read_from_a_file(tmp_path):
    path = tmp_path / "recipe.cfg"
    path.write_text('[pretraining]\nlayers = 2\nlearning_rate = 1e-3\nfusion = "product"\n')
    assert read_settings(path) == {"layers": 2, "learning_rate": 1e-3, "fusion": "product"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[pretraining]\nlayer = 2\n", "layer is no setting; there are architecture, layers"),
        ("[pretraining]\nlayers = two\n", "layers is two, must be of type int"),
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


def test_options_come_before_the_file(shards, tmp_path):
    path = tmp_path / "recipe.cfg"
    path.write_text("[pretraining]\nlayers = 3\nwidth = 32\nheads = 2\nintermediate = 64\n")
    main([str(shards), str(tmp_path), "--config", str(path), "--layers", "1", "--minutes", "0.01"])
    config = load_network(str(tmp_path)).encoder.config
    assert (config.num_hidden_layers, config.hidden_size) == (1, 32)
