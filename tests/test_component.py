"""The component in a pipeline: made, trained, applied, saved, and what it says when it cannot."""

import pickle
import subprocess
import sys

import pytest
import spacy
import torch
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc
from spacy.training import Example
from tiny import PAIRS, TINY_ENCODER, make_examples, make_loaded, make_pipeline

from spacy_sdcl.annotations.spans import make_gold_doc
from spacy_sdcl.metrics.scores import DEFAULT_SCORE_WEIGHTS, SCORE_NAMES
from spacy_sdcl.model.architecture import get_network
from spacy_sdcl.types import CharCorrection, Pair

SOURCES = [pair.source for pair in PAIRS]
TARGETS = [pair.target for pair in PAIRS]


def corrected(nlp, texts=SOURCES):
    return [nlp(text)._.corrected for text in texts]


def network_of(nlp):
    return get_network(nlp.get_pipe("sdcl_corrector").model)


def parameters_of(nlp):
    return [parameter.detach().clone() for parameter in network_of(nlp).parameters()]


def same_parameters(before, after):
    return all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.fixture
def untrained_nlp(untrained_dir):
    return make_loaded(untrained_dir)


# Making and meta data


@pytest.mark.parametrize("language", ["zh", "en", "xx", "ja"])
def test_add_pipe_uses_the_embedded_model_at_once_in_any_language(language):
    if language == "ja":
        pytest.importorskip("sudachipy")
    nlp = spacy.blank(language)
    corrector = nlp.add_pipe("sdcl_corrector")
    assert isinstance(corrector, TrainablePipe)
    text = "今天天气很好。\n2024 OK 😀"
    assert len(nlp(text)._.corrected) == len(text)


@pytest.mark.embedded
def test_the_embedded_model_corrects_the_first_sentence_of_the_readme():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    assert nlp("我今天很高行。")._.corrected == "我今天很高兴。"


def test_adding_the_component_reads_no_weights_yet():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    assert network_of(nlp) is None


def test_the_component_says_what_it_assigns():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    meta = nlp.get_pipe_meta("sdcl_corrector")
    assert {"doc.spans", "doc._.corrected", "token._.is_error"} <= set(meta.assigns)
    assert not nlp.analyze_pipes()["problems"]["sdcl_corrector"]


def test_default_score_weights_are_names_of_scores_led_by_strict_correction():
    weights = Language.get_factory_meta("sdcl_corrector").default_score_weights
    assert weights == DEFAULT_SCORE_WEIGHTS
    assert set(weights) <= set(SCORE_NAMES)
    assert max(weights, key=weights.get) == "sdcl_correction_f"
    assert weights["sdcl_fpr"] == 0


@pytest.mark.parametrize("threshold", [-0.1, 1.1, "bold"])
def test_a_threshold_out_of_range_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold must be within 0 and 1"):
        spacy.blank("zh").add_pipe("sdcl_corrector", config={"threshold": threshold})


def test_two_correctors_may_stand_in_one_pipeline(trained_dir):
    nlp = make_loaded(trained_dir)
    model = {"@architectures": "spacy-sdcl.SDCL.v1", "name": str(trained_dir)}
    second = nlp.add_pipe("sdcl_corrector", name="second", config={"model": model})
    second.model.initialize()
    assert nlp(SOURCES[0])._.corrected == TARGETS[0]


# What it says when it cannot


@pytest.mark.parametrize("name", [None, "nobody/no-such-model"])
def test_a_corrector_that_is_not_initialized_says_so(name):
    nlp = make_pipeline(name)
    for attempt in (
        lambda: nlp("我"),
        lambda: list(nlp.pipe(["我"])),
        lambda: nlp.get_pipe("sdcl_corrector").update(make_examples(nlp)),
    ):
        with pytest.raises(ValueError, match=r"E109.*sdcl_corrector.*Train it first"):
            attempt()


def test_an_encoder_that_was_never_trained_for_correction_does_not_correct(untrained_nlp):
    for attempt in (lambda: untrained_nlp("我"), lambda: list(untrained_nlp.pipe(["我", ""]))):
        with pytest.raises(ValueError, match=r"never trained for correction.*spacy train"):
            attempt()


