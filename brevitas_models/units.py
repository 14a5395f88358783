# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The basic binary convolution units BBCU-B (body) and BBCU-U (upsampling) on an integer trunk."""

import torch
import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from brevitas.nn import QuantConv2d, QuantIdentity
from torch import Tensor, nn

from brevitas_models.quantizers import BinaryActivation, BinaryWeight


class BinaryBranch(nn.Module):
    """RPReLU(alpha * BConv(sign(x + m))), the residual branch of a unit (BBCU, section 3, variant V4).

    float32 (N, in_channels, H, W) -> float32 (N, out_channels, H, W). The 3x3 convolution has no bias; its
    zero padding comes after binarization, so a tap outside the image contributes exactly 0. alpha is the mean
    of |W| per output channel, without gradient. It follows the latent weights in training and is frozen into
    a buffer by `eval()`, so that an export carries the very bits PyTorch computes with.
    """

    alpha: Tensor
    reduced_precision = False  # train the convolution in bfloat16: exact to 256, even sums to 512

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.move = nn.Parameter(torch.zeros(1, in_channels, 1, 1))
        self.sign = QuantIdentity(act_quant=BinaryActivation)
        self.conv = QuantConv2d(
            in_channels, out_channels, 3, padding=1, bias=False, weight_quant=BinaryWeight
        )
        self.register_buffer("alpha", torch.empty(1, out_channels, 1, 1))
        self.shift_in = nn.Parameter(torch.zeros(1, out_channels, 1, 1))
        self.prelu = nn.PReLU(out_channels)
        self.shift_out = nn.Parameter(torch.zeros(1, out_channels, 1, 1))
        self.freeze_alpha()

    def latent_alpha(self) -> Tensor:
        """Return the mean of |W| per output channel, shape (1, out_channels, 1, 1), detached."""
        return self.conv.weight.detach().abs().mean(dim=(1, 2, 3)).reshape(1, -1, 1, 1)

    def freeze_alpha(self) -> None:
        """Copy the alpha of the present latent weights into the buffer that evaluation and export use."""
        self.alpha.copy_(self.latent_alpha())

    def train(self, mode: bool = True) -> "BinaryBranch":
        """Switch mode; leaving training freezes alpha. A repeated eval() leaves a loaded alpha untouched."""
        if self.training and not mode:
            self.freeze_alpha()
        return super().train(mode)

    def forward(self, x: Tensor) -> Tensor:
        alpha = self.latent_alpha() if self.training else self.alpha
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.training and self.reduced_precision):
            accumulator = self.conv(self.sign(x + self.move))
        return self.prelu(accumulator * alpha + self.shift_in) + self.shift_out


class BodyUnit(nn.Module):
    """BBCU-B: x -> trunk(x + trunk(branch(x))), float32 (N, C, H, W) to the same shape.

    Args:
        channels: channels C of the trunk.
        trunk: the one quantizer shared by every branch and every sum.
    """

    def __init__(self, channels: int, trunk: QuantIdentity) -> None:
        super().__init__()
        self.branch = BinaryBranch(channels, channels)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.trunk(self.branch(x)))


class UpsamplingUnit(nn.Module):
    """BBCU-U: float32 (N, C, H, W) -> (N, C, 2H, 2W): trunk(nearest(x) + shuffle(trunk(branch(x)))).

    Nearest-neighbour upsampling equals the paper's repetition of the channels before the pixel shuffle.

    Args:
        channels: channels C of the trunk; the branch has 4C.
        trunk: the one quantizer shared by every branch and every sum.
    """

    def __init__(self, channels: int, trunk: QuantIdentity) -> None:
        super().__init__()
        self.branch = BinaryBranch(channels, 4 * channels)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        fine = F.pixel_shuffle(self.trunk(self.branch(x)), 2)
        return self.trunk(F.interpolate(x, scale_factor=2, mode="nearest") + fine)
