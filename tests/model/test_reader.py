"""A network laid out for reading computes what its own modules do, whatever happens to its weights."""

import copy
import time

import pytest
import torch
from thinc.api import Adam
from tiny import MODERNBERT, PAIRS, make_examples, make_loaded, make_tiny_network

from spacy_sdcl.model import integers, products, rows
from spacy_sdcl.model.architecture import get_network
from spacy_sdcl.model.integers import Int7Product, Int8Product
from spacy_sdcl.model.predictions import reader_of
from spacy_sdcl.model.products import (
    PackedProduct,
    PlainProduct,
    make_product,
    warn_of_full_precision,
)
from spacy_sdcl.model.reader import PLACES_AT_ONCE, Reader
from spacy_sdcl.model.rows import round_up

# Both are there on every processor for which torch has oneDNN, if slower than full precision.
KINDS = [Int8Product] + [Int7Product] * products.has_packed_products()


def make_batch(network, *, rows=3, length=20, padded=True):
    ids = torch.randint(5, len(network.vocabulary), (rows, length))
    mask = None
    if padded:
        lengths = torch.tensor([length, length - 7, 3])[:rows]
        mask = torch.arange(length) < lengths[:, None]
        ids = ids.where(mask, torch.tensor(network.vocabulary.pad))
    return ids, mask


def read_all(network, ids):
    return reader_of(network).states(ids, None, torch.ones_like(ids, dtype=torch.bool))


@pytest.fixture(params=["product", "none", "no bigrams", "modernbert"])
def network(request):
    torch.manual_seed(3)
    settings = {}
    if request.param == "no bigrams":
        settings["bigram_keys"] = None
    if request.param == "modernbert":
        settings["encoder"] = MODERNBERT
    settings["fusion"] = "product" if request.param == "product" else "none"
    return make_tiny_network(**settings).eval()


@pytest.mark.parametrize("padded", [False, True])
@torch.no_grad()
def test_states_and_scores_are_those_of_the_modules(network, padded):
    ids, mask = make_batch(network, padded=padded)
    expected = network.states(ids, mask)
    seen = torch.ones_like(ids, dtype=torch.bool) if mask is None else mask
    # Some places, so that those that are left out are seen to be.
    for wanted in (seen, seen & (torch.arange(ids.shape[1]) % 3 > 0), torch.zeros_like(seen)):
        states = reader_of(network).states(ids, mask, wanted)
        torch.testing.assert_close(states, expected[wanted], atol=1e-5, rtol=1e-4)
    some = expected[seen]
    logits = network.logits(some)[:, network.candidates]
    torch.testing.assert_close(reader_of(network).logits(some), logits, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_states_are_the_same_where_windows_are_padded(network, monkeypatch):
    ids, mask = make_batch(network)
    monkeypatch.setattr(rows, "has_rows_of_its_own", lambda device: False)
    states = reader_of(network).states(ids, mask, mask)
    torch.testing.assert_close(states, network.states(ids, mask)[mask], atol=1e-5, rtol=1e-4)


def test_windows_of_one_length_are_attended_to_at_once_and_no_padding_is_read():
    ids = torch.arange(1, 21).view(4, 5)
    mask = torch.arange(5) < torch.tensor([3, 3, 5, 2])[:, None]
    laid = rows.lay_rows(ids, mask)
    assert laid.groups == [(2, 3), (1, 5), (1, 2)]
    assert laid.ids.tolist() == [1, 2, 3, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17]
    assert laid.places.tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 4, 0, 1]
    chosen = torch.zeros(4, 5, dtype=torch.bool)
    chosen[1, 2] = chosen[3, 0] = True
    assert laid.pick(chosen).tolist() == [5, 11]


@torch.no_grad()
def test_the_best_candidates_are_found_in_any_number_of_places(tiny_network):
    network = tiny_network.eval()
    states = torch.randn(2 * PLACES_AT_ONCE + 1, 32)
    expected = network.logits(states)[:, network.candidates].argmax(-1)
    assert reader_of(network).best(states).tolist() == expected.tolist()
    assert reader_of(network).best(states[:0]).tolist() == []


def test_a_reader_is_made_once(tiny_network):
    assert reader_of(tiny_network) is reader_of(tiny_network)
    assert reader_of(tiny_network) is not reader_of(tiny_network, quantization="int8")


