"""Training a corrector, and its scores."""

import pytest
import spacy
from corrected import TARGETS, corrected, network_of, parameters_of, same_parameters
from spacy.training import Example
from tiny import PAIRS, TINY_ENCODER, make_examples, make_loaded, make_pipeline

from spacy_sdcl.annotations.spans import make_gold_doc
from spacy_sdcl.types import Pair


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
