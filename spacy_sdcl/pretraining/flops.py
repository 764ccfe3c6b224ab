"""How much of the machine's arithmetic a run uses: model FLOPs over matrix-product FLOPs."""

import time

import torch

from ..model.network import SDCLNetwork
from .batches import Batch


def flops_of_step(network: SDCLNetwork, batch: Batch, *, passes: int = 1) -> float:
    """Count the floating-point operations of a training step that the model asks for.

    Six a matrix parameter and character (two forward, four backward; Kaplan et al. 2020), the
    products of attention, and the output layer at the scored characters; padding is not counted.

    network (SDCLNetwork): The network.
    batch (Batch): The batch.
    passes (int): 2 for the two passes of SDCL, which score every character.
    RETURNS (float): The number of operations.
    """
    config = network.encoder.config
    matrices = sum(
        p.numel() for n, p in network.named_parameters() if p.ndim == 2 and "embeddings" not in n
    )
    lengths = batch.lengths.astype(float)
    scored = float((batch.is_character if passes == 2 else batch.is_scored).sum())
    body = 6 * matrices * lengths.sum()
    attention = 12 * config.num_hidden_layers * config.hidden_size * (lengths**2).sum()
    head = 6 * config.hidden_size * config.vocab_size * scored
    return passes * (body + attention + head)


def matrix_product_speed(
    width: int, height: int, device: torch.device, dtype: torch.dtype, *, seconds: float = 0.3
) -> float:
    """Time the machine's own matrix product of the shape that a layer uses most.

    width, height (int): The layer's two widths.
    device (torch.device): The device.
    dtype (torch.dtype): The precision.
    seconds (float): How long to measure.
    RETURNS (float): Floating-point operations a second.
    """
    rows = 4096 if device.type == "cpu" else 65536
    left = torch.randn(rows, width, device=device, dtype=dtype)
    right = torch.randn(width, height, device=device, dtype=dtype)
    for _ in range(3):
        left @ right
    if device.type == "cuda":
        torch.cuda.synchronize()
    # The best of many short stretches: what else the machine does must not count as its limit.
    best = 0.0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(10):
            left @ right
        if device.type == "cuda":
            torch.cuda.synchronize()
        best = max(best, 10 * 2.0 * rows * width * height / (time.perf_counter() - start))
    return best
