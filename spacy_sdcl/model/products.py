"""Products with trained matrices, laid out once for the processor that they run on.

torch's own product of float32 matrices reaches half of what a processor can do where its library
does not know it. oneDNN, which torch brings too, does better with matrices in a layout of its own;
and products of 8-bit integers are several times as fast again on processors with VNNI
(docs/performance.md).
"""

import logging
from typing import Protocol

import torch
from torch import Tensor, nn

logger = logging.getLogger("spacy_sdcl")

QUANTIZATIONS = ("int8",)
# Products have a multiple of so many rows: of the first up to the second, of that beyond.
FEW_ROWS, MANY_ROWS = 8, 32


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
    if quantization == "int8" and weight.device.type == "cpu" and has_fast_int8():
        return Int8Product(weight, bias)
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


class Int8Product:
    """A product of 8-bit integers, one scale a row of either side.

    A row's product does not depend on the other rows (LLM.int8(), Dettmers et al. 2022, section
    2.1: vector-wise quantization). Attention over padding still differs by a rounding, which a
    rounding to 8 bits may make larger.
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        quantized, scales = _quantize(weight)
        self.weight = quantized.t()
        self.scales = scales.squeeze(1)
        self.bias = bias

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor:
        quantized, scales = _quantize(rows)
        sums = torch._int_mm(round_up(quantized), self.weight)[: len(rows)].float()
        result = torch.addcmul(self.bias, sums.mul_(scales), self.scales)
        return nn.functional.gelu(result) if gelu else result


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


def _quantize(rows: Tensor) -> tuple[Tensor, Tensor]:
    scales = (rows.abs().amax(dim=1, keepdim=True) / 127).clamp_(min=1e-12)
    return (rows / scales).round_().to(torch.int8), scales


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


def has_fast_int8() -> bool:
    """Whether the processor multiplies 8-bit integers faster than floats; warns where it does not.

    RETURNS (bool): True with AVX512-VNNI or AVX-VNNI; elsewhere torch would add them one by one.
    """
    global _has_int8
    if _has_int8 is None:
        supported = getattr(torch.cpu, "_is_vnni_supported", None)
        _has_int8 = hasattr(torch, "_int_mm") and supported is not None and bool(supported())
        if not _has_int8:
            logger.warning(
                'quantization = "int8" needs a processor with VNNI and torch 2.5 or later: full '
                "precision is used instead, which is slower."
            )
    return _has_int8


_has_packed: bool | None = None
_has_int8: bool | None = None
