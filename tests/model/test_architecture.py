"""The Thinc model: settings, initialisation, corrections in prediction, copies and bytes."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import spacy
import torch
from thinc.api import Adam
from tiny import COMMON_CHARACTERS, PAIRS, TINY_ENCODER

from spacy_sdcl.model.architecture import SDCL, get_network, load_embedded
from spacy_sdcl.model.predictions import CANDIDATES, reader_of
from spacy_sdcl.model.products import INTEGERS
from spacy_sdcl.model.vocabulary import SPECIAL_TOKENS
from spacy_sdcl.types import Candidate, CharPrediction, Pair

SETTINGS = {"temperature": 0.9, "negatives": "sentence", "detach_target": False}
LONG = "我们今天去北京看朋友，他门很高行。" * 20


def make_model(path, **settings):
    model = SDCL(str(path), **settings)
    model.initialize()
    return model


def places(predictions):
    return [(each.start, each.candidates[0].target) for each in predictions]


def test_the_architecture_is_registered():
    make = spacy.registry.architectures.get("spacy-sdcl.SDCL.v1")
    assert make("zh_sdcl_sm").attrs["name"] == "zh_sdcl_sm"


def test_making_a_model_reads_no_weights():
    # Not even a name that does not exist is looked up before it is needed.
    assert get_network(SDCL("nobody/no-such-model")) is None


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("negatives", "document", "must be one of sentence, corrupted, batch"),
        ("fusion", "sum", "must be one of product, none"),
        ("temperature", 0.0, "temperature must be above 0"),
        ("temperature", -1.0, "temperature must be above 0"),
        ("alpha", -0.1, "alpha must not be negative"),
        ("beta", -0.1, "beta must not be negative"),
        ("batch_characters", 0, "batch_characters must be at least 1"),
        ("quantization", "int4", "quantization is 'int4', must be one of int8"),
    ],
)
def test_a_setting_out_of_range_is_refused(setting, value, message):
    with pytest.raises(ValueError, match=message):
        SDCL(None, **{setting: value})


def test_settings_of_the_caller_are_not_changed_or_shared():
    config = {"hidden_size": 32}
    model = SDCL(None, transformer_config=config, tokenizer_config=config, grad_scaler_config={})
    model.attrs["transformer_config"]["hidden_size"] = 64
    assert config == {"hidden_size": 32}


def test_an_embedded_model_loads_itself_and_others_do_not(untrained_dir):
    embedded = SDCL("zh_sdcl_sm")
    assert load_embedded(embedded)
    first = get_network(embedded)
    assert load_embedded(embedded)
    assert get_network(embedded) is first
    assert not load_embedded(SDCL(str(untrained_dir)))
    assert not load_embedded(SDCL(None))


def test_an_encoder_from_scratch_knows_the_characters_of_its_sample():
    model = SDCL(None, transformer_config=TINY_ENCODER)
    model.initialize(X=[Pair("我门", "我们"), Pair("a", "a")])
    network = get_network(model)
    assert network.vocabulary.tokens == [*SPECIAL_TOKENS, *sorted("我门们a")]
    assert network.encoder.config.hidden_size == 32
    assert network.fusion == "product"
    assert not network.trained


@pytest.mark.parametrize("sample", [None, []])
def test_an_encoder_from_scratch_without_a_sample_is_refused(sample):
    with pytest.raises(ValueError, match=r"call nlp\.initialize with examples"):
        SDCL(None).initialize(X=sample)


def test_prediction_finds_what_the_formula_finds(untrained_dir):
    model = make_model(untrained_dir)
    network = get_network(model)
    text = "我门 a去北京。"
    ids = torch.tensor([network.vocabulary.encode(f"{text}").tolist()])
    ids = torch.nn.functional.pad(ids, (1, 0), value=network.vocabulary.cls)
    ids = torch.nn.functional.pad(ids, (0, 1), value=network.vocabulary.sep)
    network.eval()
    with torch.no_grad():
        embeddings = network.encoder.bert.embeddings.word_embeddings.weight[ids]
        inputs = embeddings + network.bigram_embeddings(ids)
        hidden = network.encoder.bert(inputs_embeds=inputs)[0] * embeddings
        logits = network.encoder.cls(hidden)[0, 1:-1]
    probabilities = logits[:, network.candidates].softmax(-1)
    expected = []
    for place, char in enumerate(text):
        best = int(probabilities[place].argmax())
        target = network.vocabulary.tokens[network.candidates[best]]
        if char in "我门去北京" and target != char:
            own = network.candidate_index[network.vocabulary.encode(char)[0]]
            ranked = probabilities[place].topk(CANDIDATES)
            candidates = tuple(
                Candidate(network.vocabulary.tokens[network.candidates[i]], score)
                for i, score in zip(ranked.indices, ranked.values.tolist(), strict=True)
            )
            expected.append(CharPrediction(place, candidates, float(probabilities[place, own])))
    (found,) = model.predict([text])
    assert places(found) == places(expected)
    for each, other in zip(found, expected, strict=True):
        assert each.source_score == pytest.approx(other.source_score, abs=1e-5)
        assert [c.target for c in each.candidates] == [c.target for c in other.candidates]
        assert [c.score for c in each.candidates] == pytest.approx(
            [c.score for c in other.candidates], abs=1e-5
        )
    assert found


@pytest.mark.parametrize("batch_characters", [1, 100, 100_000])
def test_predictions_do_not_depend_on_how_many_characters_are_read_at_once(
    untrained_dir, batch_characters
):
    texts = ["", LONG, "我", "天 \n", LONG[5:90], "no Chinese 😀", "他门去北京"]
    expected = [make_model(untrained_dir).predict([text])[0] for text in texts]
    found = make_model(untrained_dir, batch_characters=batch_characters).predict(texts)
    assert [places(row) for row in found] == [places(row) for row in expected]
    assert len(found[1]) > 64


def test_8_bit_predictions_are_near_and_do_not_depend_on_the_batch(trained_dir):
    texts = [*(pair.source for pair in PAIRS), LONG, "我"]
    exact = make_model(trained_dir).predict(texts)
    model = make_model(trained_dir, quantization="int8")
    found = model.predict(texts)
    assert [places(row) for row in found[: len(PAIRS)]] == [places(r) for r in exact[: len(PAIRS)]]
    layers = reader_of(get_network(model), quantization="int8").layers
    if any(isinstance(layer.widen, INTEGERS) for layer in layers):
        assert found != exact
    for row, text in zip(found, texts, strict=True):
        (alone,) = model.predict([text])
        assert places(alone) == places(row)
        scores = [each.candidates[0].score for each in alone]
        assert scores == pytest.approx([each.candidates[0].score for each in row], abs=1e-5)


def test_what_the_config_says_of_reading_holds_for_stored_weights(trained_dir):
    data = make_model(trained_dir, quantization="int8", batch_characters=7).to_bytes()
    settings = SDCL(None, batch_characters=99).from_bytes(data).attrs["prediction"]
    assert (settings.batch_characters, settings.quantization) == (99, None)


def test_windows_are_read_in_bounded_numbers(untrained_dir, monkeypatch):
    expected = make_model(untrained_dir).predict([LONG, LONG[3:]])
    monkeypatch.setattr("spacy_sdcl.model.reading.WINDOWS_AT_ONCE", 2)
    found = make_model(untrained_dir).predict([LONG, LONG[3:]])
    assert [places(row) for row in found] == [places(row) for row in expected]
    assert all(row == sorted(row) for row in found)


def test_dropout_is_off_in_prediction(untrained_dir):
    model = make_model(untrained_dir)
    for module in get_network(model).modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.5
    assert model.predict([LONG]) == model.predict([LONG])


def test_prediction_sets_the_mode_of_the_modules_once_and_training_sets_it_back(untrained_dir):
    model = make_model(untrained_dir)
    model.predict([LONG])
    network = get_network(model)
    assert not any(module.training for module in network.modules())
    network.eval = network.train = pytest.fail
    model.predict([LONG])
    del network.eval, network.train
    model.begin_update(PAIRS)
    assert all(module.training for module in network.modules())


def test_a_copy_is_independent_and_predicts_the_same(trained_dir):
    model = make_model(trained_dir)
    copy = model.copy()
    assert copy.predict([PAIRS[0].source]) == model.predict([PAIRS[0].source])
    before = model.predict([PAIRS[0].source])
    with torch.no_grad():
        for parameter in get_network(copy).parameters():
            parameter.zero_()
    assert model.predict([PAIRS[0].source]) == before
    # The halves of the head that a copy uses are its own.
    assert copy.predict([PAIRS[0].source]) != before


def test_bytes_restore_the_network_without_its_name(trained_dir):
    model = make_model(trained_dir)
    restored = SDCL("nobody/no-such-model").from_bytes(model.to_bytes())
    texts = [pair.source for pair in PAIRS]
    assert restored.predict(texts) == model.predict(texts)
    assert get_network(restored).trained


def test_a_model_without_network_survives_bytes():
    assert get_network(SDCL(None).from_bytes(SDCL(None).to_bytes())) is None


MACBERT_SHAPE = {
    "model_type": "bert",
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 512,
    "vocab_size": 21128,
    "type_vocab_size": 2,
}


IN_A_FRESH_PROCESS = """
import socket, sys
def refuse(*args, **kwargs): raise OSError("no network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import torch; torch.set_num_threads(1)
import spacy
nlp = spacy.load(sys.argv[1])
for each in nlp(sys.argv[2])._.corrections:
    print(each["start"], each["target"], round(each["score"], 5))
"""


@pytest.mark.slow
def test_an_encoder_of_macberts_shape_trains_saves_and_loads_without_network(tmp_path):
    texts = [
        Pair("我门在学笑。", "我们在学校。"),
        Pair("".join(COMMON_CHARACTERS), "".join(COMMON_CHARACTERS)),
    ]
    nlp = spacy.blank("zh")
    config = {
        "@architectures": "spacy-sdcl.SDCL.v1",
        "name": None,
        "transformer_config": MACBERT_SHAPE,
    }
    corrector = nlp.add_pipe("sdcl_corrector", config={"model": config, "threshold": 0.0})
    corrector.model.initialize(X=texts)
    network = get_network(corrector.model)
    assert sum(each.numel() for each in network.parameters()) == 102_290_312
    embeddings = network.encoder.get_input_embeddings().weight
    before = embeddings.detach().clone()
    losses, backprop = corrector.model.begin_update(texts[:1])
    backprop(np.asarray([1, 1, 0.5], dtype=losses.dtype))
    corrector.model.finish_update(Adam(7e-5))
    assert np.isfinite(losses).all()
    assert not torch.equal(embeddings, before)
    doc = nlp("我门在学笑。")
    assert doc._.corrections
    nlp.to_disk(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", IN_A_FRESH_PROCESS, tmp_path, doc.text],
        check=True,
        capture_output=True,
        encoding="utf8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    # 400 MB that pytest would keep.
    shutil.rmtree(tmp_path)
    found = [line.split() for line in run.stdout.splitlines()]
    expected = doc._.corrections
    assert [(int(start), target) for start, target, _ in found] == [
        (each["start"], each["target"]) for each in expected
    ]
    assert [float(score) for *_, score in found] == pytest.approx(
        [each["score"] for each in expected], abs=1e-4
    )
