"""Names to networks, and networks to bytes and back."""

import json
import shutil
import struct
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from tiny import TINY_ENCODER, make_tiny_network
from transformers import DistilBertConfig, DistilBertForMaskedLM

from spacy_sdcl.model.description import NETWORK
from spacy_sdcl.model.storage import pack, unpack
from spacy_sdcl.model.vocabulary import Vocabulary
from spacy_sdcl.model.weights import (
    SCALE_SUFFIX,
    STORAGES,
    build_network,
    embedded_models,
    load_network,
    network_from_bytes,
    network_to_bytes,
    read_header,
)


def edit(data, change):
    """A stored network whose parameters were changed."""
    stored = unpack(NETWORK, data, "in memory")
    change(stored.arrays)
    return pack(NETWORK, stored.values, stored.arrays)


@pytest.mark.parametrize(
    ("storage", "tolerance"), [("float32", 0), ("float16", 1e-3), ("int8", 8e-3)]
)
def test_a_network_survives_each_storage(storage, tolerance):
    thresholds = {"careful": 0.7, "recall": 0.2}
    network = make_tiny_network(fusion="none", window=17, trained=True, thresholds=thresholds)
    restored = network_from_bytes(network_to_bytes(network, storage=storage))
    assert restored.vocabulary.tokens == network.vocabulary.tokens
    assert (restored.fusion, restored.window, restored.trained) == ("none", 17, True)
    assert restored.thresholds == thresholds
    assert restored.encoder.config.to_dict() == network.encoder.config.to_dict()
    parameters = dict(restored.named_parameters())
    for name, parameter in network.named_parameters():
        assert parameters[name].dtype == torch.float32
        largest = parameter.abs().max()
        assert (parameters[name] - parameter).abs().max() <= tolerance * largest, name


@pytest.mark.parametrize("storage", STORAGES)
def test_storing_a_restored_network_again_loses_nothing_more(storage):
    data = network_to_bytes(make_tiny_network(), storage=storage)
    once = network_from_bytes(data)
    twice = network_from_bytes(network_to_bytes(once, storage=storage))
    for a, b in zip(once.parameters(), twice.parameters(), strict=True):
        assert torch.allclose(a, b, rtol=1e-3, atol=1e-6)


def test_smaller_storages_are_smaller():
    sizes = [len(network_to_bytes(make_tiny_network(), storage=storage)) for storage in STORAGES]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[2] * 2


def test_a_matrix_of_zeros_survives_int8(tiny_network):
    with torch.no_grad():
        tiny_network.encoder.get_input_embeddings().weight[0] = 0
    restored = network_from_bytes(network_to_bytes(tiny_network, storage="int8"))
    assert torch.equal(restored.encoder.get_input_embeddings().weight[0], torch.zeros(32))


def test_tied_weights_are_tied_again(tiny_network):
    restored = network_from_bytes(network_to_bytes(tiny_network))
    encoder = restored.encoder
    assert encoder.get_output_embeddings().weight is encoder.get_input_embeddings().weight


def test_the_file_is_safetensors_with_a_description_in_its_header(tiny_network):
    data = network_to_bytes(tiny_network, about={"recipe": "test"})
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    stored = json.loads(header.pop("__metadata__")["sdcl"])
    assert len(stored.pop("checksum")) == 64
    assert stored == read_header(data)
    assert stored["about"] == {"recipe": "test"}
    assert stored["trained"] is False
    assert stored["encoder"]["model_type"] == "bert"
    # Nothing but numbers after the header: there is no room for a pickle.
    assert max(each["data_offsets"][1] for each in header.values()) == len(data) - 8 - size
    # The keys of bigrams are whole numbers.
    assert {each["dtype"] for each in header.values()} == {"F32", "U32"}


def test_an_unknown_storage_is_refused(tiny_network):
    with pytest.raises(ValueError, match="must be one of float32, float16, int8"):
        network_to_bytes(tiny_network, storage="int4")


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors.pop("encoder.cls.predictions.bias"),
        lambda tensors: tensors.update(more=np.zeros(2)),
    ],
    ids=["missing", "extra"],
)
def test_parameters_that_are_missing_or_too_many_are_refused(tiny_network, change):
    data = edit(network_to_bytes(tiny_network), change)
    with pytest.raises(ValueError, match=r"not those of the network: (encoder\.cls|more)"):
        network_from_bytes(data)


@pytest.mark.parametrize("shape", [(1,), (33,)])
def test_a_parameter_of_another_shape_is_refused(tiny_network, shape):
    name = "encoder.bert.embeddings.LayerNorm.bias"
    data = edit(
        network_to_bytes(tiny_network), lambda tensors: tensors.update({name: np.zeros(shape)})
    )
    with pytest.raises(ValueError, match=f"has {name} in the shape"):
        network_from_bytes(data)


def test_int8_values_come_with_their_scales(tiny_network):
    tensors = load_tensors(network_to_bytes(tiny_network, storage="int8"))
    for name, tensor in tensors.items():
        if tensor.dtype == torch.int8:
            assert tensors[name + SCALE_SUFFIX].shape == tensor.shape[:1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 a pickled torch file",
        struct.pack("<Q", 2) + b"[]",
        save_tensors({"a": torch.zeros(1)}),
        save_tensors({"a": torch.zeros(1)}, metadata={"format": "pt"}),
    ],
    ids=["empty", "zip", "not-a-table", "no-metadata", "other-metadata"],
)
def test_what_is_no_stored_network_is_refused(data):
    with pytest.raises(ValueError, match="not a stored SDCL network"):
        network_from_bytes(data)


