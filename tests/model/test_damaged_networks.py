"""A stored network that is damaged, or cannot be, is refused in one sentence."""

import re
import tracemalloc

import numpy as np
import pytest
import spacy
import srsly
import torch
from tiny import TINY_ENCODER, make_loaded, make_pipeline, make_tiny_network

from spacy_sdcl.model.description import NETWORK
from spacy_sdcl.model.storage import pack, unpack
from spacy_sdcl.model.vocabulary import Vocabulary
from spacy_sdcl.model.weights import (
    EMBEDDED_DIR,
    NETWORK_FILE,
    STORAGES,
    build_network,
    load_network,
    network_from_bytes,
    network_to_bytes,
)

BIAS = "encoder.cls.predictions.bias"


@pytest.fixture(scope="module")
def data():
    return network_to_bytes(make_tiny_network(trained=True), storage="int8")


def edit(data, *, arrays=lambda arrays: None, **changes):
    """A file whose checksum is right and whose content is not; None takes a value out."""
    stored = unpack(NETWORK, data, "in memory")
    arrays(stored.arrays)
    values = {
        name: value for name, value in {**stored.values, **changes}.items() if value is not None
    }
    return pack(NETWORK, values, stored.arrays)


def refused(message):
    return pytest.raises(ValueError, match=rf"^net\.bin .*{message}.*\. Copy it once more")


def test_a_flipped_bit_is_noticed(data):
    for place in np.linspace(0, len(data) - 1, 40).astype(int):
        changed = bytearray(data)
        changed[place] ^= 4
        with pytest.raises(ValueError, match=r"^net\.bin is "):
            network_from_bytes(bytes(changed), "net.bin")


@pytest.mark.parametrize("part", [0.0, 0.001, 0.1, 0.9])
def test_a_truncated_file_is_noticed(data, part):
    with refused("is (not|cut off)"):
        network_from_bytes(data[: int(len(data) * part)], "net.bin")


def test_a_file_that_goes_on_is_noticed(data):
    with refused("longer than it says"):
        network_from_bytes(data + data, "net.bin")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"encoder": "bert"}, "has encoder as str"),
        ({"encoder": {"model_type": "no-such"}}, "no encoder that can be"),
        ({"encoder": {"model_type": ["bert"]}}, "no encoder that can be"),
        ({"encoder": {**TINY_ENCODER, "hidden_size": "32"}}, "with '32' as its hidden_size"),
        ({"encoder": {**TINY_ENCODER, "hidden_size": -32}}, "with -32 as its hidden_size"),
        ({"encoder": {**TINY_ENCODER, "hidden_act": "no-such"}}, "cannot be"),
        ({"encoder": {**TINY_ENCODER, "num_attention_heads": 0}}, "cannot be"),
        ({"fusion": "sum"}, "fusion is 'sum'"),
        ({"fusion": None}, "has no fusion"),
        ({"window": "64"}, "has window as str"),
        ({"window": 0}, "a window of 0"),
        ({"trained": 1}, "has trained as int"),
        ({"thresholds": [0.5]}, "has thresholds as list"),
        ({"vocabulary": "一二"}, "has vocabulary as str"),
        ({"vocabulary": None}, "has no vocabulary"),
        ({"vocabulary": ["[PAD]", 1]}, "not one of texts"),
    ],
)
def test_a_description_that_cannot_be_is_refused(data, changes, message):
    with refused(message):
        network_from_bytes(edit(data, **changes), "net.bin")


@pytest.mark.parametrize("threshold", [-0.1, 1.5, float("nan"), float("inf"), "0.5", None, True])
def test_a_threshold_that_is_no_probability_is_refused(data, threshold):
    with refused("as its threshold 'careful', not within 0 and 1"):
        network_from_bytes(edit(data, thresholds={"careful": threshold}), "net.bin")


def test_the_threshold_of_the_first_format_is_checked_too(data):
    stored = unpack(NETWORK, data, "in memory")
    del stored.values["thresholds"]
    old = pack(NETWORK, {**stored.values, "format": 1, "threshold": 7.0}, stored.arrays)
    with refused("has 7.0 as its threshold"):
        network_from_bytes(old, "net.bin")


@pytest.mark.parametrize("place", [0, 100, -1])
def test_a_vocabulary_one_entry_short_is_refused(data, place):
    tokens = unpack(NETWORK, data, "in memory").values["vocabulary"]
    del tokens[place]
    with pytest.raises(ValueError, match=r"^net\.bin .*(entries for \d+ embeddings|lacks \[PAD\])"):
        network_from_bytes(edit(data, vocabulary=tokens), "net.bin")


def test_a_vocabulary_one_entry_long_or_with_one_twice_is_refused(data):
    tokens = unpack(NETWORK, data, "in memory").values["vocabulary"]
    with refused("entries for"):
        network_from_bytes(edit(data, vocabulary=[*tokens, "龘"]), "net.bin")
    with refused("in which 1 repeat others"):
        network_from_bytes(edit(data, vocabulary=[*tokens[:-1], tokens[10]]), "net.bin")


def test_an_encoder_with_more_embeddings_than_tokens_can_be_stored_and_loaded():
    vocabulary = Vocabulary.from_characters("我们")
    network = build_network({**TINY_ENCODER, "vocab_size": 16}, vocabulary)
    tokens = network_from_bytes(network_to_bytes(network)).vocabulary.tokens
    assert tokens[:7] == vocabulary.tokens
    assert tokens[7:] == [f"[unused:{i}]" for i in range(7, 16)]


