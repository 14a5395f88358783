# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The units BBCU is compared with: plain BNN, Bi-Real, IR-Net, ReActNet; float32 (N, C, H, W) to the same.

Each takes the channels of the trunk and the one quantizer shared by every branch and every sum.
"""

import torch
import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.quantizers import ClippedActivation, TanhActivation, TanhWeight
from brevitas_models.units.arithmetic import Arithmetic
from brevitas_models.units.bbcu import ActivatedSumUnit
from brevitas_models.units.binary import BinaryConv
from brevitas_models.units.frozen import FrozenBatchNorm


class BNNUnit(nn.Module):
    """Plain BNN (Courbariaux et al. 2016): Hardtanh(BN(BConv(sign(x)))), no skip, no scale."""

    def __init__(self, channels: int, trunk: nn.Module) -> None:
        super().__init__()
        self.branch = BinaryConv(channels, channels, activation=ClippedActivation)
        self.norm = FrozenBatchNorm(channels)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(F.hardtanh(self.norm(self.branch(x))))


class NormedSkipUnit(nn.Module):
    """trunk(x + trunk(BN(conv(x)))) around a given binary convolution."""

    def __init__(self, branch: BinaryConv, channels: int, trunk: nn.Module) -> None:
        super().__init__()
        self.branch = branch
        self.norm = FrozenBatchNorm(channels)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.trunk(self.norm(self.branch(x))))


class BiRealUnit(NormedSkipUnit):
    """Bi-Real Net (2018): x + BN(alpha * BConv(sign(x))), triangle gradient."""

    def __init__(self, channels: int, trunk: nn.Module) -> None:
        super().__init__(BinaryConv(channels, channels, scaled=True), channels, trunk)


class BalancedConv(BinaryConv):
    """IR-Net's convolution: sign of weights balanced per output channel, alpha a power of two, tanh gradient.

    Training balances W to mean 0 and deviation 1. A shift of W changes nothing then, so leaving training
    subtracts the mean from W itself; evaluation and export use the plain sign.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(channels, channels, scaled=True, activation=TanhActivation, weight=TanhWeight)

    def balanced(self) -> Tensor:
        """Return the balanced weights (out_channels, in_channels, k, k)."""
        centred = self.conv.weight - self.conv.weight.mean(dim=(1, 2, 3), keepdim=True)
        return centred / centred.std(dim=(1, 2, 3), keepdim=True)

    def latent_alpha(self) -> Tensor:
        """Return 2^round(log2(mean |W|)) of the balanced W, shape (1, out_channels, 1, 1), detached."""
        mean = self.balanced().detach().abs().mean(dim=(1, 2, 3))
        return torch.exp2(torch.round(torch.log2(mean))).reshape(1, -1, 1, 1)

    def freeze(self) -> None:
        super().freeze()
        with torch.no_grad():
            self.conv.weight.sub_(self.conv.weight.mean(dim=(1, 2, 3), keepdim=True))

    def accumulate(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().accumulate(x)
        weight, *_ = self.conv.weight_quant.tensor_quant(self.balanced())
        return F.conv2d(self.sign(x), weight, padding=self.conv.padding)


class IRNetUnit(NormedSkipUnit):
    """IR-Net (2020): x + BN(alpha * BConv(sign(x))) with BalancedConv."""

    def __init__(self, channels: int, trunk: nn.Module) -> None:
        super().__init__(BalancedConv(channels), channels, trunk)


class ReActNetUnit(ActivatedSumUnit):
    """ReActNet (2020): RPReLU(x + BN(alpha * BConv(sign(x + m)))), what BBCU starts from and calls V1."""

    def __init__(self, channels: int, arithmetic: Arithmetic, trunk: nn.Module) -> None:
        super().__init__(channels, arithmetic, trunk, normalized=True)