def test_a_copy_does_not_share_the_reader(tiny_network):
    reader = reader_of(tiny_network)
    other = copy.deepcopy(tiny_network)
    assert reader_of(other) is not reader
    assert reader_of(tiny_network) is reader


@torch.no_grad()
def test_a_weight_that_is_written_to_is_seen(tiny_network):
    network = tiny_network.eval()
    ids, _ = make_batch(network, padded=False)
    before = read_all(network, ids)
    network.encoder.bert.encoder.layer[1].output.dense.bias[0].add_(1.0)
    after = read_all(network, ids)
    assert not torch.allclose(before, after)
    torch.testing.assert_close(after, network.states(ids, None).flatten(0, 1), atol=1e-5, rtol=1e-4)


def check_current(nlp):
    network = get_network(nlp.get_pipe("sdcl_corrector").model)
    network.eval()
    with torch.no_grad():
        ids, _ = make_batch(network, padded=False)
        torch.testing.assert_close(
            read_all(network, ids), network.states(ids, None).flatten(0, 1), atol=1e-5, rtol=1e-4
        )


def test_predictions_follow_training_step_by_step(untrained_dir):
    nlp = make_loaded(untrained_dir)
    examples = make_examples(nlp)
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.01
    for _ in range(3):
        # Gradients are kept, something is predicted, and only then are the weights updated.
        nlp.update(examples, sgd=None)
        nlp(PAIRS[0].source)
        check_current(nlp)
        nlp.get_pipe("sdcl_corrector").finish_update(optimizer)
        check_current(nlp)


def test_predictions_follow_averaged_weights(untrained_dir):
    nlp = make_loaded(untrained_dir)
    examples = make_examples(nlp)
    nlp.initialize(lambda: examples)
    optimizer = Adam(0.05, use_averages=True)
    for _ in range(5):
        nlp.update(examples, sgd=optimizer)
    nlp(PAIRS[0].source)
    assert optimizer.averages
    with nlp.use_params(optimizer.averages):
        check_current(nlp)
    check_current(nlp)


# Products


@pytest.fixture
def matrix():
    torch.manual_seed(0)
    return torch.randn(24, 16), torch.randn(24), torch.randn(9, 16)


@pytest.mark.parametrize("gelu", [False, True])
@pytest.mark.parametrize("has_bias", [False, True])
def test_every_product_is_the_product(matrix, gelu, has_bias):
    weight, bias, rows = matrix
    expected = torch.nn.functional.linear(rows, weight, bias if has_bias else None)
    if gelu:
        expected = torch.nn.functional.gelu(expected)
    made = make_product(weight, bias if has_bias else None, quantization=None)
    torch.testing.assert_close(made(rows, gelu=gelu), expected, atol=1e-5, rtol=1e-4)
    plain = PlainProduct(weight, bias if has_bias else torch.zeros(24))
    torch.testing.assert_close(plain(rows, gelu=gelu), expected)
    for kind in KINDS:
        quantized = kind(weight, bias if has_bias else torch.zeros(24))
        difference = (quantized(rows, gelu=gelu) - expected).abs().max()
        assert 0 < difference < 0.3


