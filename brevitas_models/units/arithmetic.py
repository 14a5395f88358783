# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What lies between the binary convolutions: fixed point as in hardware, or the papers' floats."""

from dataclasses import dataclass
from typing import Any

import torch
from brevitas.nn import QuantConv2d, QuantIdentity
from torch import Tensor, nn

from brevitas_models.quantizers import Int8Weight, PowerOfTwoActivation

PIXEL_BITS = 8
PIXEL_MAXIMUM = 255
# the papers' 0.1 has no exact integer form: a tenth of a trunk integer ties where no shift does
LEAKY_SLOPE = 1 / 8


class WideConv(QuantConv2d):
    """A convolution of integers that is not binary: 8-bit weights, zero padding, stride 1.

    float32 (N, in_channels, H, W) -> (N, out_channels, H, W).

    Args:
        in_channels, out_channels, kernel, groups: as for torch.nn.Conv2d; the kernel is odd.
        magnitude: largest absolute integer of the input, by which an export bounds the sums.
        reader: quantizer of the input, or None to take it as it is.
        bias_quantizer: quantizer of the bias, or None for a convolution without bias.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int,
        magnitude: int,
        reader: nn.Module | None = None,
        bias_quantizer: nn.Module | None = None,
        groups: int = 1,
    ) -> None:
        layout: dict[str, Any] = {"padding": kernel // 2, "groups": groups, "bias": False}
        super().__init__(in_channels, out_channels, kernel, weight_quant=Int8Weight, **layout)
        self.magnitude, self.reader = magnitude, reader
        self.bias_quantizer = bias_quantizer
        self.shift = None if bias_quantizer is None else nn.Parameter(torch.zeros(1, out_channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        sums = super().forward(x if self.reader is None else self.reader(x))
        return sums if self.bias_quantizer is None else sums + self.bias_quantizer(self.shift)


@dataclass(frozen=True)
class Arithmetic:
    """Makes the parts of a network that are not binary, in one of two forms.

    Hardware form: one signed fixed-point trunk with a power-of-two step, 8-bit weights. Every sum is an
    integer times a power of two. Research form: plain floats; it trains and evaluates and is not exported.

    Attributes:
        bits: bits of the trunk's integers, or None for the research form.
        step: value of one trunk integer, a power of two.
        wide_bits: bits of the trunk that 8-bit convolutions read, the most significant ones, so that sums
            over many channels stay exact in float32; None for all.
    """

    bits: int | None
    step: float
    wide_bits: int | None = None

    def quantizer(self, step: float, bits: int, signed: bool = True) -> nn.Module:
        """Return a quantizer with a constant step, or the identity in the research form."""
        if self.bits is None:
            return nn.Identity()
        return QuantIdentity(act_quant=PowerOfTwoActivation, step=step, bit_width=bits, signed=signed)

    def trunk(self) -> nn.Module:
        """Return the quantizer that all branches and sums of a network share."""
        return self.quantizer(self.step, self.bits or 0)

    def pixels(self) -> nn.Module:
        """Return the quantizer of 8-bit pixels, 0..255."""
        return self.quantizer(1.0, PIXEL_BITS, signed=False)

    def reader(self) -> nn.Module | None:
        """Return the quantizer of what an 8-bit convolution reads from the trunk, or None."""
        if self.bits is None or self.wide_bits is None or self.wide_bits >= self.bits:
            return None
        return self.quantizer(self.step * 2.0 ** (self.bits - self.wide_bits), self.wide_bits)

    def conv(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int = 3,
        *,
        magnitude: int | None = None,
        bias: bool = True,
        groups: int = 1,
    ) -> nn.Module:
        """Return a convolution that is not binary: WideConv, or torch.nn.Conv2d in the research form.

        Args:
            in_channels, out_channels, kernel, bias, groups: as for torch.nn.Conv2d; padding keeps the size.
            magnitude: largest absolute input integer; None for an input from the trunk.
        """
        if self.bits is None:
            layout: dict[str, Any] = {"padding": kernel // 2, "groups": groups, "bias": bias}
            return nn.Conv2d(in_channels, out_channels, kernel, **layout)
        quantizer = self.trunk() if bias else None
        if magnitude is not None:
            return WideConv(in_channels, out_channels, kernel, magnitude, None, quantizer, groups)
        largest = 1 << (min(self.bits, self.wide_bits or self.bits) - 1)
        return WideConv(in_channels, out_channels, kernel, largest, self.reader(), quantizer, groups)
