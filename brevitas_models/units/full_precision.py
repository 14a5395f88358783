# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The blocks of the networks that are not binary: what the full-precision twins are made of."""

import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.units.arithmetic import LEAKY_SLOPE, Arithmetic
from brevitas_models.units.frozen import FrozenBatchNorm


class PlainConv(nn.Module):
    """Activation([norm] convolution), float32 (N, in_channels, H, W) -> (N, out_channels, H, W).

    Args:
        in_channels, out_channels: as for torch.nn.Conv2d.
        arithmetic, trunk: make the convolution, and quantize what leaves.
        activation: function behind the convolution, ReLU if None.
        normalized: batch normalization between them, and no bias then. In the hardware form the bias remains
            instead: a scale that is no power of two, on sums of 8-bit products, has no exact integer form.
        bias, kernel: of the convolution.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        arithmetic: Arithmetic,
        trunk: nn.Module,
        activation: nn.Module | None = None,
        normalized: bool = False,
        bias: bool = True,
        kernel: int = 3,
    ) -> None:
        super().__init__()
        normalized = normalized and arithmetic.bits is None
        self.conv = arithmetic.conv(in_channels, out_channels, kernel, bias=bias and not normalized)
        self.norm = FrozenBatchNorm(out_channels) if normalized else nn.Identity()
        self.activation = nn.ReLU() if activation is None else activation
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(self.activation(self.norm(self.conv(x))))


class ResidualBlock(nn.Module):
    """x + conv(act(conv(x))), each convolution with batch normalization if `normalized`; shape unchanged."""

    def __init__(
        self,
        channels: int,
        arithmetic: Arithmetic,
        trunk: nn.Module,
        activation: nn.Module | None = None,
        normalized: bool = False,
    ) -> None:
        super().__init__()
        self.first = PlainConv(channels, channels, arithmetic, trunk, activation, normalized)
        self.second = PlainConv(channels, channels, arithmetic, trunk, nn.Identity(), normalized)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.second(self.first(x)))


class PlainUpsampling(nn.Module):
    """LeakyReLU(shuffle(convolution)), float32 (N, C, H, W) -> (N, C, rH, rW) with the factor r."""

    def __init__(
        self, channels: int, arithmetic: Arithmetic, trunk: nn.Module, factor: int, bias: bool = True
    ) -> None:
        super().__init__()
        self.factor = factor
        self.conv = arithmetic.conv(channels, factor * factor * channels, bias=bias)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(F.leaky_relu(F.pixel_shuffle(self.conv(x), self.factor), LEAKY_SLOPE))


class SeparableConv(nn.Module):
    """Depthwise 3x3 and pointwise 1x1 convolution, float32 (N, in_channels, H, W) -> (N, out_channels, H, W).

    Args:
        in_channels, out_channels: channels.
        arithmetic, trunk: of the network.
        magnitude: largest absolute input integer; the trunk's if None.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        arithmetic: Arithmetic,
        trunk: nn.Module,
        magnitude: int | None = None,
    ) -> None:
        super().__init__()
        self.depthwise = arithmetic.conv(in_channels, in_channels, magnitude=magnitude, groups=in_channels)
        self.pointwise = arithmetic.conv(in_channels, out_channels, kernel=1)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.pointwise(self.trunk(self.depthwise(x)))
