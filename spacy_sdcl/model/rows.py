"""Windows one after the other, without padding: the rows that products are made with.

Only attention must know where a window begins and ends. On a CPU it sees windows of one length at a
time, so that nothing is computed for padding, and a window is read as if it stood alone. Elsewhere
many small steps cost more than padding, and windows stay padded.
"""

from itertools import groupby
from typing import NamedTuple

import torch
from torch import Tensor, nn

# Products have a multiple of so many rows: of the first up to the second, of that beyond.
FEW_ROWS, MANY_ROWS = 8, 32


class Rows(NamedTuple):
    """What is read, a row for each character.

    ids (Tensor): Ids, shape (rows,).
    places (Tensor): Where each stands in its window, same shape.
    groups (list): Windows that attention sees at once, one after the other: how many, how long.
    mask (Tensor): True at what attention may see, for a single group, shape
        (batch, 1, 1, length); None for everything.
    seen (Tensor): Which places of the padded windows are rows, shape (batch, length); None for all.
    """

    ids: Tensor
    places: Tensor
    groups: list[tuple[int, int]]
    mask: Tensor | None
    seen: Tensor | None

    def pick(self, chosen: Tensor) -> Tensor:
        """Find the rows of chosen places.

        chosen (Tensor): True at the places, none of which is padding, shape (batch, length).
        RETURNS (Tensor): Their rows in the order of the windows, shape (chosen,).
        """
        flat = chosen.flatten() if self.seen is None else chosen[self.seen]
        return flat.nonzero().squeeze(1)


def lay_rows(input_ids: Tensor, attention_mask: Tensor | None) -> Rows:
    """Lay windows out as rows.

    input_ids (Tensor): Ids, shape (batch, length).
    attention_mask (Tensor): True where there is no padding, which is at the end of windows, same
        shape; None for no padding.
    RETURNS (Rows): The rows.
    """
    batch, length = input_ids.shape
    places = torch.arange(length, device=input_ids.device).expand(batch, length)
    if attention_mask is None or not has_rows_of_its_own(input_ids.device):
        mask = None if attention_mask is None else attention_mask[:, None, None, :]
        return Rows(input_ids.flatten(), places.flatten(), [(batch, length)], mask, None)
    lengths = attention_mask.sum(1).tolist()
    groups = [(len(list(alike)), length) for length, alike in groupby(lengths)]
    return Rows(input_ids[attention_mask], places[attention_mask], groups, None, attention_mask)


def has_rows_of_its_own(device: torch.device) -> bool:
    """Whether windows on a device are read without padding.

    device (torch.device): The device.
    RETURNS (bool): True for CPUs.
    """
    return device.type == "cpu"


def round_up(rows: Tensor) -> Tensor:
    """Add rows of zeros up to a round number.

    oneDNN compiles a product for each number of rows that it meets, and keeps it. With few numbers
    of rows, memory stays where it is.

    rows (Tensor): Shape (rows, width).
    RETURNS (Tensor): The same, where their number is round; else a longer copy.
    """
    step = FEW_ROWS if len(rows) <= MANY_ROWS else MANY_ROWS
    missing = -len(rows) % step
    return nn.functional.pad(rows, (0, 0, 0, missing)) if missing else rows