def test_the_first_format_had_one_threshold_and_no_bigrams(tiny_network):
    data = network_to_bytes(tiny_network)
    header = read_header(data)
    del header["thresholds"]
    header |= {"format": 1, "threshold": 0.9}
    old = save_tensors(load_tensors(data), metadata={"sdcl": json.dumps(header)})
    assert network_from_bytes(old).thresholds == {"careful": 0.9, "recall": 0.5}


def test_a_later_format_is_refused(tiny_network):
    data = network_to_bytes(tiny_network)
    header = {**read_header(data), "format": 99}
    data = save_tensors(load_tensors(data), metadata={"sdcl": json.dumps(header)})
    with pytest.raises(ValueError, match="upgrade spacy_sdcl"):
        network_from_bytes(data)


def test_a_directory_with_a_stored_network_loads(untrained_dir):
    network = load_network(str(untrained_dir))
    expected = make_tiny_network()
    for a, b in zip(network.parameters(), expected.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_directory_of_transformers_loads(transformers_dir):
    network = load_network(str(transformers_dir))
    assert not network.trained
    assert network.fusion == "product"
    assert network.window == 64
    lines = (transformers_dir / "vocab.txt").read_text(encoding="utf8").split("\n")[:-1]
    assert network.vocabulary.tokens == lines
    stored = load_tensors((transformers_dir / "model.safetensors").read_bytes())
    embeddings = stored["bert.embeddings.word_embeddings.weight"]
    assert torch.equal(network.encoder.get_input_embeddings().weight, embeddings)


def test_a_directory_with_a_fast_tokenizer_alone_loads(transformers_dir, tmp_path):
    from transformers import AutoTokenizer

    shutil.copytree(transformers_dir, tmp_path / "fast")
    AutoTokenizer.from_pretrained(transformers_dir).save_pretrained(tmp_path / "fast")
    (tmp_path / "fast" / "vocab.txt").unlink()
    fast = load_network(str(tmp_path / "fast"))
    assert fast.vocabulary.tokens == load_network(str(transformers_dir)).vocabulary.tokens


def test_configurations_of_transformers_are_passed_on_and_not_changed(transformers_dir):
    tokenizer_config, transformer_config = {"use_fast": False}, {"hidden_dropout_prob": 0.25}
    network = load_network(
        str(transformers_dir),
        fusion="none",
        tokenizer_config=tokenizer_config,
        transformer_config=transformer_config,
    )
    assert network.encoder.config.hidden_dropout_prob == 0.25
    assert network.fusion == "none"
    assert tokenizer_config == {"use_fast": False}
    assert transformer_config == {"hidden_dropout_prob": 0.25}


def test_a_network_loaded_from_transformers_can_be_stored(transformers_dir):
    network = load_network(str(transformers_dir))
    restored = network_from_bytes(network_to_bytes(network))
    for a, b in zip(network.parameters(), restored.parameters(), strict=True):
        assert torch.equal(a, b)


def test_an_encoder_of_another_type_is_refused(transformers_dir, tmp_path):
    shutil.copy(transformers_dir / "vocab.txt", tmp_path)
    config = DistilBertConfig(vocab_size=1000, dim=8, n_layers=1, n_heads=1, hidden_dim=8)
    DistilBertForMaskedLM(config).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="'distilbert' are not supported"):
        load_network(str(tmp_path))


@pytest.mark.parametrize("name", ["zh_sdcl_typo", "nobody/no-such-model", "./missing", "一 二"])
def test_an_unknown_name_is_answered_with_the_known_ones(name):
    with pytest.raises(ValueError, match=r"not an embedded model \(.*zh_sdcl_sm.*\)") as error:
        load_network(name)
    assert repr(name) in str(error.value)


def test_every_embedded_model_loads_and_is_trained():
    assert "zh_sdcl_sm" in embedded_models()
    for name in embedded_models():
        network = load_network(name)
        assert network.trained
        assert 0 <= network.thresholds["recall"] <= network.thresholds["careful"] <= 1
        assert len(network.vocabulary.candidates) > 1000


def test_a_trained_network_keeps_its_fusion(trained_dir):
    assert load_network(str(trained_dir), fusion="product").fusion == "product"
    with pytest.raises(ValueError, match="was trained with fusion = 'product'"):
        load_network(str(trained_dir), fusion="none")


def test_an_untrained_network_takes_the_fusion_that_is_asked_for(untrained_dir):
    assert load_network(str(untrained_dir), fusion="none").fusion == "none"
    assert load_network(str(untrained_dir)).fusion == "product"


def test_a_network_is_built_from_a_configuration():
    vocabulary = Vocabulary.from_characters("我们")
    network = build_network({**TINY_ENCODER, "num_hidden_layers": 3}, vocabulary)
    assert network.encoder.config.num_hidden_layers == 3
    assert network.encoder.config.vocab_size == 7
    assert np.array_equal(network.vocabulary.candidates, [5, 6])


def test_a_vocabulary_larger_than_the_encoders_is_refused():
    with pytest.raises(ValueError, match="has 7 entries"):
        build_network({**TINY_ENCODER, "vocab_size": 6}, Vocabulary.from_characters("我们"))


def test_networks_are_stored_and_restored_where_spacy_is_not_installed():
    code = (
        "import sys; sys.modules['spacy'] = sys.modules['spacy_transformers'] = None\n"
        "from spacy_sdcl.model.weights import *\n"
        "from spacy_sdcl.model.vocabulary import Vocabulary\n"
        f"network = build_network({TINY_ENCODER}, Vocabulary.from_characters('我们'))\n"
        "network_from_bytes(network_to_bytes(network))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
