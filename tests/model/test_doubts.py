"""What a network says of the places where it is not sure: for whoever weighs it with other evidence."""

import numpy as np
import pytest
import torch
from tiny import PAIRS

from spacy_sdcl.model.architecture import SDCL, get_network
from spacy_sdcl.model.reading import read_doubts

TEXTS = [pair.source for pair in PAIRS] + ["", "abc，", PAIRS[2].source * 30]


def make_model(directory):
    model = SDCL(str(directory))
    model.initialize()
    return model


def probabilities_of(network, text):
    """The slow way: one text, all places, the whole softmax."""
    ids = np.concatenate(
        [[network.vocabulary.cls], network.vocabulary.encode(text), [network.vocabulary.sep]]
    )
    with torch.no_grad():
        states = network.eval().states(torch.from_numpy(ids)[None], None)[0, 1:-1]
        return network.logits(states)[:, network.candidates].softmax(-1), ids[1:-1]


def test_all_places_of_doubt_are_named_with_what_is_likely_there(untrained_dir):
    model = make_model(untrained_dir)
    network = get_network(model)
    text = PAIRS[2].source
    scores, ids = probabilities_of(network, text)
    own = {
        start: float(scores[start, network.candidate_index[ids[start]]])
        for start in range(len(text))
        if network.vocabulary.is_candidate[ids[start]]
    }
    doubt = float(np.median(list(own.values())))
    found = read_doubts(model, [text], doubt=doubt)
    assert found.start.tolist() == [start for start, score in own.items() if score < doubt]
    for start, points, logs, written in zip(
        found.start, found.candidates, found.log_p, found.log_written, strict=True
    ):
        best = scores[start].topk(points.size)
        assert np.exp(logs) == pytest.approx(best.values.numpy(), abs=1e-5)
        tokens = [network.vocabulary.tokens[network.candidates[i]] for i in best.indices]
        assert [chr(point) for point in points] == tokens
        assert np.exp(written) == pytest.approx(own[start], abs=1e-5)


def test_places_stand_in_the_order_of_the_texts(untrained_dir):
    found = read_doubts(make_model(untrained_dir), TEXTS, doubt=1.0)
    order = list(zip(found.text.tolist(), found.start.tolist(), strict=True))
    assert order == sorted(set(order))
    # Every Chinese character with an id, the long text's in several windows too.
    assert {number for number, _ in order} == {*range(len(PAIRS)), len(TEXTS) - 1}


def test_a_text_is_doubted_the_same_alone_and_among_others(untrained_dir):
    model = make_model(untrained_dir)
    together = read_doubts(model, TEXTS, doubt=1.0)
    for number, text in enumerate(TEXTS):
        alone = read_doubts(model, [text], doubt=1.0)
        own = together.text == number
        assert alone.start.tolist() == together.start[own].tolist()
        np.testing.assert_allclose(alone.log_written, together.log_written[own], atol=1e-4)


@pytest.mark.parametrize("texts", [[], [""], ["abc"], ["，。"]])
def test_nothing_to_doubt_is_no_trouble(untrained_dir, texts):
    found = read_doubts(make_model(untrained_dir), texts)
    assert len(found.text) == len(found.candidates) == len(found.log_written) == 0