def test_a_missing_parameter_a_wrong_shape_and_a_missing_scale_are_named(data):
    with refused(f"not those of the network: {re.escape(BIAS)}"):
        network_from_bytes(edit(data, arrays=lambda arrays: arrays.pop(BIAS)), "net.bin")
    short = {BIAS: np.zeros(3, dtype="<f2")}
    with refused(rf"has {re.escape(BIAS)} in the shape \(3,\)"):
        network_from_bytes(edit(data, arrays=lambda arrays: arrays.update(short)), "net.bin")


@pytest.mark.parametrize("number", [np.nan, np.inf])
@pytest.mark.parametrize("storage", STORAGES)
def test_weights_that_are_no_numbers_are_refused(storage, number):
    data = network_to_bytes(make_tiny_network(), storage=storage)

    def change(arrays):
        name = next(name for name in arrays if arrays[name].dtype.kind == "f")
        arrays[name] = np.array(arrays[name])
        arrays[name].flat[-1] = number

    with refused("numbers that are none, NaN or infinity"):
        network_from_bytes(edit(data, arrays=change), "net.bin")


@pytest.mark.parametrize(
    "absurd",
    [
        {"hidden_size": 10**12},
        {"num_hidden_layers": 10**9},
        {"num_hidden_layers": 900_000},
        {"vocab_size": 10**10},
        {"max_position_embeddings": 900_000},
        {"intermediate_size": 900_000, "hidden_size": 900_000},
        {"num_labels": 10**10},
        {"type_vocab_size": 800_000},
    ],
)
def test_absurd_sizes_are_refused_before_memory_is_taken(data, absurd):
    encoder = {**unpack(NETWORK, data, "in memory").values["encoder"], **absurd}
    file = edit(data, encoder=encoder)
    tracemalloc.start()
    with refused("numbers"):
        network_from_bytes(file, "net.bin")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(file) + 10_000_000


def test_absurd_bigrams_are_refused(data):
    many = {"bigrams.keys": np.arange(10**6)}
    with refused("more than"):
        network_from_bytes(edit(data, arrays=lambda arrays: arrays.update(many)), "net.bin")


@pytest.mark.parametrize("storage", STORAGES)
def test_weights_that_could_not_be_loaded_are_not_stored(tiny_network, storage):
    with torch.no_grad():
        tiny_network.encoder.get_input_embeddings().weight[3, 3] = torch.nan
    with pytest.raises(ValueError, match=r"^The network holds .*NaN.* train at a lower rate"):
        network_to_bytes(tiny_network, storage=storage)


def test_a_threshold_that_could_not_be_loaded_is_not_stored(tiny_network):
    tiny_network.thresholds["recall"] = 1.5
    with pytest.raises(ValueError, match=r"^The network has 1\.5 as its threshold 'recall'"):
        network_to_bytes(tiny_network)


def test_the_message_names_the_file_of_an_embedded_model(tmp_path, monkeypatch):
    monkeypatch.setattr("spacy_sdcl.model.weights.EMBEDDED_DIR", tmp_path)
    path = tmp_path / "zh_sdcl_sm" / NETWORK_FILE
    path.parent.mkdir()
    whole = (EMBEDDED_DIR / "zh_sdcl_sm" / NETWORK_FILE).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))} is cut off"):
        load_network("zh_sdcl_sm")


class TestSavedPipelines:
    @pytest.fixture
    def saved(self, trained_dir, tmp_path):
        make_loaded(trained_dir).to_disk(tmp_path / "saved")
        return tmp_path / "saved"

    def test_a_missing_model_is_named(self, saved):
        path = saved / "sdcl_corrector" / "model"
        path.unlink()
        with pytest.raises(
            ValueError, match=f"^{re.escape(str(path))} is missing, .* Copy the pipeline"
        ):
            spacy.load(saved)

    @pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.999])
    def test_a_truncated_model_is_named(self, saved, part):
        path = saved / "sdcl_corrector" / "model"
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * part)])
        with pytest.raises(ValueError, match=f"^{re.escape(str(path))} is cut off or damaged"):
            spacy.load(saved)

    @pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
    def test_a_flipped_bit_is_noticed(self, saved, place):
        path = saved / "sdcl_corrector" / "model"
        changed = bytearray(path.read_bytes())
        changed[int(len(changed) * place)] ^= 1
        path.write_bytes(changed)
        with pytest.raises(ValueError, match=f"^{re.escape(str(path))}: The model is damaged"):
            spacy.load(saved)

    def test_another_components_model_is_refused(self, saved):
        path = saved / "sdcl_corrector" / "model"
        for message in ([1], {"nodes": []}, {"nodes": [{}]}, {}, "text"):
            path.write_bytes(srsly.msgpack_dumps(message))
            with pytest.raises(ValueError, match=f"^{re.escape(str(path))}"):
                spacy.load(saved)

    @pytest.mark.parametrize("exclude", [["vocab", "model"], iter(["vocab", "model"])])
    def test_the_weights_can_be_left_out(self, saved, exclude):
        (saved / "sdcl_corrector" / "model").unlink()
        corrector = make_pipeline(None).get_pipe("sdcl_corrector")
        assert corrector.from_disk(saved / "sdcl_corrector", exclude=exclude) is corrector
