# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The units of E2FIF (TIP 2023): a skip over every binary convolution, one normalization behind it."""

import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.quantizers import IdentityWeight
from brevitas_models.units.arithmetic import LEAKY_SLOPE, Arithmetic
from brevitas_models.units.frozen import FrozenBatchNorm
from brevitas_models.units.staged import StagedConv


class E2FIFConv(StagedConv):
    """A binary convolution that can be trained with binary activations first (E2FIF's released code).

    | stage | activation | weights |
    |---|---|---|
    | 1 ("binaryactonly" there) | sign(x), triangle gradient | float |
    | 2 | sign(x), triangle gradient | sign, gradient 1 |
    """

    stages = (1, 2)

    def __init__(self, in_channels: int, out_channels: int, kernel: int = 3) -> None:
        super().__init__(in_channels, out_channels, kernel, weight=IdentityWeight)

    def soften(self, x: Tensor) -> Tensor:
        return self.float_sums(self.sign(x))


class NormedConv(nn.Module):
    """BN(BConv(sign(x))): float32 (N, in_channels, H, W) -> trunk integers (N, out_channels, H, W).

    The paper's bias of the convolution is left out: the normalization takes any constant away again.

    Args:
        in_channels, out_channels, kernel: as for torch.nn.Conv2d.
        trunk: the one quantizer shared by every branch and every sum.
    """

    def __init__(self, in_channels: int, out_channels: int, trunk: nn.Module, kernel: int = 3) -> None:
        super().__init__()
        self.conv = E2FIFConv(in_channels, out_channels, kernel)
        self.norm = FrozenBatchNorm(out_channels)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(self.norm(self.conv(x)))


class E2FIFUnit(nn.Module):
    """x + BN(BConv(sign(x))), float32 (N, C, H, W) to the same shape."""

    def __init__(self, channels: int, trunk: nn.Module, kernel: int = 3) -> None:
        super().__init__()
        self.branch = NormedConv(channels, channels, trunk, kernel)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.branch(x))


class E2FIFBlock(nn.Module):
    """Two units with a LeakyReLU between them: the residual block without its outer skip."""

    def __init__(self, channels: int, trunk: nn.Module) -> None:
        super().__init__()
        self.first = E2FIFUnit(channels, trunk)
        self.second = E2FIFUnit(channels, trunk)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.trunk(F.leaky_relu(self.first(x), LEAKY_SLOPE)))


class E2FIFUpsampler(nn.Module):
    """The binary up-sampler: shuffle(BN(BConv(sign(x))) + repeat(x)), (N, C, H, W) -> (N, C, rH, rW).

    The repetition of each channel r * r times before the shuffle is nearest-neighbour interpolation.
    """

    def __init__(self, channels: int, trunk: nn.Module, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.branch = NormedConv(channels, factor * factor * channels, trunk)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        fine = F.pixel_shuffle(self.branch(x), self.factor)
        return self.trunk(F.interpolate(x, scale_factor=self.factor, mode="nearest") + fine)


class ShuffleTail(nn.Module):
    """The one-convolution tail: float32 (N, C, H, W) -> shuffle(pixels(convolution)), (N, colours, rH, rW).

    Args:
        channels, colours: input and output channels.
        factor: upscaling factor r.
        arithmetic: makes the convolution, which is not binary, and the quantizer of pixels behind it.
        bias: whether the convolution has one.
    """

    def __init__(
        self, channels: int, colours: int, factor: int, arithmetic: Arithmetic, bias: bool = True
    ) -> None:
        super().__init__()
        self.factor = factor
        self.conv = arithmetic.conv(channels, factor * factor * colours, bias=bias)
        self.output = arithmetic.pixels()

    def forward(self, x: Tensor) -> Tensor:
        return F.pixel_shuffle(self.output(self.conv(x)), self.factor)
