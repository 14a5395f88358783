# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Binary convolutions that are trained in stages, each of which starts from the weights of the one before."""

from typing import Any, ClassVar

import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.units.binary import BinaryConv


class StagedConv(BinaryConv):
    """A binary convolution with softer forms for the first stages of a training; the last one is binary.

    float32 (N, in_channels, H, W) -> (N, out_channels, H, W). It begins in the last stage; see `set_stage`.

    Attributes:
        stages: of a whole training, in their order.
        stage: the present one.
    """

    stages: ClassVar[tuple[int, ...]]

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.stage = self.stages[-1]

    @property
    def obstacle(self) -> str | None:
        """Why this convolution cannot be exported, or None."""
        if self.stage == self.stages[-1]:
            return None
        return f"training stage {self.stage} is not binary yet; call set_stage(network, {self.stages[-1]})"

    def accumulate(self, x: Tensor) -> Tensor:
        return super().accumulate(x) if self.stage == self.stages[-1] else self.soften(x)

    def soften(self, x: Tensor) -> Tensor:
        """Return the sums of an earlier stage."""
        raise NotImplementedError

    def float_sums(self, x: Tensor) -> Tensor:
        """Return the convolution with the weights as they are, without their sign."""
        return F.conv2d(x, self.conv.weight, padding=self.conv.padding, groups=self.conv.groups)


def staged_convs(network: nn.Module) -> list[StagedConv]:
    """Return the convolutions of a network that are trained in stages."""
    return [module for module in network.modules() if isinstance(module, StagedConv)]


def set_stage(network: nn.Module, stage: int) -> None:
    """Put every StagedConv of a network into a training stage.

    Raises:
        ValueError: a convolution has no such stage.
    """
    convs = staged_convs(network)
    for conv in convs:
        if stage not in conv.stages:
            raise ValueError(f"stage {stage} does not exist; use 1 to {conv.stages[-1]}")
    for conv in convs:
        conv.stage = stage
