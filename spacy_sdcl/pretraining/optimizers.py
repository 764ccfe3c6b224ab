"""Optimisers of pretraining: AdamW for all parameters, or Muon for the encoder's matrices."""

import torch
from torch import Tensor, nn

OPTIMIZERS = ("adamw", "muon")


def make_optimizers(
    network: nn.Module,
    *,
    optimizer: str,
    learning_rate: float,
    muon_learning_rate: float,
    embedding_rate: float,
    weight_decay: float,
    fused: bool,
) -> list[torch.optim.Optimizer]:
    """Make the optimisers of a network.

    network (nn.Module): The network.
    optimizer (str): "adamw", or "muon": Muon (Jordan 2024) for the matrices of the encoder's
        layers and AdamW for the rest.
    learning_rate (float): AdamW's peak learning rate.
    muon_learning_rate (float): Muon's, in units of AdamW's update size.
    embedding_rate (float): Learning rate of the embeddings, as a share of `learning_rate`.
    weight_decay (float): Decay of matrices; biases and norms are not decayed.
    fused (bool): Use the fused AdamW.
    RETURNS (list): One or two optimisers; each group keeps its peak under "peak".
    RAISES (ValueError): If `optimizer` is unknown.
    """
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"optimizer is {optimizer!r}, must be one of {', '.join(OPTIMIZERS)}.")
    matrices: list[Tensor] = []
    decayed: list[Tensor] = []
    plain: list[Tensor] = []
    embeddings: list[Tensor] = []
    for name, parameter in network.named_parameters():
        if parameter.ndim < 2:
            plain.append(parameter)
        elif optimizer == "muon" and "layer" in name and "embeddings" not in name:
            matrices.append(parameter)
        elif "embeddings" in name:
            embeddings.append(parameter)
        else:
            decayed.append(parameter)
    groups = [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": plain, "weight_decay": 0.0},
        {
            "params": embeddings,
            "weight_decay": weight_decay,
            "lr": learning_rate * embedding_rate,
        },
    ]
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.98), eps=1e-8, fused=fused)
    ]
    if matrices:
        optimizers.append(
            torch.optim.Muon(
                matrices,
                lr=muon_learning_rate,
                weight_decay=weight_decay,
                adjust_lr_fn="match_rms_adamw",
            )
        )
    for each in optimizers:
        for group in each.param_groups:
            group["peak"] = group["lr"]
    return optimizers


def schedule(progress: float, *, warmup: float = 0.02, decay: float = 0.3) -> float:
    """Factor of the learning rate: a warm-up, a plateau, and a linear decay to a fiftieth.

    progress (float): Share of the run that is done, 0 to 1.
    warmup (float): Share of the run that warms up.
    decay (float): Share of the run that decays, at its end.
    RETURNS (float): The factor.
    """
    rising = min(1.0, (progress + 1e-3) / warmup)
    falling = min(1.0, (1.0 - progress) / decay)
    return max(min(rising, falling), 0.02)
