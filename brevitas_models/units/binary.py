# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The binary convolution that all units share."""

import torch
from brevitas.inject import ExtendedInjector
from brevitas.nn import QuantConv2d, QuantIdentity
from torch import Tensor, nn

from brevitas_models.quantizers import BinaryActivation, BinaryWeight
from brevitas_models.units.frozen import Freezing


class BinaryConv(Freezing):
    """alpha * BConv(sign(x + move)): float32 (N, in_channels, H, W) -> float32 (N, out_channels, H, W).

    The convolution has no bias; its zero padding comes after binarization, so a tap outside the image
    contributes exactly 0. alpha is the mean of |W| per output channel, without gradient. It follows the
    latent weights in training and is frozen into a buffer by `eval()`, so that an export carries the very
    bits PyTorch computes with.

    Args:
        in_channels, out_channels, kernel, groups: as for torch.nn.Conv2d; the kernel is odd.
        move: add a learnable shift per channel before the sign.
        scaled: multiply by alpha.
        activation, weight: the binarizers, which differ in their gradients.
    """

    alpha: Tensor | None
    reduced_precision = False  # train the convolution in bfloat16: exact to 256, even sums to 512

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int = 3,
        *,
        groups: int = 1,
        move: bool = False,
        scaled: bool = False,
        activation: type[ExtendedInjector] = BinaryActivation,
        weight: type[ExtendedInjector] = BinaryWeight,
    ) -> None:
        super().__init__()
        self.move = nn.Parameter(torch.zeros(1, in_channels, 1, 1)) if move else None
        self.sign = QuantIdentity(act_quant=activation)
        self.conv = QuantConv2d(
            in_channels,
            out_channels,
            kernel,
            padding=kernel // 2,
            groups=groups,
            bias=False,
            weight_quant=weight,
        )
        self.register_buffer("alpha", torch.empty(1, out_channels, 1, 1) if scaled else None)
        self.freeze()

    def latent_alpha(self) -> Tensor:
        """Return the mean of |W| per output channel, shape (1, out_channels, 1, 1), detached."""
        return self.conv.weight.detach().abs().mean(dim=(1, 2, 3)).reshape(1, -1, 1, 1)

    def freeze(self) -> None:
        if self.alpha is not None:
            self.alpha.copy_(self.latent_alpha())

    def accumulate(self, x: Tensor) -> Tensor:
        """Return the sums of +-1: float32 integers (N, out_channels, H, W)."""
        shifted = x if self.move is None else x + self.move
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.training and self.reduced_precision):
            return self.conv(self.sign(shifted))

    def forward(self, x: Tensor) -> Tensor:
        if self.alpha is None:
            return self.accumulate(x)
        alpha = self.latent_alpha() if self.training else self.alpha
        return self.accumulate(x) * alpha
