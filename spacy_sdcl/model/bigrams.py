"""Embeddings of common pairs of neighbouring characters, added to those of the characters.

A character alone says little in Chinese; most words have two. A small encoder spends its layers on
finding out which words it reads. A table of pairs tells it at the cost of a lookup, and a pair that
is not in the table is a hint in itself that something may be misspelt. (Tables of n-grams beside
those of tokens: Clark et al. 2022, CANINE; Huang et al. 2025, arXiv 2501.16975.)
"""

import numpy as np
import torch
from torch import Tensor, nn


class BigramEmbeddings(nn.Module):
    """One embedding for each of the given pairs, and one for all others.

    Its first half goes to the pair's second character (what stands before it), the other half to the
    first character (what stands after it).

    keys (np.ndarray): The pairs, ascending, each as left id * vocabulary size + right id, shape
        (pairs,).
    vocabulary_size (int): Number of ids.
    width (int): Width of the characters' embeddings.
    RAISES (ValueError): If the keys do not ascend, or the width is odd.
    """

    keys: Tensor

    def __init__(self, keys: np.ndarray, vocabulary_size: int, width: int) -> None:
        super().__init__()
        # Differences of unsigned keys would wrap around.
        keys = keys.astype(np.int64)
        if (np.diff(keys) <= 0).any():
            raise ValueError("The keys of bigrams must ascend, each once.")
        if width % 2:
            raise ValueError(f"Bigrams need embeddings of even width, not {width}.")
        self.vocabulary_size = vocabulary_size
        self.register_buffer("keys", torch.from_numpy(keys), persistent=False)
        # Zeros: a network that was trained without them begins where it stood.
        self.weight = nn.Parameter(torch.zeros(len(keys) + 1, width))

    def forward(self, input_ids: Tensor) -> Tensor:
        """Look up the pairs that each character is in.

        input_ids (Tensor): Ids, shape (batch, length).
        RETURNS (Tensor): Shape (batch, length, width); zeros for what stands before the first.
        """
        rows = nn.functional.embedding(self.rows(input_ids), self.weight)
        before, after = rows.chunk(2, dim=-1)
        # What stands after the last token is a pair without a row of its own, as [SEP] and [PAD] are:
        # how much padding follows must not be seen.
        end = self.weight[-1, after.shape[-1] :].expand(len(input_ids), 1, -1)
        return torch.cat([nn.functional.pad(before, (0, 0, 1, 0)), torch.cat([after, end], 1)], -1)

    def embed_rows(self, ids: Tensor, places: Tensor) -> Tensor:
        """Look up the same for windows that follow one another, without padding.

        ids (Tensor): Ids, shape (rows,).
        places (Tensor): Where each stands in its window, same shape.
        RETURNS (Tensor): Shape (rows, width).
        """
        is_first = (places == 0).unsqueeze(1)
        # The last of a window and the first of the next one are no pair.
        pairs = self.rows(ids[None])[0].masked_fill_(is_first[1:, 0], len(self.keys))
        rows = nn.functional.embedding(
            nn.functional.pad(pairs, (0, 1), value=len(self.keys)), self.weight
        )
        before, after = rows.chunk(2, dim=-1)
        before = nn.functional.pad(before[:-1], (0, 0, 1, 0)).masked_fill_(is_first, 0)
        return torch.cat([before, after], -1)

    def rows(self, input_ids: Tensor) -> Tensor:
        """Find the table's row of each pair.

        input_ids (Tensor): Ids, shape (batch, length).
        RETURNS (Tensor): Rows, shape (batch, length - 1); the last one for pairs without their own.
        """
        pairs = input_ids[:, :-1] * self.vocabulary_size + input_ids[:, 1:]
        found = torch.searchsorted(self.keys, pairs)
        known = self.keys[found.clamp(max=len(self.keys) - 1)] == pairs
        return torch.where(known, found, len(self.keys))