def test_it_stays_untrained_when_saved(untrained_nlp, tmp_path):
    untrained_nlp.to_disk(tmp_path)
    with pytest.raises(ValueError, match="never trained for correction"):
        spacy.load(tmp_path)("我")


def test_initialize_with_a_name_that_does_not_exist_says_what_exists():
    nlp = make_pipeline("nobody/no-such-model")
    with pytest.raises(ValueError, match=r"No model 'nobody/no-such-model'.*zh_sdcl_sm"):
        nlp.initialize(lambda: make_examples(nlp))


def test_initialize_from_scratch_without_gold_examples_is_refused():
    with pytest.raises(ValueError, match=r"call nlp\.initialize with examples"):
        make_pipeline(None, model={"transformer_config": TINY_ENCODER}).initialize()


def test_an_example_that_is_none_is_refused(untrained_nlp):
    with pytest.raises(TypeError, match="E978"):
        untrained_nlp.get_pipe("sdcl_corrector").update(["我"])


# Prediction


def test_a_trained_corrector_corrects_and_leaves_correct_text_alone(trained_nlp):
    assert corrected(trained_nlp) == TARGETS
    doc = trained_nlp(SOURCES[2])
    assert [(span.text, span.label_) for span in doc.spans["sdcl"]] == [("门", "们"), ("笑", "校")]
    assert all(0.5 <= each["score"] <= 1 for each in doc._.corrections)
    assert "sdcl" in trained_nlp(SOURCES[-1]).spans


@pytest.mark.parametrize("text", ["", " ", "\n\n", "no Chinese at all", "😀"])
def test_text_without_chinese_is_left_as_it_is(trained_nlp, text):
    assert trained_nlp(text)._.corrected == text
    assert [doc._.corrected for doc in trained_nlp.pipe([text, SOURCES[0]])] == [text, TARGETS[0]]


def test_predict_does_not_modify_the_docs(trained_nlp):
    docs = [trained_nlp.make_doc(text) for text in SOURCES]
    found = trained_nlp.get_pipe("sdcl_corrector").predict(docs)
    assert [len(each) for each in found] == [1, 1, 2, 1, 0, 0]
    assert all("sdcl" not in doc.spans for doc in docs)


def test_set_annotations_writes_what_it_is_given(untrained_nlp):
    docs = [untrained_nlp.make_doc(text) for text in ("我门", "你")]
    corrector = untrained_nlp.get_pipe("sdcl_corrector")
    corrector.set_annotations(docs, [[CharCorrection(1, "们", 0.25)], []])
    assert [doc._.corrected for doc in docs] == ["我们", "你"]
    assert docs[0]._.corrections[0]["score"] == 0.25


def test_the_threshold_keeps_what_reaches_it(trained_dir):
    nlp = make_loaded(trained_dir, threshold=0.0)
    corrector = nlp.get_pipe("sdcl_corrector")
    doc = nlp(SOURCES[2])
    first, second = (each["score"] for each in doc._.corrections)
    assert first != second
    corrector.threshold = max(first, second)
    assert len(nlp(SOURCES[2])._.corrections) == 1
    corrector.threshold = 1.0
    assert nlp(SOURCES[2])._.corrections == []


def test_a_setting_is_the_threshold_that_the_weights_have_for_it(trained_dir):
    nlp = make_loaded(trained_dir, threshold="recall")
    network_of(nlp).thresholds.update(careful=1.0, recall=0.5)
    assert corrected(nlp) == TARGETS
    restored = make_loaded(trained_dir).from_bytes(nlp.to_bytes())
    assert corrected(restored) == SOURCES
    nlp.get_pipe("sdcl_corrector").threshold = "careful"
    assert corrected(nlp) == SOURCES


def test_without_a_threshold_that_of_the_weights_holds(trained_nlp):
    network_of(trained_nlp).thresholds["careful"] = 1.0
    assert corrected(trained_nlp) == SOURCES
    network_of(trained_nlp).thresholds["careful"] = 0.5
    assert corrected(trained_nlp) == TARGETS


# Errors


class BrokenText(RuntimeError):
    pass


@pytest.fixture
def fragile_nlp(trained_nlp, monkeypatch):
    """A pipeline whose corrector fails at any text with a certain character."""
    corrector = trained_nlp.get_pipe("sdcl_corrector")
    predict = corrector.predict

    def fail_at_one(docs):
        if any("坏" in doc.text for doc in docs):
            raise BrokenText
        return predict(docs)

    monkeypatch.setattr(corrector, "predict", fail_at_one)
    return trained_nlp


