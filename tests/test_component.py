"""The component in a pipeline: how it is made, and what it says when it cannot correct."""

import pytest
import spacy
from corrected import SOURCES, TARGETS, network_of
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from tiny import TINY_ENCODER, make_examples, make_loaded, make_pipeline

from spacy_sdcl.metrics.scores import DEFAULT_SCORE_WEIGHTS, SCORE_NAMES


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
