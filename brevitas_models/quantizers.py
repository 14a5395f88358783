# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Brevitas quantizers: binary activations and weights, integers with a constant power-of-two step.

Every value that leaves one of these quantizers is an integer times a power of two that float32 holds exactly,
so PyTorch, QONNX and an integer machine agree in every bit. Training runs the same forward pass; only the
gradients are surrogates.
"""

import math
from typing import Any

import torch
from brevitas.core.bit_width import BitWidthConst
from brevitas.core.utils import StatelessBuffer
from brevitas.inject import ExtendedInjector
from brevitas.inject.enum import FloatToIntImplType
from brevitas.proxy import ActQuantProxyFromInjector, WeightQuantProxyFromInjector
from brevitas.quant.fixed_point import Int8WeightPerChannelFixedPoint
from torch import Tensor, nn

# what Brevitas expects of a quantizer: value, scale, zero point, bit width
QuantArguments = tuple[Tensor, Tensor, Tensor, Tensor]


def _sign(x: Tensor) -> Tensor:
    """Return +1 where x >= 0 and -1 elsewhere: sign(0) is +1, unlike torch.sign."""
    return torch.where(x >= 0, 1.0, -1.0).to(x.dtype)


class TriangleSign(torch.autograd.Function):
    """sign(x) with the gradient 2 - 2|x| inside (-1, 1) and 0 outside (papers: BBCU, after Bi-Real Net)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return _sign(x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gradient * (2 - 2 * x.abs()).clamp(min=0)


class ClippedSign(torch.autograd.Function):
    """sign(w) with the gradient 1 where |w| <= 1 and 0 outside (papers: BBCU, the weights)."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor) -> Tensor:
        ctx.save_for_backward(weight)
        return _sign(weight)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (weight,) = ctx.saved_tensors
        return gradient * (weight.abs() <= 1)


class IdentitySign(torch.autograd.Function):
    """sign(w) with the gradient 1 everywhere (papers: E2FIF, the weights)."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor) -> Tensor:
        return _sign(weight)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return gradient


class TanhSign(torch.autograd.Function):
    """sign(x) with the gradient of k tanh(t x), k = max(1/t, 1): k t (1 - tanh(t x)^2) (papers: IR-Net)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, t: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.t = t
        return _sign(x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return gradient * (max(1.0, ctx.t) * (1 - torch.tanh(ctx.t * x) ** 2)), None


class SaturatingRound(torch.autograd.Function):
    """Nearest multiple of a power-of-two step, ties to even, saturating; gradient 1 in range, 0 outside."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, step: float, low: int, high: int) -> Tensor:
        scaled = x * (1 / step)  # exact: step is a power of two
        ctx.save_for_backward((scaled >= low) & (scaled <= high))
        return scaled.round().clamp(low, high) * step

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        (inside,) = ctx.saved_tensors
        return gradient * inside, None, None, None


class _BinaryTensorQuant(nn.Module):
    """Common part of the binary quantizers: +-1 of any shape, float32 to float32, scale 1, one bit."""

    sign: type[torch.autograd.Function]

    def __init__(self) -> None:
        super().__init__()
        self.scale = StatelessBuffer(torch.tensor(1.0))
        self.zero_point = StatelessBuffer(torch.tensor(0.0))
        self.bit_width = BitWidthConst(1)

    def forward(self, x: Tensor) -> QuantArguments:
        return self.binarize(x), self.scale(), self.zero_point(), self.bit_width()

    def binarize(self, x: Tensor) -> Tensor:
        return self.sign.apply(x)


class TriangleBinaryQuant(_BinaryTensorQuant):
    """Binarizes through TriangleSign."""

    sign = TriangleSign


class ClippedBinaryQuant(_BinaryTensorQuant):
    """Binarizes through ClippedSign."""

    sign = ClippedSign


class IdentityBinaryQuant(_BinaryTensorQuant):
    """Binarizes through IdentitySign."""

    sign = IdentitySign


class TanhBinaryQuant(_BinaryTensorQuant):
    """Binarizes through TanhSign; `set_sharpness` moves t from 0.1 to 10 in the course of a training."""

    sharpness = 1.0

    def binarize(self, x: Tensor) -> Tensor:
        return TanhSign.apply(x, self.sharpness)


def set_sharpness(network: nn.Module, progress: float) -> None:
    """Set t = 10^(2 progress - 1) in every TanhSign of a network (IR-Net: t grows from 0.1 to 10).

    Args:
        network: any module; one without TanhSign stays as it is.
        progress: how much of the training is done, 0 to 1.
    """
    for module in network.modules():
        if isinstance(module, TanhBinaryQuant):
            module.sharpness = 10.0 ** (2 * progress - 1)


class PowerOfTwoQuant(nn.Module):
    """Rounds to integers times a constant power-of-two step, ties to even, saturating.

    Args:
        step: distance of two neighbouring levels; must be a power of two.
        bit_width: bits of the integer, 2 to 24 so that float32 holds every level exactly.
        signed: levels -2^(b-1)..2^(b-1)-1 when true, 0..2^b-1 otherwise.

    Raises:
        ValueError: step is no power of two, or bit_width is out of range.
    """

    def __init__(self, step: float, bit_width: int, signed: bool) -> None:
        super().__init__()
        if step <= 0 or math.frexp(step)[0] != 0.5:
            raise ValueError(f"quantizer step {step} is not a power of two; use 2**-4, 0.25, 1, ...")
        if not 2 <= bit_width <= 24:
            raise ValueError(f"quantizer bit width {bit_width} is outside 2..24, where float32 is exact")
        self.step = float(step)
        self.low = -(1 << (bit_width - 1)) if signed else 0
        self.high = self.low + (1 << bit_width) - 1
        self.scale = StatelessBuffer(torch.tensor(self.step))
        self.zero_point = StatelessBuffer(torch.tensor(0.0))
        self.bit_width = BitWidthConst(bit_width)

    def forward(self, x: Tensor) -> QuantArguments:
        value = SaturatingRound.apply(x, self.step, self.low, self.high)
        return value, self.scale(), self.zero_point(), self.bit_width()


class BinaryActivation(ExtendedInjector):
    """Activation quantizer of a binary convolution: sign with the triangle gradient, per tensor, scale 1."""

    proxy_class = ActQuantProxyFromInjector
    tensor_quant = TriangleBinaryQuant
    float_to_int_impl_type = FloatToIntImplType.ROUND
    signed = True
    narrow_range = True


class ClippedActivation(BinaryActivation):
    """BinaryActivation with the clipped gradient (papers: BNN, GAM)."""

    tensor_quant = ClippedBinaryQuant


class TanhActivation(BinaryActivation):
    """BinaryActivation with the tanh gradient (papers: IR-Net)."""

    tensor_quant = TanhBinaryQuant


class BinaryWeight(ExtendedInjector):
    """Weight quantizer of a binary convolution: sign, clipped gradient, scale 1; alpha comes after."""

    proxy_class = WeightQuantProxyFromInjector
    tensor_quant = ClippedBinaryQuant
    float_to_int_impl_type = FloatToIntImplType.ROUND
    signed = True
    narrow_range = True


class IdentityWeight(BinaryWeight):
    """BinaryWeight with the gradient 1 everywhere (papers: E2FIF)."""

    tensor_quant = IdentityBinaryQuant


class TanhWeight(BinaryWeight):
    """BinaryWeight with the tanh gradient (papers: IR-Net)."""

    tensor_quant = TanhBinaryQuant


class PowerOfTwoActivation(ExtendedInjector):
    """Activation quantizer with a constant power-of-two step; its user sets `step`, `bit_width`, `signed`."""

    proxy_class = ActQuantProxyFromInjector
    tensor_quant = PowerOfTwoQuant
    float_to_int_impl_type = FloatToIntImplType.ROUND
    narrow_range = False


class Int8Weight(Int8WeightPerChannelFixedPoint):
    """Weight quantizer of head and tail: 8 bits, -127..127, one power-of-two scale per output channel."""