@pytest.mark.parametrize("batch_size", [1, 2, 7, 100])
def test_an_error_in_one_text_reaches_the_handler_for_that_text_alone(fragile_nlp, batch_size):
    failed = []
    fragile_nlp.set_error_handler(
        lambda name, component, docs, error: failed.append(
            (name, component, [doc.text for doc in docs], type(error))
        )
    )
    corrector = fragile_nlp.get_pipe("sdcl_corrector")
    texts = [SOURCES[0], "坏", SOURCES[1], SOURCES[2], "坏了", "", SOURCES[3]]
    docs = list(fragile_nlp.pipe(texts, batch_size=batch_size))
    assert [doc._.corrected for doc in docs] == [*TARGETS[:3], "", TARGETS[3]]
    assert failed == [("sdcl_corrector", corrector, [text], BrokenText) for text in ("坏", "坏了")]


def test_an_error_in_writing_one_text_keeps_the_others(trained_nlp, monkeypatch):
    failed = []
    trained_nlp.set_error_handler(lambda name, component, docs, error: failed.extend(docs))
    corrector = trained_nlp.get_pipe("sdcl_corrector")
    set_annotations = corrector.set_annotations

    def fail_at_one(docs, scores):
        if any(doc.text == SOURCES[1] for doc in docs):
            raise BrokenText
        set_annotations(docs, scores)

    monkeypatch.setattr(corrector, "set_annotations", fail_at_one)
    docs = list(trained_nlp.pipe(SOURCES))
    assert [doc._.corrected for doc in docs] == [TARGETS[0], *TARGETS[2:]]
    assert [doc.text for doc in failed] == [SOURCES[1]]


def test_without_a_handler_the_error_is_raised(fragile_nlp):
    with pytest.raises(BrokenText):
        list(fragile_nlp.pipe([SOURCES[0], "坏"]))
    with pytest.raises(BrokenText):
        fragile_nlp("坏")


# Training


def test_overfitting_and_saving(untrained_dir, tmp_path):
    nlp = make_pipeline(untrained_dir)
    examples = make_examples(nlp)
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.01
    totals = []
    for _ in range(60):
        losses = {}
        nlp.update(examples, sgd=optimizer, losses=losses)
        totals.append(losses["sdcl_corrector"])
    assert totals[-1] < totals[0] / 10
    assert corrected(nlp) == TARGETS
    nlp.to_disk(tmp_path)
    assert corrected(spacy.load(tmp_path)) == TARGETS


def test_an_encoder_from_scratch_is_made_and_trained_from_the_examples():
    nlp = make_pipeline(None, model={"transformer_config": TINY_ENCODER})
    examples = make_examples(nlp)
    optimizer = nlp.initialize(lambda: examples)
    characters = {char for pair in PAIRS for text in pair[:2] for char in text}
    assert set(network_of(nlp).vocabulary.tokens[5:]) == characters
    optimizer.learn_rate = 0.01
    for _ in range(60):
        nlp.update(examples, sgd=optimizer)
    assert corrected(nlp) == TARGETS


def test_an_encoder_from_scratch_knows_the_characters_of_all_examples():
    nlp = make_pipeline(None, model={"transformer_config": TINY_ENCODER})
    pairs = [Pair(chr(0x4E00 + i), chr(0x4E00 + i)) for i in range(50)]
    nlp.initialize(lambda: make_examples(nlp, pairs))
    assert len(network_of(nlp).vocabulary) == 55


def test_initialize_reads_a_directory_of_transformers(transformers_dir):
    nlp = make_pipeline(transformers_dir)
    nlp.initialize(lambda: make_examples(nlp))
    assert network_of(nlp).encoder.config.hidden_size == 32
    with pytest.raises(ValueError, match="never trained"):
        nlp("我")


def test_the_embedded_model_can_be_trained_on():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    examples = make_examples(nlp, PAIRS[:1])
    optimizer = nlp.resume_training()
    before = None
    for _ in range(2):
        losses = nlp.update(examples, sgd=optimizer, losses={})
        before = before or losses["sdcl_corrector"]
    assert losses["sdcl_corrector"] != before


