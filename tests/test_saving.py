"""A corrector on disk, as bytes and pickled."""

import pickle

import pytest
import spacy
from corrected import SOURCES, TARGETS, corrected, network_of
from spacy.tokens import Doc
from tiny import make_loaded, make_pipeline


def test_a_pipeline_survives_disk_and_bytes(trained_nlp, tmp_path):
    trained_nlp.to_disk(tmp_path)
    assert corrected(spacy.load(tmp_path)) == TARGETS
    other = make_pipeline("nobody/no-such-model").from_bytes(trained_nlp.to_bytes())
    assert corrected(other) == TARGETS


def test_a_component_survives_disk_and_bytes(trained_nlp, tmp_path):
    corrector = trained_nlp.get_pipe("sdcl_corrector")
    corrector.to_disk(tmp_path / "corrector")
    for other in (make_pipeline(None), make_pipeline(None)):
        assert network_of(other) is None
    first = make_pipeline(None)
    first.get_pipe("sdcl_corrector").from_disk(tmp_path / "corrector")
    second = make_pipeline(None)
    second.get_pipe("sdcl_corrector").from_bytes(corrector.to_bytes())
    assert corrected(first) == corrected(second) == TARGETS


def test_saving_before_the_first_use_includes_the_weights(tmp_path, monkeypatch):
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    data = nlp.to_bytes()
    nlp.to_disk(tmp_path / "pipeline")
    other = spacy.blank("zh")
    other.add_pipe("sdcl_corrector")
    # As in a later version of the package, which no longer has that model.
    monkeypatch.setattr("spacy_sdcl.model.weights.EMBEDDED_DIR", tmp_path / "nothing")
    texts = ["今天天气很好，我门去公圆玩。"]
    expected = corrected(nlp, texts)
    assert corrected(spacy.load(tmp_path / "pipeline"), texts) == expected
    assert corrected(other.from_bytes(data), texts) == expected


def test_without_the_embedded_model_the_message_says_what_to_do(tmp_path, monkeypatch):
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    monkeypatch.setattr("spacy_sdcl.model.weights.EMBEDDED_DIR", tmp_path)
    with pytest.raises(ValueError, match="E109"):
        nlp("我")


def test_saving_without_a_network_and_loading_it_again_works(tmp_path):
    make_pipeline(None).to_disk(tmp_path)
    nlp = spacy.load(tmp_path)
    with pytest.raises(ValueError, match="E109"):
        nlp("我")


def test_the_threshold_can_be_set_when_a_pipeline_is_loaded(trained_nlp, trained_dir, tmp_path):
    trained_nlp.to_disk(tmp_path / "default")
    config = {"components.sdcl_corrector.threshold": 1.0}
    nlp = spacy.load(tmp_path / "default", config=config)
    assert nlp.get_pipe("sdcl_corrector").threshold == 1.0
    assert corrected(nlp) == SOURCES
    # A threshold that was saved gives way, too, and holds where nothing else is said.
    nlp.to_disk(tmp_path / "strict")
    assert spacy.load(tmp_path / "strict").get_pipe("sdcl_corrector").threshold == 1.0
    config = {"components": {"sdcl_corrector": {"threshold": 0.0}}}
    assert corrected(spacy.load(tmp_path / "strict", config=config)) == TARGETS


def test_the_weights_on_disk_are_safetensors(trained_nlp, tmp_path):
    trained_nlp.to_disk(tmp_path)
    data = (tmp_path / "sdcl_corrector" / "model").read_bytes()
    assert b'"__metadata__"' in data
    assert b"persistent_id" not in data
    assert b"torch._utils" not in data


@pytest.mark.parametrize("used", [False, True])
def test_a_component_can_be_pickled(trained_dir, used):
    nlp = make_loaded(trained_dir)
    if used:
        nlp(SOURCES[0])
    corrector = pickle.loads(pickle.dumps(nlp.get_pipe("sdcl_corrector")))
    assert corrector(nlp.make_doc(SOURCES[0]))._.corrected == TARGETS[0]


def test_results_survive_docs_to_bytes(trained_nlp):
    doc = trained_nlp(SOURCES[2])
    restored = Doc(spacy.blank("zh").vocab).from_bytes(doc.to_bytes())
    assert restored._.corrections == doc._.corrections
