# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""PRN_r for deraining (PReNet's plain, recursive form), binary as in GAM (ACML 2023)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.networks.bbcu import DIFFERENCE_BITS
from brevitas_models.networks.config import shrink
from brevitas_models.networks.gam import GAMConfig, GAMNetwork
from brevitas_models.units import PIXEL_MAXIMUM, GAMBlock, ResidualBlock


@dataclass(frozen=True, kw_only=True)
class PRNConfig(GAMConfig):
    """PRN_r: one block of two convolutions, used again and again.

    Attributes:
        iterations: passes through the whole network, each given the result of the one before.
        depth: uses of the block in each pass.
    """

    iterations: int = 6
    depth: int = 5
    TASK: ClassVar[str] = "deraining"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("iterations", 1)
        self.require("depth", 1)


class PRN(GAMNetwork):
    """Passes of head(image and last result), block, ..., block, tail, each added to the image.

    forward: float32 (N, colours, H, W) pixels 0..255 -> the same. All passes share all weights; the hardware
    form rounds the result to pixels between them.
    """

    config: PRNConfig
    twice: Tensor

    def __init__(self, config: PRNConfig) -> None:
        super().__init__(config)
        self.register_buffer("twice", torch.arange(config.colours).repeat(2), persistent=False)
        arithmetic, channels = config.arithmetic, config.channels
        self.head = arithmetic.conv(2 * config.colours, channels, magnitude=PIXEL_MAXIMUM)
        self.block: nn.Module
        if config.full_precision:
            self.block = ResidualBlock(channels, arithmetic, self.trunk)
        else:
            self.block = GAMBlock(channels, self.trunk, config.norm)
        self.tail = arithmetic.conv(channels, config.colours)
        shrink(self.tail)  # each pass starts near its input; with all of it, the passes add up to noise
        self.difference = arithmetic.quantizer(1.0, DIFFERENCE_BITS)
        self.output = arithmetic.pixels()

    def _pass(self, pixels: Tensor, both: Tensor) -> Tensor:
        x = self.trunk(F.relu(self.head(both)))
        for _ in range(self.config.depth):
            x = self.block(x)
            if self.config.full_precision:
                x = F.relu(x)
        return self.output(self.difference(self.difference(self.tail(x)) + pixels))

    def forward(self, pixels: Tensor) -> Tensor:
        pixels = self._dark(pixels)
        # QONNX cannot rename one tensor given to Concat twice
        restored = self._pass(pixels, pixels.index_select(1, self.twice))
        for _ in range(self.config.iterations - 1):
            restored = self._pass(pixels, torch.cat([pixels, restored], dim=1))
        return self._bright(restored)