@pytest.mark.parametrize("fuses", [False, True])
def test_gelu_is_the_same_within_the_product_and_after_it(matrix, monkeypatch, fuses):
    weight, bias, rows = matrix
    monkeypatch.setattr(products, "fuses_gelu", lambda: fuses)
    expected = torch.nn.functional.gelu(torch.nn.functional.linear(rows, weight, bias))
    made = make_product(weight, bias, quantization=None)
    torch.testing.assert_close(made(rows, gelu=True), expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_int8_does_not_depend_on_the_others(matrix, kind):
    weight, bias, rows = matrix
    product = kind(weight, bias)
    large = torch.cat([rows, 1000 * rows])
    assert torch.equal(product(large)[:9], product(rows))


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_zeros_is_the_bias_in_int8(matrix, kind):
    weight, bias, _ = matrix
    assert torch.equal(kind(weight, bias)(torch.zeros(1, 16))[0], bias)


def test_matrices_are_packed_where_torch_can(matrix, monkeypatch):
    weight, bias, _ = matrix
    kinds = []
    for has_packed in (True, False):
        monkeypatch.setattr(products, "has_packed_products", lambda value=has_packed: value)
        kinds.append(type(make_product(weight, bias, quantization=None)))
    assert kinds == [PackedProduct, PlainProduct]


def test_a_build_of_torch_without_packed_products_is_found_out(monkeypatch):
    def refuse(*args):
        raise NotImplementedError

    monkeypatch.setattr(products, "_has_packed", None)
    monkeypatch.setattr(products.PackedProduct, "__init__", refuse)
    assert not products.has_packed_products()


@pytest.mark.parametrize("kind", KINDS)
def test_the_largest_integers_are_added_up_in_full(kind):
    assert integers.is_right(kind)


def test_integers_that_are_cut_off_are_found_out(monkeypatch):
    class CutOff(Int8Product):
        def __call__(self, rows, *, gelu=False):
            return super().__call__(rows).clamp(max=50)

    assert integers.is_right(Int8Product)
    assert not integers.is_right(CutOff)
    monkeypatch.delattr(torch, "_int_mm")
    assert not integers.is_right(Int8Product)


@pytest.mark.parametrize(
    ("vnni", "right", "faster", "expected"),
    [
        (True, False, False, Int8Product),
        (False, True, True, Int7Product),
        (False, True, False, None),
        (False, False, True, None),
    ],
)
def test_the_product_of_integers_is_the_one_for_the_processor(
    monkeypatch, vnni, right, faster, expected
):
    monkeypatch.setattr(products, "_kinds", {})
    monkeypatch.setattr(products, "has_vnni", lambda: vnni)
    monkeypatch.setattr(products, "is_right", lambda kind: right)
    monkeypatch.setattr(products, "_is_faster", lambda kind, width_out, width_in: faster)
    assert products.integer_kind(16, 8) is expected
    # It is chosen once.
    monkeypatch.setattr(products, "_is_faster", lambda kind, width_out, width_in: not faster)
    assert products.integer_kind(16, 8) is expected


def test_each_matrix_is_in_integers_where_that_is_faster_and_a_network_without_any_says_so(
    monkeypatch, caplog, tiny_network
):
    widened = tiny_network.encoder.config.intermediate_size
    for largest in (widened, None):
        warn_of_full_precision.cache_clear()
        found = {widened: Int8Product} if largest else {}
        monkeypatch.setattr(products, "integer_kind", lambda out, _, found=found: found.get(out))
        reader = Reader(tiny_network, quantization="int8")
        kinds = {type(layer.widen) for layer in reader.layers}
        assert (kinds == {Int8Product}) == bool(largest)
        assert not isinstance(reader.layers[0].narrow, Int8Product)
        assert ("full precision is used instead" in caplog.text) == (largest is None)
    caplog.clear()
    Reader(tiny_network, quantization="int8")
    assert not caplog.text


def test_a_product_that_is_slower_than_full_precision_is_not_faster(monkeypatch):
    class Slow(Int8Product):
        def __call__(self, rows, *, gelu=False):
            time.sleep(0.1)
            return rows

    class Nothing(Int8Product):
        def __call__(self, rows, *, gelu=False):
            return rows

    assert not products._is_faster(Slow, 1024, 256)
    assert products._is_faster(Nothing, 1024, 256)


def test_a_processor_without_fast_integers_reads_exactly(matrix, monkeypatch):
    weight, bias, rows = matrix
    monkeypatch.setattr(products, "integer_kind", lambda width_out, width_in: None)
    product = make_product(weight, bias, quantization="int8")
    expected = torch.nn.functional.linear(rows, weight, bias)
    torch.testing.assert_close(product(rows), expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(("count", "rounded"), [(0, 0), (1, 8), (8, 8), (33, 64), (64, 64)])
def test_products_have_a_round_number_of_rows_and_return_those_that_were_given(count, rounded):
    rows = torch.randn(count, 16)
    assert len(round_up(rows)) == rounded
    assert torch.equal(round_up(rows)[:count], rows)
    weight, bias = torch.randn(24, 16), torch.randn(24)
    for quantization in (None, "int8"):
        product = make_product(weight, bias, quantization=quantization)
        assert product(rows).shape == (count, 24)
