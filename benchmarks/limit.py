"""How near reading is to the time that the matrix products alone take (model FLOPs utilisation).

Counted are the products that the texts ask for and no others: those of the layers for every character
(with [CLS] and [SEP], without padding), of attention, and of the output layer for the candidates at
Chinese characters. Each is timed by the fastest product of float32 that torch has on the machine.
Prints JSON: a share for each pair of runs.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from worker import make_pipeline

from spacy_sdcl.model.network import SDCLNetwork
from spacy_sdcl.model.products import PackedProduct, has_packed_products


def seconds_of(call: Callable[[], Any], *, times: int = 3) -> float:
    """The shortest time of several."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def product_seconds(rows: int, width: int, height: int) -> float:
    """Time one product of the layers.

    rows, width, height (int): Of (rows, width) by (width, height).
    RETURNS (float): Seconds, by torch's own product or oneDNN's, whichever is faster here.
    """
    left, right = torch.randn(rows, width), torch.randn(height, width)
    calls: list[Callable[[], Any]] = [lambda: torch.mm(left, right.t())]
    if has_packed_products():
        packed = PackedProduct(right, torch.zeros(height))
        calls.append(lambda: packed(left))
    return min(map(seconds_of, calls))


def limit_seconds(network: SDCLNetwork, texts: Sequence[str], *, at_once: int) -> float:
    """Time all products that reading the texts asks for.

    network (SDCLNetwork): The network; its encoder must be of type bert.
    texts (Sequence[str]): Texts that are no longer than its window.
    at_once (int): Rows of a product.
    RETURNS (float): Seconds.
    """
    config = network.encoder.config
    width, wide, heads = config.hidden_size, config.intermediate_size, config.num_attention_heads
    lengths = [len(text) + 2 for text in texts]
    wanted = sum(
        int(network.vocabulary.is_candidate[network.vocabulary.encode(t)].sum()) for t in texts
    )
    layer = (
        product_seconds(at_once, width, 3 * width)
        + product_seconds(at_once, width, width)
        + product_seconds(at_once, width, wide)
        + product_seconds(at_once, wide, width)
    ) / at_once
    head = (
        product_seconds(at_once, width, width)
        + product_seconds(at_once, width, len(network.candidates))
    ) / at_once
    # Attention's products, of all texts of about one length at a time.
    mean = round(sum(lengths) / len(lengths))
    count = max(1, at_once // mean)
    query = torch.randn(count * heads, mean, width // heads)
    weights = torch.randn(count * heads, mean, mean)
    attention = (
        seconds_of(lambda: torch.bmm(query, query.transpose(1, 2)))
        + seconds_of(lambda: torch.bmm(weights, query))
    ) / (count * mean)
    return sum(lengths) * config.num_hidden_layers * (layer + attention) + wanted * head


def main() -> None:
    """Alternate between reading the texts and the products alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("texts", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    texts = json.loads(options.texts.read_text(encoding="utf-8"))
    nlp = make_pipeline(options.model, 0.7)
    corrector = nlp.get_pipe("sdcl_corrector")

    def correct() -> None:
        list(nlp.pipe(texts, batch_size=256))

    network = corrector.model.shims[0]._model
    at_once = corrector.model.attrs["prediction"].batch_characters
    correct()
    shares = []
    with torch.inference_mode():
        for _ in range(options.runs):
            taken = seconds_of(correct, times=1)
            shares.append(limit_seconds(network, texts, at_once=at_once) / taken)
    print(json.dumps({"shares": shares}))


if __name__ == "__main__":
    main()
