"""The losses of SDCL (arXiv 2210.17168, section 3) as pure functions."""

import torch
import torch.nn.functional as F
from torch import Tensor

NEGATIVES = ("sentence", "corrupted", "batch")


def character_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of the right characters: L_x and L_y.

    logits (Tensor): Scores of the vocabulary, shape (characters, vocabulary).
    targets (Tensor): Ids of the right characters, shape (characters,); -100 is left out.
    RETURNS (Tensor): The mean over the characters that count, a scalar; 0 where none does.
    """
    count = (targets != -100).sum().clamp(min=1)
    return F.cross_entropy(logits.float(), targets, reduction="sum") / count


def contrastive_loss(
    wrong_states: Tensor,
    right_states: Tensor,
    is_wrong: Tensor,
    is_character: Tensor,
    *,
    temperature: float = 0.9,
    negatives: str = "sentence",
    detach_target: bool = False,
) -> Tensor:
    """Pull each wrong character's state to that of the right one: L_c.

    L_c = -mean_i log( exp(sim(h~_i, h_i) / t) / sum_j exp(sim(h~_i, h_j) / t) ) over the wrong
    characters i, where sim is the cosine.

    wrong_states (Tensor): States of the texts with errors, h~, shape (batch, length, width).
    right_states (Tensor): States of the correct texts, h, same shape.
    is_wrong (Tensor): True at the wrong characters, shape (batch, length).
    is_character (Tensor): True at characters; padding, [CLS] and [SEP] are never negatives.
    temperature (float): t.
    negatives (str): What j runs over. "sentence": the correct pass of the same sentence, the
        paper's formula. "corrupted": the other states of the wrong pass of the same sentence,
        and the positive. "batch": the correct pass of all sentences.
    detach_target (bool): Stop the gradient on the correct pass.
    RETURNS (Tensor): A scalar, 0 for a batch without errors.
    RAISES (ValueError): If `negatives` is none of the three.
    """
    if negatives not in NEGATIVES:
        raise ValueError(f"negatives is {negatives!r}, must be one of {', '.join(NEGATIVES)}.")
    if detach_target:
        right_states = right_states.detach()
    # Half precision would round cosines to three digits before the exponential.
    wrong = F.normalize(wrong_states.float(), dim=-1)
    right = F.normalize(right_states.float(), dim=-1)
    anchors = wrong[is_wrong]
    positive = (anchors * right[is_wrong]).sum(-1) / temperature
    if negatives == "batch":
        similarity = anchors @ right[is_character].T / temperature
    else:
        keys = right if negatives == "sentence" else wrong
        similarity = torch.bmm(wrong, keys.transpose(1, 2))[is_wrong] / temperature
        allowed = is_character.unsqueeze(1).expand(-1, is_wrong.shape[1], -1)[is_wrong]
        similarity = similarity.masked_fill(~allowed, -torch.inf)
        if negatives == "corrupted":
            # The anchor itself gives way to the positive.
            own = is_wrong.nonzero()[:, 1:]
            similarity = similarity.scatter(1, own, positive.unsqueeze(1))
    losses = torch.logsumexp(similarity, dim=-1) - positive
    return losses.sum() / max(len(anchors), 1)
