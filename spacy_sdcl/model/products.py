"""Products with trained matrices, laid out once for the processor that they run on.

torch's own product of float32 matrices reaches half of what a processor can do where its library
does not know it. oneDNN, which torch brings too, does better with matrices in a layout of its own;
and products of 8-bit integers are faster again (integers.py, docs/performance.md).
"""

import logging
import time
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from .integers import Int7Product, Int8Product, IntegerKind, has_vnni, is_right
from .rows import round_up

logger = logging.getLogger("spacy_sdcl")

QUANTIZATIONS = ("int8",)


class Product(Protocol):
    """x @ weight.T + bias, followed by GELU where `gelu` is set.

    Takes rows of shape (rows, width in) and returns a new tensor of shape (rows, width out).
    """

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor: ...


def make_product(weight: Tensor, bias: Tensor | None, *, quantization: str | None) -> Product:
    """Lay out a matrix for products on its device.

    weight (Tensor): Shape (width out, width in); later changes of it are not seen.
    bias (Tensor): Shape (width out,); None for none.
    quantization (str): "int8", or None for full precision.
    RETURNS (Product): The product with it.
    """
    weight = weight.detach()
    bias = torch.zeros(len(weight), device=weight.device) if bias is None else bias.detach()
    if quantization == "int8" and weight.device.type == "cpu" and (kind := int8_product()):
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


def int8_product() -> IntegerKind | None:
    """The kind of 8-bit product to be used here; warns where there is none.

    RETURNS (IntegerKind): `Int8Product` with AVX512-VNNI or AVX-VNNI; elsewhere `Int7Product`,
        where it is right and, measured once, faster than full precision; None for neither.
    """
    global _int8
    if _int8 is _UNKNOWN:
        if has_vnni():
            _int8 = Int8Product
        else:
            _int8 = Int7Product if is_right(Int7Product) and _is_faster(Int7Product) else None
        if _int8 is None:
            logger.warning(
                'quantization = "int8" is not faster than full precision with this processor and '
                "this version of torch: full precision is used instead. It is faster with VNNI, or "
                "with AVX2 and a version of torch for x86 that has oneDNN's products of integers."
            )
    return _int8


def _is_faster(kind: IntegerKind) -> bool:
    weight, bias, rows = torch.ones(1024, 256), torch.zeros(1024), torch.ones(256, 256)
    exact = make_product(weight, bias, quantization=None)
    seconds = []
    for product in (exact, kind(weight, bias)):
        times = []
        for _ in range(6):
            start = time.perf_counter()
            product(rows)
            times.append(time.perf_counter() - start)
        seconds.append(min(times))
    return seconds[1] < seconds[0]


_UNKNOWN: Any = object()
_has_packed: bool | None = None
_int8: IntegerKind | None = _UNKNOWN
