"""How fast the processor multiplies matrices: torch's own product beside oneDNN's packed one.

What reading costs at least follows from it. Both take turns on each shape of a layer of BERT, and of the
embedded model's output layer; a figure is the median of the rounds, in 10⁹ operations a second.
"""

import statistics
import time
from collections.abc import Callable

import torch
import typer
from processor import features
from torch import Tensor
from torch.nn.functional import linear

from spacy_sdcl.metrics.tables import digits, markdown_table
from spacy_sdcl.model.products import PackedProduct, has_packed_products

# Width in and width out of each product of a layer, by what the layer is of.
SHAPES = {
    "MacBERT's shape": ((768, 2304), (768, 768), (768, 3072), (3072, 768)),
    "embedded model": ((256, 768), (256, 256), (256, 1024), (1024, 256)),
    "embedded model, output layer": ((256, 5871),),
}
# A sentence of 20 characters with [CLS] and [SEP], rounded up; a batch.
ROWS = (24, 2048)
# So much work makes a time that can be read off.
LEAST_OPERATIONS = 1e9

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


def seconds(call: Callable[[], Tensor], times: int) -> float:
    """The time of one call, of so many."""
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def layer_speeds(shapes: tuple[tuple[int, int], ...], rows: int, rounds: int) -> list[float]:
    """Operations a second of one layer's products, by torch's own and by oneDNN's.

    shapes (tuple): Width in and width out of each.
    rows (int): Rows of the states.
    rounds (int): How often each takes its turn.
    RETURNS (list[float]): In 10⁹; the second is missing where torch has no oneDNN.
    """
    taken = [[0.0] * rounds for _ in range(1 + has_packed_products())]
    operations = 0
    for width, height in shapes:
        states, weight, bias = (
            torch.randn(rows, width),
            torch.randn(height, width),
            torch.zeros(height),
        )
        calls: list[Callable[[], Tensor]] = [lambda s=states, w=weight, b=bias: linear(s, w, b)]
        if has_packed_products():
            packed = PackedProduct(weight, bias)
            calls.append(lambda s=states, p=packed: p(s))
        times = max(1, round(LEAST_OPERATIONS / (2 * rows * width * height)))
        operations += 2 * rows * width * height
        for turn in range(-1, rounds):
            for own, call in zip(taken, calls, strict=True):
                spent = seconds(call, times)
                if turn >= 0:
                    own[turn] += spent
    return [operations / statistics.median(own) / 1e9 for own in taken]


@app.command()
def products(
    rounds: int = typer.Option(7, min=1, help="How often each takes its turn"),
    threads: list[int] = typer.Option([1, 2], help="Threads of torch"),
) -> None:
    """Time them, print the table."""
    table = []
    for number in threads:
        torch.set_num_threads(number)
        for what, shapes in SHAPES.items():
            for rows in ROWS:
                speeds = layer_speeds(shapes, rows, rounds)
                table.append([what, str(rows), str(number), *map(digits, speeds)])
    heads = ["", "rows", "threads", "torch's own", "oneDNN"][: len(table[0])]
    typer.echo(f"{features()}\n\n{markdown_table(heads, table)}")


if __name__ == "__main__":
    app()
