# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The basic binary convolution units (BBCU, ICLR 2023, section 3): H, B, U, T, variants V1..V4."""

import torch
import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.units.arithmetic import Arithmetic
from brevitas_models.units.binary import BinaryConv
from brevitas_models.units.frozen import Freezing, FrozenBatchNorm

SLOPE_STEP, SLOPE_BITS = 1 / 256, 10


class RPReLU(Freezing):
    """PReLU(x + shift_in) + shift_out with one slope and two shifts per channel (ReActNet), on the trunk.

    The trunk's integers are many, so that only dyadic constants have an exact integer form: in the hardware
    form the shifts are trunk values, the slopes multiples of 1/256 in -2..2, frozen by `eval()`.

    Args:
        channels: number of channels.
        arithmetic: of the network.
    """

    slopes: Tensor

    def __init__(self, channels: int, arithmetic: Arithmetic) -> None:
        super().__init__()
        _add_rprelu(self, channels)
        self.trunk = arithmetic.trunk()
        self.slope_quantizer = arithmetic.quantizer(SLOPE_STEP, SLOPE_BITS)
        self.register_buffer("slopes", torch.empty(channels))
        self.freeze()

    def freeze(self) -> None:
        if self.slopes.is_meta:  # only shapes are asked for, and Brevitas cannot compute there
            return
        with torch.no_grad():
            self.slopes.copy_(self.slope_quantizer(self.prelu.weight))

    def forward(self, x: Tensor) -> Tensor:
        slopes = self.slope_quantizer(self.prelu.weight) if self.training else self.slopes
        return F.prelu(x + self.trunk(self.shift_in), slopes) + self.trunk(self.shift_out)


def _add_rprelu(module: nn.Module, channels: int) -> None:
    module.shift_in = nn.Parameter(torch.zeros(1, channels, 1, 1))
    module.prelu = nn.PReLU(channels)
    module.shift_out = nn.Parameter(torch.zeros(1, channels, 1, 1))


def _rprelu(module: nn.Module, x: Tensor) -> Tensor:
    return module.prelu(x + module.shift_in) + module.shift_out


class BinaryBranch(BinaryConv):
    """RPReLU(alpha * BConv(sign(x + m))), the residual branch of V4; by itself it is the tail, BBCU-T.

    float32 (N, in_channels, H, W) -> float32 (N, out_channels, H, W). The tail's skip, the bilinear image, is
    the network's: it is added in pixels.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, move=True, scaled=True)
        _add_rprelu(self, out_channels)  # here and not in a submodule, whose name would change the weights'

    def forward(self, x: Tensor) -> Tensor:
        return _rprelu(self, super().forward(x))


class BodyUnit(nn.Module):
    """BBCU-B (V4): x -> trunk(x + trunk(branch(x))), float32 (N, C, H, W) to the same shape.

    Args:
        channels: channels C of the trunk.
        trunk: the one quantizer shared by every branch and every sum.
    """

    def __init__(self, channels: int, trunk: nn.Module) -> None:
        super().__init__()
        self.branch = BinaryBranch(channels, channels)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.trunk(self.branch(x)))


class ActivatedSumUnit(nn.Module):
    """V1 (with batch normalization), V2 and V3 (without): RPReLU(x + [BN] alpha * BConv(sign(x + m))).

    V3 is V2 in a network with residual alignment. float32 (N, C, H, W) to the same shape.

    Args:
        channels: channels C of the trunk.
        arithmetic: of the network.
        trunk: the one quantizer shared by every branch, sum and activation.
        normalized: whether batch normalization follows the convolution.
    """

    def __init__(self, channels: int, arithmetic: Arithmetic, trunk: nn.Module, normalized: bool) -> None:
        super().__init__()
        self.branch = BinaryConv(channels, channels, move=True, scaled=True)
        self.norm = FrozenBatchNorm(channels) if normalized else nn.Identity()
        self.activation = RPReLU(channels, arithmetic)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        total = self.trunk(x + self.trunk(self.norm(self.branch(x))))
        return self.trunk(self.activation(total))


class HeadUnit(nn.Module):
    """BBCU-H: trunk(repeat(x) + trunk(branch(x))), float32 (N, colours, H, W) -> (N, C, H, W).

    The skip repeats each colour C // colours times and fills up with the first ones (3 to 64: 21 each, and
    red once more). A sign of pixels says nothing at threshold 0, and far from it no gradient passes; so
    `middle`, the aligned mid-grey, is where the thresholds start. In the paper they start at 0.

    Args:
        colours, channels: input and trunk channels.
        trunk: the one quantizer shared by every branch and every sum.
        middle: initial threshold of the sign.
    """

    index: Tensor

    def __init__(self, colours: int, channels: int, trunk: nn.Module, middle: float) -> None:
        super().__init__()
        self.branch = BinaryBranch(colours, channels)
        nn.init.constant_(self.branch.move, -middle)
        self.trunk = trunk
        whole = torch.arange(colours).repeat_interleave(channels // colours)
        index = torch.cat([whole, torch.arange(channels - len(whole))])
        self.register_buffer("index", index, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(self.trunk(x.index_select(1, self.index)) + self.trunk(self.branch(x)))


class UpsamplingUnit(nn.Module):
    """BBCU-U: float32 (N, C, H, W) -> (N, C, rH, rW): trunk(nearest(x) + shuffle(trunk(branch(x)))).

    Nearest-neighbour upsampling equals the paper's repetition of the channels before the pixel shuffle.

    Args:
        channels: channels C of the trunk; the branch has r * r * C.
        trunk: the one quantizer shared by every branch and every sum.
        factor: upscaling factor r.
    """

    def __init__(self, channels: int, trunk: nn.Module, factor: int = 2) -> None:
        super().__init__()
        self.factor = factor
        self.branch = BinaryBranch(channels, factor * factor * channels)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        fine = F.pixel_shuffle(self.trunk(self.branch(x)), self.factor)
        return self.trunk(F.interpolate(x, scale_factor=self.factor, mode="nearest") + fine)
