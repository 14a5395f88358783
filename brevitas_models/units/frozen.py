# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Modules whose evaluation constants are frozen when training ends, so that an export carries their bits."""

from typing import TypeVar

import torch
from torch import Tensor, nn

Self = TypeVar("Self", bound="Freezing")


class Freezing(nn.Module):
    """A module that computes its evaluation constants once, when it leaves training."""

    def freeze(self) -> None:
        """Copy what the present parameters imply into the buffers that evaluation and export use."""
        raise NotImplementedError

    def train(self: Self, mode: bool = True) -> Self:
        """Switch mode; leaving training freezes. A repeated eval() leaves loaded constants untouched."""
        if self.training and not mode:
            self.freeze()
        super().train(mode)
        return self


class FrozenBatchNorm(Freezing, nn.BatchNorm2d):
    """Batch normalization that evaluates as x * scale + shift with two frozen vectors.

    float32 (N, C, H, W) to the same shape. PyTorch's exporter merges an ordinary batch normalization into the
    convolution before it, which would leave no binary weights.
    """

    scale: Tensor
    shift: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.register_buffer("scale", torch.ones(1, channels, 1, 1))
        self.register_buffer("shift", torch.zeros(1, channels, 1, 1))
        self.freeze()

    def freeze(self) -> None:
        assert self.running_var is not None and self.running_mean is not None
        scale = self.weight.detach() / torch.sqrt(self.running_var + self.eps)
        self.scale.copy_(scale.reshape(1, -1, 1, 1))
        self.shift.copy_((self.bias.detach() - self.running_mean * scale).reshape(1, -1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) if self.training else x * self.scale + self.shift


class FrameNorm(nn.InstanceNorm2d):
    """Instance normalization over the frame (GAM's choice for deraining); it has no streaming form."""

    obstacle = "instance normalization needs the mean of the whole frame before its first output"

    def __init__(self, channels: int) -> None:
        super().__init__(channels, affine=True)
