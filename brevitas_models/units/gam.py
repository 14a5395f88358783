# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""GAM's unit (ACML 2023): normalization, activation, convolution, and the four stages of its training."""

import torch
from torch import Tensor, nn

from brevitas_models.quantizers import ClippedActivation
from brevitas_models.units.frozen import FrameNorm, FrozenBatchNorm
from brevitas_models.units.staged import StagedConv

NORMS: dict[str, type[nn.Module]] = {"batch": FrozenBatchNorm, "instance": FrameNorm}


class GAMConv(StagedConv):
    """A binary convolution that is trained in GAM's four stages (ACML 2023, training in four stages).

    | stage | activation | weights |
    |---|---|---|
    | 1 | tanh(x) | float |
    | 2 | tanh(x) | sign, clipped gradient |
    | 3 | tanh(10 x) | sign, clipped gradient |
    | 4 | sign(x), clipped gradient | sign, clipped gradient |
    """

    stages = (1, 2, 3, 4)

    def __init__(self, in_channels: int, out_channels: int, kernel: int = 3, groups: int = 1) -> None:
        super().__init__(in_channels, out_channels, kernel, groups=groups, activation=ClippedActivation)

    def soften(self, x: Tensor) -> Tensor:
        soft = torch.tanh(x if self.stage < 3 else 10 * x)
        return self.conv(soft) if self.stage > 1 else self.float_sums(soft)


class GAMUnit(nn.Module):
    """Conv(act(norm(x))): float32 (N, in_channels, H, W) -> trunk integers (N, out_channels, H, W).

    Args:
        in_channels, out_channels, kernel: as for torch.nn.Conv2d.
        trunk: quantizer of the result; the sums are integers, so a step up to 1 only saturates.
        norm: "batch", or "instance", which has no streaming form.
    """

    def __init__(
        self, in_channels: int, out_channels: int, trunk: nn.Module, kernel: int = 3, norm: str = "batch"
    ) -> None:
        super().__init__()
        self.norm = NORMS[norm](in_channels)
        self.conv = GAMConv(in_channels, out_channels, kernel)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(self.conv(self.norm(x)))


class GAMBlock(nn.Module):
    """Two units and the residual block's skip: x + unit(unit(x)), float32 (N, C, H, W) to the same shape."""

    def __init__(self, channels: int, trunk: nn.Module, norm: str = "batch") -> None:
        super().__init__()
        self.first = GAMUnit(channels, channels, trunk, norm=norm)
        self.second = GAMUnit(channels, channels, trunk, norm=norm)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.second(self.first(x)))


class SeparableUnit(nn.Module):
    """Depthwise 3x3 and pointwise 1x1 convolution, both binary, behind one normalization (for Zero-DCE++)."""

    def __init__(self, in_channels: int, out_channels: int, trunk: nn.Module) -> None:
        super().__init__()
        self.norm = FrozenBatchNorm(in_channels)
        self.depthwise = GAMConv(in_channels, in_channels, groups=in_channels)
        self.pointwise = GAMConv(in_channels, out_channels, kernel=1)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(self.pointwise(self.depthwise(self.norm(x))))
