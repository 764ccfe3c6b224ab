"""What a run has learnt so far: loss and correction F1 on held-out, noised text."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import torch

from ..model.network import SDCLNetwork
from .batches import Batch

# The F1 is that of the best of these: early in a run no single threshold fits.
THRESHOLDS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)


@torch.no_grad()
def evaluate(
    network: SDCLNetwork, batches: list[Batch], autocast: AbstractContextManager[Any]
) -> dict[str, float]:
    """Correct noised text.

    network (SDCLNetwork): The network.
    batches (list[Batch]): Held-out text.
    autocast (ContextManager): The precision to run in.
    RETURNS (dict): "dev_loss" (cross-entropy of the wrong characters), "dev_accuracy" (of them),
        "dev_f" (strict sentence-level correction F1 at the best of THRESHOLDS).
    """
    network.eval()
    device = network.candidates.device
    losses, right, rows = [], [], []
    for batch in batches:
        source = torch.from_numpy(batch.source_ids).to(device)
        mask = torch.from_numpy(batch.attention_mask).to(device)
        candidate = network.vocabulary.is_candidate[batch.source_ids] & batch.is_character
        chosen = torch.from_numpy(candidate).to(device)
        with autocast:
            logits = network.logits(network.states(source, mask)[chosen])
        log_probabilities = logits[:, network.candidates].float().log_softmax(-1)
        best, index = log_probabilities.max(-1)
        predicted = network.candidates[index].cpu().numpy()
        source_chars = batch.source_ids[candidate]
        target_chars = batch.target_ids[candidate]
        wrong = source_chars != target_chars
        column = np.searchsorted(network.vocabulary.candidates, target_chars[wrong])
        picked = log_probabilities[torch.from_numpy(wrong).to(device)]
        losses.append(-picked[range(len(column)), torch.from_numpy(column).to(device)].cpu())
        right.append((predicted == target_chars)[wrong])
        sentence = np.nonzero(candidate)[0]
        rows.append((sentence, source_chars, target_chars, predicted, best.exp().cpu().numpy()))
    network.train()
    return {
        "dev_loss": round(float(torch.cat(losses).mean()), 4),
        "dev_accuracy": round(float(np.concatenate(right).mean()), 4),
        "dev_f": max(round(_strict_f(rows, threshold), 4) for threshold in THRESHOLDS),
    }


def _strict_f(rows: Sequence[tuple[np.ndarray, ...]], threshold: float) -> float:
    hits = changed = misspelt = 0
    for sentence, source, target, predicted, score in rows:
        applied = np.where(score >= threshold, predicted, source)
        count = int(sentence.max()) + 1 if len(sentence) else 0
        differs = np.bincount(sentence, applied != target, minlength=count) > 0
        is_changed = np.bincount(sentence, applied != source, minlength=count) > 0
        is_misspelt = np.bincount(sentence, target != source, minlength=count) > 0
        hits += int((is_misspelt & ~differs).sum())
        changed += int(is_changed.sum())
        misspelt += int(is_misspelt.sum())
    return 2 * hits / max(changed + misspelt, 1)
