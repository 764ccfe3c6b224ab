"""The losses against slow loops, written from the formulas of the paper."""

import math

import pytest
import torch

from spacy_sdcl.model.losses import NEGATIVES, character_loss, contrastive_loss

BATCH, LENGTH, WIDTH = 3, 7, 5
# Row 0 is full, row 1 is padded and has no error, row 2 is short and has two errors.
LENGTHS = (7, 5, 4)
WRONG_PLACES = ((0, 1), (0, 5), (2, 1), (2, 2))


def make_batch(seed=0, dtype=torch.float32):
    """States of both passes, errors and characters, with [CLS] first and [SEP] last in a row."""
    generator = torch.Generator().manual_seed(seed)
    wrong, right = torch.randn(2, BATCH, LENGTH, WIDTH, generator=generator, dtype=dtype) * 3
    is_character = torch.zeros(BATCH, LENGTH, dtype=torch.bool)
    for row, length in enumerate(LENGTHS):
        is_character[row, 1 : length - 1] = True
    is_wrong = torch.zeros_like(is_character)
    for place in WRONG_PLACES:
        is_wrong[place] = True
    return wrong, right, is_wrong, is_character


def cosine(a, b):
    return (a @ b) / (a.norm() * b.norm())


def slow_contrastive_loss(wrong, right, is_wrong, is_character, temperature, negatives, detach):
    """L_c = -mean_i log( exp(sim(h~_i, h_i) / t) / sum_j exp(sim(h~_i, h_j) / t) ), in float64."""
    if detach:
        right = right.detach()
    batch, length = is_wrong.shape
    terms = []
    for b in range(batch):
        for i in range(length):
            if not is_wrong[b, i]:
                continue
            anchor, positive = wrong[b, i], right[b, i]
            if negatives == "sentence":
                others = [right[b, j] for j in range(length) if is_character[b, j]]
            elif negatives == "corrupted":
                others = [positive]
                others += [wrong[b, j] for j in range(length) if is_character[b, j] and j != i]
            else:
                others = [
                    right[c, j] for c in range(batch) for j in range(length) if is_character[c, j]
                ]
            total = sum(torch.exp(cosine(anchor, other) / temperature) for other in others)
            terms.append(-torch.log(torch.exp(cosine(anchor, positive) / temperature) / total))
    return sum(terms) / len(terms)


@pytest.mark.parametrize("negatives", NEGATIVES)
@pytest.mark.parametrize("detach", [False, True])
@pytest.mark.parametrize("temperature", [0.9, 0.1, 2.0])
def test_contrastive_loss_and_its_gradient_equal_the_formula(negatives, detach, temperature):
    wrong, right, is_wrong, is_character = make_batch()
    leaves = [wrong.clone().requires_grad_(), right.clone().requires_grad_()]
    loss = contrastive_loss(
        *leaves,
        is_wrong,
        is_character,
        temperature=temperature,
        negatives=negatives,
        detach_target=detach,
    )
    loss.backward()
    slow_leaves = [wrong.double().requires_grad_(), right.double().requires_grad_()]
    slow = slow_contrastive_loss(
        *slow_leaves, is_wrong, is_character, temperature, negatives, detach
    )
    slow.backward()
    assert loss.double().item() == pytest.approx(slow.item(), abs=1e-6)
    for leaf, slow_leaf in zip(leaves, slow_leaves, strict=True):
        gradient, slow_gradient = (
            torch.zeros(BATCH, LENGTH, WIDTH) if each.grad is None else each.grad
            for each in (leaf, slow_leaf)
        )
        assert torch.allclose(gradient.double(), slow_gradient.double(), rtol=0, atol=1e-6)
    # Not all zeros on both sides.
    assert leaves[0].grad.abs().max() > 1e-3
    assert (leaves[1].grad is None) == detach


@pytest.mark.parametrize("negatives", NEGATIVES)
def test_a_sentence_of_one_character_has_only_itself_as_its_positive(negatives):
    states = torch.randn(2, 1, 3, WIDTH)
    place = torch.tensor([[False, True, False]])
    assert contrastive_loss(*states, place, place, negatives=negatives).item() == pytest.approx(
        0, abs=1e-6
    )