def test_update_without_an_optimizer_leaves_the_weights_and_keeps_the_gradient(untrained_nlp):
    corrector = untrained_nlp.get_pipe("sdcl_corrector")
    before = parameters_of(untrained_nlp)
    losses = corrector.update(make_examples(untrained_nlp), sgd=None)
    assert losses["sdcl_corrector"] > 0
    assert same_parameters(before, parameters_of(untrained_nlp))
    gradient = network_of(untrained_nlp).encoder.get_input_embeddings().weight.grad
    assert gradient.abs().max() > 0
    corrector.finish_update(untrained_nlp.create_optimizer())
    assert not same_parameters(before, parameters_of(untrained_nlp))


def test_update_adds_to_the_losses_that_it_is_given(untrained_nlp):
    corrector = untrained_nlp.get_pipe("sdcl_corrector")
    losses = {"sdcl_corrector": 100.0, "other": 1.0}
    assert corrector.update(make_examples(untrained_nlp), losses=losses) is losses
    assert losses["sdcl_corrector"] > 100
    assert losses["other"] == 1.0


def test_the_loss_is_the_weighted_sum(untrained_dir):
    nlp = make_loaded(untrained_dir, model={"alpha": 2.0, "beta": 0.25})
    corrector = nlp.get_pipe("sdcl_corrector")
    parts = corrector.model.ops.asarray1f([3.0, 5.0, 8.0])
    loss, gradient = corrector.get_loss(make_examples(nlp), parts)
    assert loss == 15.0
    assert gradient.tolist() == [1.0, 2.0, 0.25]


def test_examples_without_gold_or_text_teach_nothing(untrained_nlp):
    corrector = untrained_nlp.get_pipe("sdcl_corrector")
    make = untrained_nlp.make_doc
    examples = [
        Example(make("我门"), make("我门")),
        Example(make(""), make_gold_doc(untrained_nlp, Pair("", ""))),
    ]
    before = parameters_of(untrained_nlp)
    assert corrector.update(examples, sgd=untrained_nlp.create_optimizer()) == {
        "sdcl_corrector": 0.0
    }
    assert corrector.update([]) == {"sdcl_corrector": 0.0}
    assert same_parameters(before, parameters_of(untrained_nlp))
    assert not network_of(untrained_nlp).trained


def test_examples_without_errors_teach_to_copy(untrained_nlp):
    losses = untrained_nlp.update(
        make_examples(untrained_nlp, PAIRS[-1:]), sgd=untrained_nlp.create_optimizer()
    )
    assert 0 < losses["sdcl_corrector"] < 100


def test_a_frozen_corrector_is_not_updated(trained_nlp):
    before = parameters_of(trained_nlp)
    examples = make_examples(trained_nlp)
    trained_nlp.update(examples, sgd=trained_nlp.create_optimizer(), exclude=["sdcl_corrector"])
    assert same_parameters(before, parameters_of(trained_nlp))


def test_a_sourced_corrector_brings_its_weights(trained_nlp):
    other = spacy.blank("zh")
    other.add_pipe("sdcl_corrector", source=trained_nlp)
    assert corrected(other) == TARGETS
    assert corrected(other.from_bytes(other.to_bytes())) == TARGETS


# Scores


def test_evaluate_scores_what_the_corrector_finds(trained_nlp):
    scores = trained_nlp.evaluate(make_examples(trained_nlp))
    assert scores["sdcl_correction_f"] == 1.0
    assert scores["sdcl_fpr"] == 0.0
    assert scores["sdcl_sentences"] == len(PAIRS)
    trained_nlp.get_pipe("sdcl_corrector").threshold = 1.0
    scores = trained_nlp.evaluate(make_examples(trained_nlp))
    assert scores["sdcl_correction_f"] == 0.0


def test_a_corrector_without_a_scorer_scores_nothing(trained_dir):
    nlp = make_loaded(trained_dir, scorer=None)
    assert nlp.get_pipe("sdcl_corrector").score(make_examples(nlp)) == {}


# Saving


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


# Start-up


def test_the_factory_module_imports_neither_torch_nor_transformers():
    # spaCy's own thinc imports torch where it finds it, so it must not find it; whatever else
    # asks for one of the three fails.
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'spacy_transformers'): sys.modules[name] = None\n"
        "import spacy_sdcl.component"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
