"""One SDCL step of ours against the naive step of two passes, same network, same sentences.

The naive step is the method as it is written down publicly: sentences padded to the longest, one pass
for the misspelt ones and one for the correct ones, the whole vocabulary scored at every place, and a
loop over the sentences for the contrast. The optimiser's part is the same in both and left out.
Prints JSON: a ratio for each pair of steps, and characters a second of ours.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from worker import make_pipeline

from spacy_sdcl.model.encoding import encode_pairs
from spacy_sdcl.model.network import SDCLNetwork
from spacy_sdcl.types import Pair

WRONG_EVERY = 12
SENTENCES = 48


def make_pairs(texts: list[str]) -> list[Pair]:
    """Make every twelfth character wrong."""
    pairs = []
    for text in texts:
        chars = list(text)
        chars[::WRONG_EVERY] = ["的" for _ in chars[::WRONG_EVERY]]
        pairs.append(Pair("".join(chars), text))
    return pairs


def trainable(model: str) -> SDCLNetwork:
    """A network in training, without dropout, so that two steps compute the same.

    model (str): A directory, or the name of an embedded model.
    RETURNS (SDCLNetwork): The network.
    """
    network = make_pipeline(model, 0.7).get_pipe("sdcl_corrector").model.shims[0]._model.train()
    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return network


def ours(network: SDCLNetwork, pairs: list[Pair]) -> torch.Tensor:
    """The three losses as the package computes them."""
    batch = encode_pairs(pairs, network.vocabulary, network.window)
    losses = network(batch, temperature=0.9, negatives="sentence", detach_target=False)
    return losses @ torch.tensor([1.0, 1.0, 0.5])


def naive(network: SDCLNetwork, pairs: list[Pair]) -> torch.Tensor:
    """The same three losses, step by step."""
    batch = encode_pairs(pairs, network.vocabulary, network.window)
    wrong, right = (
        network.states(ids, batch.attention_mask) for ids in (batch.source_ids, batch.target_ids)
    )
    targets = batch.target_ids.where(batch.is_character, -100).flatten()
    losses = [F.cross_entropy(network.logits(s).flatten(0, 1), targets) for s in (wrong, right)]
    contrast = []
    for row in range(len(pairs)):
        inside = batch.is_character[row].nonzero().squeeze(1)
        for place in inside[batch.source_ids[row, inside] != batch.target_ids[row, inside]]:
            similar = F.cosine_similarity(wrong[row, place][None], right[row, inside]) / 0.9
            contrast.append(F.cross_entropy(similar[None], (inside == place).nonzero()[0]))
    return losses[0] + losses[1] + 0.5 * torch.stack(contrast).mean()


def main() -> None:
    """Alternate between the two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("texts", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    pairs = make_pairs(json.loads(options.texts.read_text(encoding="utf-8"))[:SENTENCES])
    network = trainable(options.model)

    def step(loss: Callable[[SDCLNetwork, list[Pair]], torch.Tensor]) -> tuple[float, float]:
        network.zero_grad()
        start = time.perf_counter()
        value = loss(network, pairs)
        value.backward()
        return time.perf_counter() - start, value.item()

    values = [step(each)[1] for each in (ours, naive)]
    if abs(values[0] - values[1]) > 1e-3 * abs(values[1]):
        raise SystemExit(f"The two losses differ: {values}")
    times = [[step(each)[0] for each in (naive, ours)] for _ in range(options.runs)]
    characters = sum(len(pair.source) for pair in pairs)
    print(
        json.dumps(
            {
                "ratios": [other / own for other, own in times],
                "characters_per_second": [characters / own for _, own in times],
            }
        )
    )


if __name__ == "__main__":
    main()