@pytest.mark.parametrize("negatives", NEGATIVES)
def test_padding_and_special_tokens_change_nothing(negatives):
    wrong, right, is_wrong, is_character = make_batch()
    expected = contrastive_loss(wrong, right, is_wrong, is_character, negatives=negatives)
    wrong, right = wrong.clone(), right.clone()
    wrong[~is_character] = 1e4
    right[~is_character] = 0.0
    more = torch.full((BATCH, 3, WIDTH), -7.0)
    none = torch.zeros(BATCH, 3, dtype=torch.bool)
    padded = contrastive_loss(
        torch.cat([wrong, more], 1),
        torch.cat([right, more], 1),
        torch.cat([is_wrong, none], 1),
        torch.cat([is_character, none], 1),
        negatives=negatives,
    )
    assert padded.item() == pytest.approx(expected.item(), abs=1e-6)


@pytest.mark.parametrize("negatives", ["sentence", "corrupted"])
def test_other_sentences_of_the_batch_change_nothing(negatives):
    batch = make_batch()
    together = contrastive_loss(*batch, negatives=negatives)
    alone = [
        contrastive_loss(*(part[row : row + 1] for part in batch), negatives=negatives)
        for row in (0, 2)
    ]
    # Two errors in each of the two, so that the mean of all is the mean of the two.
    assert together.item() == pytest.approx(sum(alone).item() / 2, abs=1e-6)


def test_all_sentences_of_the_batch_are_negatives_where_the_setting_says_so():
    wrong, right, is_wrong, is_character = make_batch()
    expected = contrastive_loss(wrong, right, is_wrong, is_character, negatives="batch")
    right = right.clone()
    right[1] = -right[1]
    changed = contrastive_loss(wrong, right, is_wrong, is_character, negatives="batch")
    assert abs(changed.item() - expected.item()) > 1e-3


@pytest.mark.parametrize("negatives", NEGATIVES)
@pytest.mark.parametrize("characters", [True, False])
def test_a_batch_without_errors_gives_zero_with_a_zero_gradient(negatives, characters):
    wrong, right, is_wrong, is_character = make_batch()
    wrong.requires_grad_()
    right.requires_grad_()
    loss = contrastive_loss(
        wrong,
        right,
        torch.zeros_like(is_wrong),
        is_character & characters,
        negatives=negatives,
    )
    assert loss.item() == 0
    loss.backward()
    for states in (wrong, right):
        assert states.grad is None or torch.equal(states.grad, torch.zeros_like(states))


@pytest.mark.parametrize("negatives", NEGATIVES)
def test_states_in_half_precision_are_compared_in_single(negatives):
    wrong, right, is_wrong, is_character = make_batch()
    wrong, right = wrong.half(), right.half()
    loss = contrastive_loss(wrong, right, is_wrong, is_character, negatives=negatives)
    single = contrastive_loss(
        wrong.float(), right.float(), is_wrong, is_character, negatives=negatives
    )
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(single.item(), abs=1e-6)


def test_an_unknown_kind_of_negatives_is_refused():
    with pytest.raises(ValueError, match="must be one of sentence, corrupted, batch"):
        contrastive_loss(*make_batch(), negatives="document")


def test_character_loss_is_the_mean_of_the_negative_log_probabilities():
    logits = torch.randn(6, 11, generator=torch.Generator().manual_seed(0))
    targets = torch.tensor([3, 0, -100, 10, 3, -100])
    expected = []
    for row, target in zip(logits.double().tolist(), targets.tolist(), strict=True):
        if target != -100:
            expected.append(-math.log(math.exp(row[target]) / sum(math.exp(x) for x in row)))
    assert character_loss(logits, targets).item() == pytest.approx(
        sum(expected) / len(expected), abs=1e-6
    )


@pytest.mark.parametrize("targets", [[], [-100, -100]])
def test_character_loss_of_nothing_is_zero_with_a_zero_gradient(targets):
    logits = torch.randn(len(targets), 4, requires_grad=True)
    loss = character_loss(logits, torch.tensor(targets, dtype=torch.long))
    assert loss.item() == 0
    loss.backward()
    assert torch.equal(logits.grad, torch.zeros_like(logits))
