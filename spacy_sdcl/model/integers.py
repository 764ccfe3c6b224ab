"""Products of 8-bit integers, one scale a row of either side.

A row's product does not depend on the other rows (LLM.int8(), Dettmers et al. 2022, section 2.1:
vector-wise quantization).
"""

from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from .rows import round_up

# What a row of the weights, or of the states, is scaled to.
BITS_7, BITS_8 = 63, 127
# States are laid around this as unsigned integers.
ZERO_POINT = 128


class Int8Product:
    """A product of 8-bit integers for processors with VNNI.

    weight (Tensor): Shape (width out, width in).
    bias (Tensor): Shape (width out,).
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        quantized, scales = _quantize(weight, BITS_8)
        self.weight = quantized.t()
        self.scales = scales.squeeze(1)
        self.bias = bias

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor:
        quantized, scales = _quantize(rows, BITS_8)
        sums = torch._int_mm(round_up(quantized), self.weight)[: len(rows)].float()
        result = torch.addcmul(self.bias, sums.mul_(scales), self.scales)
        return nn.functional.gelu(result) if gelu else result


class Int7Product:
    """A product of 8-bit states and 7-bit weights, for processors without VNNI.

    Those add two products in 16 bits, of unsigned states and signed weights: with 8 bits on both
    sides the sum may be too large and is then cut off, with 7 on one it never is.

    weight (Tensor): Shape (width out, width in).
    bias (Tensor): Shape (width out,).
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        quantized, scales = _quantize(weight, BITS_7)
        self.weight = torch.ops.onednn.qlinear_prepack(quantized, None)
        self.scales = scales.squeeze(1)
        self.zeros = torch.zeros(len(weight), dtype=torch.int32)
        self.bias = bias

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor:
        quantized, scales = _quantize(rows, BITS_8)
        # Adds the zero point: the highest bit of two's complement is turned over.
        unsigned = round_up(quantized).view(torch.uint8).bitwise_xor(ZERO_POINT)
        inputs = (unsigned, 1.0, ZERO_POINT, self.weight, self.scales, self.zeros, None)
        # As floats, and nothing done to them afterwards.
        output: tuple[Any, ...] = (1.0, 0, torch.float32, "none", [], "")
        sums = torch.ops.onednn.qlinear_pointwise(*inputs, *output)[: len(rows)]
        result = torch.addcmul(self.bias, sums, scales)
        return torch.ops.aten.gelu_(result) if gelu else result


IntegerKind: TypeAlias = type[Int8Product] | type[Int7Product]


def has_vnni() -> bool:
    """Whether the processor adds up products of 8-bit integers in 32 bits, and torch uses that.

    RETURNS (bool): True with AVX512-VNNI or AVX-VNNI.
    """
    supported = getattr(torch.cpu, "_is_vnni_supported", None)
    return hasattr(torch, "_int_mm") and supported is not None and bool(supported())


def is_right(kind: IntegerKind) -> bool:
    """Whether a kind of product is there, and cuts off no sum, be the numbers as large as they may.

    kind (IntegerKind): The kind.
    RETURNS (bool): False where torch lacks what it needs.
    """
    weight, bias = torch.ones(32, 64), torch.zeros(32)
    weight[1::2] = -1
    rows = torch.stack([torch.ones(64), -torch.ones(64)])
    try:
        result = kind(weight, bias)(rows)
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return False
    return torch.allclose(result, rows @ weight.t(), atol=0, rtol=1e-5)


def _quantize(rows: Tensor, largest: int) -> tuple[Tensor, Tensor]:
    scales = (rows.abs().amax(dim=1, keepdim=True) / largest).clamp_(min=1e-12)
    return (rows / scales).round_().to(torch.int8), scales
