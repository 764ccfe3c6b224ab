"""The registered architecture in training: its losses and their gradients."""

import numpy as np
import pytest
import torch
from thinc.api import Adam
from tiny import PAIRS

from spacy_sdcl.model.architecture import SDCL, get_network
from spacy_sdcl.model.encoding import encode_pairs
from spacy_sdcl.model.losses import NEGATIVES, character_loss, contrastive_loss
from spacy_sdcl.types import Pair

SETTINGS = {"temperature": 0.9, "negatives": "sentence", "detach_target": False}


def make_model(path, **settings):
    model = SDCL(str(path), **settings)
    model.initialize()
    return model


@pytest.mark.parametrize("fusion", ["product", "none"])
@pytest.mark.parametrize("negatives", NEGATIVES)
def test_training_returns_the_three_losses_of_the_formulas(untrained_dir, fusion, negatives):
    model = make_model(untrained_dir, fusion=fusion, negatives=negatives, temperature=0.5)
    losses, _ = model.begin_update(PAIRS)
    network = get_network(model)
    batch = encode_pairs(PAIRS, network.vocabulary, network.window)
    states = []
    for ids in (batch.source_ids, batch.target_ids):
        embeddings = network.encoder.bert.embeddings.word_embeddings.weight[ids]
        inputs = embeddings + network.bigram_embeddings(ids)
        mask = batch.attention_mask.long()
        hidden = network.encoder.bert(inputs_embeds=inputs, attention_mask=mask)[0]
        if fusion == "product":
            hidden = hidden * embeddings
        states.append(hidden)
    targets = batch.target_ids.masked_fill(~batch.is_character, -100).flatten()
    expected = [
        character_loss(network.encoder.cls(hidden).flatten(0, 1), targets) for hidden in states
    ]
    expected.append(
        contrastive_loss(
            *states,
            batch.source_ids != batch.target_ids,
            batch.is_character,
            temperature=0.5,
            negatives=negatives,
        )
    )
    assert losses.shape == (3,)
    assert losses.dtype == np.float32
    assert losses.tolist() == pytest.approx([each.item() for each in expected], abs=1e-5)


def test_the_gradient_of_the_losses_is_weighted(untrained_dir):
    gradients = []
    for weights in ([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 2, 0.5]):
        model = make_model(untrained_dir)
        losses, backprop = model.begin_update(PAIRS)
        backprop(np.asarray(weights, dtype=losses.dtype))
        embeddings = get_network(model).encoder.get_input_embeddings()
        gradients.append(embeddings.weight.grad.clone())
    assert torch.allclose(
        gradients[0] + 2 * gradients[1] + 0.5 * gradients[2], gradients[3], atol=1e-6
    )
    assert all(gradient.abs().max() > 1e-4 for gradient in gradients[:3])


def test_the_contrast_keeps_off_the_correct_pass_where_it_is_detached(untrained_dir):
    gradients = []
    for detach in (False, True):
        model = make_model(untrained_dir, detach_target=detach)
        losses, backprop = model.begin_update(PAIRS)
        backprop(np.asarray([0, 0, 1], dtype=losses.dtype))
        gradients.append(get_network(model).encoder.get_input_embeddings().weight.grad.clone())
    assert not torch.allclose(*gradients, atol=1e-5)


def test_batch_mates_and_padding_do_not_change_the_losses(tiny_network):
    def losses(*pairs):
        batch = encode_pairs(pairs, tiny_network.vocabulary, tiny_network.window)
        with torch.no_grad():
            return tiny_network.losses(batch, **SETTINGS)

    # Equal numbers of characters and of errors, so that means of means are means.
    first, second = PAIRS[0], Pair("他门去北京。!", "他们去北京。!")
    longer = Pair("我" * 40, "我" * 40)
    expected = (losses(first) + losses(second)) / 2
    assert torch.allclose(losses(first, second), expected, atol=1e-5)
    padded = losses(first, second, longer)[2]
    assert torch.allclose(padded, expected[2], atol=1e-5)


def test_training_marks_the_network_as_trained(untrained_dir):
    model = make_model(untrained_dir)
    losses, backprop = model.begin_update(PAIRS)
    assert not get_network(model).trained
    backprop(np.ones_like(losses))
    assert get_network(model).trained


def test_training_lowers_the_losses(untrained_dir):
    model = make_model(untrained_dir)
    optimizer = Adam(0.01)
    totals = []
    for _ in range(20):
        losses, backprop = model.begin_update(PAIRS)
        backprop(np.asarray([1, 1, 0.5], dtype=losses.dtype))
        model.finish_update(optimizer)
        totals.append(losses)
    assert (totals[-1] < totals[0]).all()
