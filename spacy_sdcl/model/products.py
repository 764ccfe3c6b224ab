"""Products with trained matrices, laid out once for the processor that they run on.

torch's own product of float32 matrices reaches half of what a processor can do where its library
does not know it. oneDNN, which torch brings too, does better with matrices in a layout of its own;
and products of 8-bit integers are faster again (integers.py, docs/performance.md).
"""

import logging
import time
from functools import cache
from typing import Protocol

import torch
from torch import Tensor, nn

from .integers import Int7Product, Int8Product, IntegerKind, has_vnni, is_right
from .rows import round_up

logger = logging.getLogger("spacy_sdcl")

QUANTIZATIONS = ("int8",)
INTEGERS = (Int8Product, Int7Product)
# Two products are timed with so many rows; one that is less exact takes this share of the time at most.
MEASURED_ROWS, WORTH_IT = 256, 0.9


class Product(Protocol):
    """x @ weight.T + bias, followed by GELU where `gelu` is set.

    Takes rows of shape (rows, width in) and returns a new tensor of shape (rows, width out).
    """

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor: ...


def make_product(weight: Tensor, bias: Tensor | None, *, quantization: str | None) -> Product:
    """Lay out a matrix for products on its device.

    weight (Tensor): Shape (width out, width in); later changes of it are not seen.
    bias (Tensor): Shape (width out,); None for none.
    quantization (str): "int8", where that is faster with such a matrix; or None for full precision.
    RETURNS (Product): The product with it.
    """
    weight = weight.detach()
    bias = torch.zeros(len(weight), device=weight.device) if bias is None else bias.detach()
    if (
        quantization == "int8"
        and weight.device.type == "cpu"
        and (kind := integer_kind(*weight.shape))
    ):
        return kind(weight, bias)
    if weight.dtype == torch.float32 and weight.device.type == "cpu" and has_packed_products():
        return PackedProduct(weight, bias)
    return PlainProduct(weight, bias)


class PlainProduct:
    """A product as torch does it, on any device."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self.weight, self.bias = weight, bias

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor:
        result = nn.functional.linear(rows, self.weight, self.bias)
        return nn.functional.gelu(result) if gelu else result


class PackedProduct:
    """A product by oneDNN, with the matrix in its own layout."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self.weight = torch.ops.mkldnn._reorder_linear_weight(weight)
        self.bias = bias

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor:
        attribute, algorithm = ("gelu", "none") if gelu and fuses_gelu() else ("none", "")
        result = torch.ops.mkldnn._linear_pointwise(
            round_up(rows), self.weight, self.bias, attribute, [], algorithm
        )[: len(rows)]
        return torch.ops.aten.gelu_(result) if gelu and not fuses_gelu() else result


def fuses_gelu() -> bool:
    """Whether GELU is faster within oneDNN's product than after it, by torch.

    RETURNS (bool): True with AVX-512; with AVX2, oneDNN's takes four times as long as torch's.
    """
    return torch.backends.cpu.get_cpu_capability().startswith("AVX512")


def has_packed_products() -> bool:
    """Whether this build of torch has oneDNN's products.

    RETURNS (bool): True for the builds for x86.
    """
    global _has_packed
    if _has_packed is None:
        rows, weight, bias = torch.ones(2, 8), torch.ones(4, 8), torch.ones(4)
        try:
            _has_packed = torch.equal(PackedProduct(weight, bias)(rows), torch.full((2, 4), 9.0))
        except (AttributeError, NotImplementedError, RuntimeError):
            _has_packed = False
    return _has_packed


def integer_kind(width_out: int, width_in: int) -> IntegerKind | None:
    """The kind of 8-bit product for matrices of a shape here, chosen once.

    width_out, width_in (int): The shape.
    RETURNS (IntegerKind): `Int8Product` with AVX512-VNNI or AVX-VNNI; elsewhere `Int7Product`, where it
        is right and, measured with such a matrix, faster than full precision; None for neither.
    """
    if has_vnni():
        return Int8Product
    shape = width_out, width_in
    if shape not in _kinds:
        found = is_right(Int7Product) and _is_faster(Int7Product, *shape)
        _kinds[shape] = Int7Product if found else None
    return _kinds[shape]


@cache
def warn_of_full_precision() -> None:
    """Say, once, that a network that was to be read with integers is read with none."""
    logger.warning(
        'quantization = "int8" is not faster than full precision with this model, this processor and '
        "this version of torch: full precision is used instead. It is faster with VNNI, or for large "
        "models with AVX2 and a version of torch for x86 that has oneDNN's products of integers."
    )


def _is_faster(kind: IntegerKind, width_out: int, width_in: int) -> bool:
    weight, bias = torch.ones(width_out, width_in), torch.zeros(width_out)
    rows = torch.ones(MEASURED_ROWS, width_in)
    both = make_product(weight, bias, quantization=None), kind(weight, bias)
    seconds = [float("inf")] * 2
    threads = torch.get_num_threads()
    # On one thread and in turns: what else the machine does is to change nothing of what is chosen.
    torch.set_num_threads(1)
    try:
        for _ in range(10):
            for which, product in enumerate(both):
                start = time.perf_counter()
                product(rows)
                seconds[which] = min(seconds[which], time.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    return seconds[1] < WORTH_IT * seconds[0]


_has_packed: bool | None = None
_kinds: dict[tuple[int, int], IntegerKind | None] = {}
