"""What else is in a batch, and how much padding that brings, changes no probability."""

from collections import defaultdict
from pathlib import Path

import pytest
import torch
from tiny import MODERNBERT, make_tiny_network

from spacy_sdcl.model import products
from spacy_sdcl.model.architecture import SDCL
from spacy_sdcl.model.encoding import cut_windows, encode_windows, group_windows
from spacy_sdcl.model.integers import Int7Product, Int8Product
from spacy_sdcl.model.predictions import reader_of
from spacy_sdcl.model.weights import load_network

ASSETS = Path(__file__).parents[2] / "project" / "assets"
# Sums of floats differ by the order in which they are added up, and by no more.
TOLERANCE = 1e-5
# Read by the modules that training runs, with padding, in place of the layout of reader.py.
TRAINING = "training"
SENTENCES = [
    line.split("\t")[0] for line in (ASSETS / "pairs.tsv").read_text("utf-8").splitlines()
][:24]


@pytest.fixture(scope="module", params=["embedded", "tiny", "modernbert"])
def network(request):
    if request.param == "embedded":
        return load_network("zh_sdcl_sm").eval()
    return make_decided(**({"encoder": MODERNBERT} if request.param == "modernbert" else {}))


def make_decided(**settings):
    """A random network with large weights: with small ones all candidates are about as likely, and
    a difference of 1e-5 would be no small one."""
    network = make_tiny_network(**settings).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim == 2:
                parameter.mul_(10)
        network.decoder.weight.mul_(5)
    return network


def make_texts(window):
    """Texts of one character and more, of a window to the character, and of several windows."""
    long = "".join(SENTENCES)
    texts = [SENTENCES[0][:length] for length in (1, 2, 3)] + SENTENCES[:4]
    texts += [long[: window + more] for more in (-2, -1, 0, 1)]
    return [*texts, long[: 3 * window], "，" * 9 + "门", "门" + "，" * 9, "abc 门"]


def make_windows(network, texts):
    return [
        window
        for number, text in enumerate(texts)
        for window in cut_windows(text, network.window, number=number)
    ]


@torch.no_grad()
def read(network, texts, group, by=None):
    """The probabilities of all candidates at the places of each window of a group."""
    ids = [network.vocabulary.encode(text) for text in texts]
    batch = encode_windows(group, ids, network.vocabulary)
    if by == TRAINING:
        ids, mask, is_wanted = batch
        states, logits = network.states(ids, mask)[is_wanted], network.logits
    else:
        reader = reader_of(network, quantization=by)
        states, logits = reader.states(*batch), reader.logits
    rows = states.split(batch.is_wanted.sum(1).tolist())
    return {window: logits(part).softmax(-1) for window, part in zip(group, rows, strict=True)}


def groups_of_every_shape(windows):
    yield "all in one", windows
    yield "backwards", windows[::-1]
    longest = max(windows, key=lambda window: window.end - window.start)
    for window in windows:
        yield "beside the longest", [window, longest]
    for characters in (1, 300, 1536):
        for pads in (True, False):
            for group in group_windows(windows, characters, pads=pads):
                yield f"in groups of {characters}, padded: {pads}", group
    for count in (2, 9):
        yield f"{count} of one length", [windows[5]] * count


def largest_differences(network, texts, by=None):
    """By the shape of the batch, how far a probability is from that of the window read alone."""
    windows = make_windows(network, texts)
    alone = {}
    for window in windows:
        alone |= read(network, texts, [window], by)
    assert max(part.max() for part in alone.values() if len(part)) > 0.9
    found = defaultdict(float)
    for shape, group in groups_of_every_shape(windows):
        for window, probabilities in read(network, texts, group, by).items():
            if len(probabilities):
                difference = (probabilities - alone[window]).abs().max().item()
                found[shape] = max(found[shape], difference)
    assert len(found) > 5
    return found


def test_a_text_is_read_alone_as_in_batches_of_every_shape(network):
    found = largest_differences(network, make_texts(network.window))
    assert max(found.values()) < TOLERANCE, found


def test_training_reads_a_text_alone_as_in_batches_of_every_shape(network):
    found = largest_differences(network, make_texts(network.window), TRAINING)
    assert max(found.values()) < TOLERANCE, found


def test_with_8_bits_a_text_is_read_alone_as_in_batches_of_every_shape(monkeypatch):
    # The product of integers is there on every processor, if slower than that of floats.
    kinds = [Int8Product] + [Int7Product] * products.has_packed_products()
    for kind in kinds:
        monkeypatch.setattr(products, "integer_kind", lambda out, _, kind=kind: kind)
        network = make_decided()
        found = largest_differences(network, make_texts(network.window), "int8")
        assert max(found.values()) < TOLERANCE, found


@pytest.mark.parametrize("batch_characters", [1, 100, 10_000])
def test_predictions_are_those_of_the_text_alone(batch_characters):
    model, alone = (SDCL(batch_characters=each) for each in (batch_characters, 1536))
    for each in (model, alone):
        each.initialize()
    texts = make_texts(128)
    found = model.predict(texts)
    assert sum(map(len, found)) > 20
    for text, predictions in zip(texts, found, strict=True):
        [expected] = alone.predict([text])
        assert [each.start for each in predictions] == [each.start for each in expected]
        for one, other in zip(predictions, expected, strict=True):
            assert one.candidates[0].target == other.candidates[0].target
            assert one.candidates[0].score == pytest.approx(
                other.candidates[0].score, abs=TOLERANCE
            )
            assert one.source_score == pytest.approx(other.source_score, abs=TOLERANCE)
