"""Batches of windows, padded to one length: what a network reads."""

from typing import NamedTuple

from torch import Tensor


class PairBatch(NamedTuple):
    """Misspelt and correct windows of texts, padded to one length.

    source_ids (Tensor): Ids of the texts with errors, [CLS] … [SEP], shape (batch, length).
    target_ids (Tensor): Ids of the correct texts, same shape.
    attention_mask (Tensor): True where there is no padding, same shape.
    is_character (Tensor): True at characters with an id of their own, same shape.
    """

    source_ids: Tensor
    target_ids: Tensor
    attention_mask: Tensor
    is_character: Tensor


class TextBatch(NamedTuple):
    """Windows of texts to be corrected, padded to one length.

    input_ids (Tensor): Ids, [CLS] … [SEP], shape (batch, length).
    attention_mask (Tensor): True where there is no padding, same shape; None for no padding.
    is_wanted (Tensor): True at the characters to be predicted, same shape.
    """

    input_ids: Tensor
    attention_mask: Tensor | None
    is_wanted: Tensor
