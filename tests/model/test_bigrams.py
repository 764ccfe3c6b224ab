"""Embeddings of pairs: the right rows at the right places, stored and restored."""

import numpy as np
import pytest
import safetensors.numpy
import torch
from tiny import COMMON_CHARACTERS, TINY_ENCODER, make_tiny_network

from spacy_sdcl.model.bigrams import BigramEmbeddings
from spacy_sdcl.model.vocabulary import Vocabulary
from spacy_sdcl.model.weights import build_network, network_from_bytes, network_to_bytes

VOCABULARY = Vocabulary.from_characters(COMMON_CHARACTERS)


def keys_of(*pairs):
    ids = [VOCABULARY.encode(pair) for pair in pairs]
    return np.sort(np.array([left * len(VOCABULARY) + right for left, right in ids]))


def read(text):
    return torch.from_numpy(VOCABULARY.encode(text)[None])


def test_halves_go_to_the_two_characters_of_a_pair():
    table = BigramEmbeddings(np.array([1 * 10 + 2, 2 * 10 + 3]), 10, 4)
    with torch.no_grad():
        table.weight.copy_(torch.tensor([[1.0, 2, 3, 4], [5, 6, 7, 8], [-1, -2, -3, -4]]))
    # The pairs (1, 2) and (2, 3) are in the table, (3, 9) is not.
    output = table(torch.tensor([[1, 2, 3, 9]]))
    expected = [[0, 0, 3, 4], [1, 2, 7, 8], [5, 6, -3, -4], [-1, -2, -3, -4]]
    assert output.tolist() == [expected]


def test_a_pair_is_found_wherever_its_key_stands():
    keys = np.array([0, 7, 55, 99])
    table = BigramEmbeddings(keys, 10, 2)
    found = table.rows(torch.tensor([[0, 0, 7, 5, 5, 9, 9], [9, 8, 0, 0, 0, 0, 0]]))
    assert found.tolist() == [[0, 1, 4, 2, 4, 3], [4, 4, 0, 0, 0, 0]]


def test_a_text_of_one_id_has_no_pairs():
    assert BigramEmbeddings(np.array([1]), 10, 2)(torch.tensor([[3]])).tolist() == [[[0.0, 0.0]]]


def test_what_follows_the_end_is_not_seen():
    table = BigramEmbeddings(keys_of("我们"), len(VOCABULARY), 4)
    torch.nn.init.normal_(table.weight)
    ids = read("我们学习")
    padded = torch.nn.functional.pad(ids, (0, 3), value=VOCABULARY.pad)
    torch.testing.assert_close(table(padded)[:, : ids.shape[1]], table(ids), rtol=0, atol=0)


def test_new_bigrams_change_nothing_that_was_learnt():
    def build(**settings):
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return build_network(TINY_ENCODER, VOCABULARY, **settings)

    without, with_them = build(), build(bigram_keys=keys_of("天天", "我们"))
    ids = read("我们天天学习")
    torch.testing.assert_close(without.states(ids, None), with_them.states(ids, None))


@pytest.mark.parametrize("storage", ["float32", "int8"])
def test_bigrams_are_stored_with_the_network(storage):
    network = make_tiny_network(bigram_keys=keys_of("天天", "我们", "学习"))
    assert network.bigram_embeddings is not None
    with torch.random.fork_rng():
        torch.manual_seed(0)
        torch.nn.init.normal_(network.bigram_embeddings.weight)
    restored = network_from_bytes(network_to_bytes(network, storage=storage))
    ids = read("我们天天学习")
    tolerance = 0.0 if storage == "float32" else 0.02
    states = network.states(ids, None)
    torch.testing.assert_close(restored.states(ids, None), states, rtol=0, atol=tolerance)
    assert (make_tiny_network().states(ids, None) - states).abs().max() > 5 * tolerance


def test_keys_are_stored_in_half_the_room_and_read_as_before():
    network = make_tiny_network(bigram_keys=keys_of("天天", "我们", "学习"))
    data = network_to_bytes(network)
    keys = safetensors.numpy.load(data)["bigrams.keys"]
    assert keys.dtype == np.uint32
    restored = network_from_bytes(data).bigram_embeddings.keys
    assert restored.dtype == torch.int64
    assert torch.equal(restored, network.bigram_embeddings.keys)


def test_keys_of_larger_vocabularies_are_stored_whole():
    keys = np.array([1, 2**32])
    data = network_to_bytes(make_tiny_network(bigram_keys=keys))
    assert network_from_bytes(data).bigram_embeddings.keys.tolist() == keys.tolist()


def test_unsigned_keys_that_do_not_ascend_are_refused():
    with pytest.raises(ValueError, match="must ascend"):
        BigramEmbeddings(np.array([3, 2], dtype=np.uint32), 10, 4)


@pytest.mark.parametrize(("keys", "width"), [([3, 2], 4), ([2, 2], 4), ([1, 2], 3)])
def test_keys_that_do_not_ascend_and_odd_widths_are_refused(keys, width):
    with pytest.raises(ValueError, match=r"Bigrams need|must ascend"):
        BigramEmbeddings(np.array(keys), 10, width)


def test_rows_of_bigrams_learn():
    network = make_tiny_network(bigram_keys=keys_of("我们"))
    ids = read("我们学习")
    network.states(ids, None).square().sum().backward()
    assert network.bigram_embeddings.weight.grad.abs().sum(1).gt(0).all()
