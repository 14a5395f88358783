# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""RCAN with E2FIF's units: groups of residual blocks with channel attention."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.networks.e2fif import E2FIFConfig, E2FIFNetwork
from brevitas_models.units import LEAKY_SLOPE, E2FIFUnit, PlainConv, make_body

ATTENTION_REDUCTION = 16


@dataclass(frozen=True, kw_only=True)
class RCANConfig(E2FIFConfig):
    """RCAN.

    Attributes:
        groups: number of residual groups.
        blocks: blocks of two convolutions per group.
        attention: channel attention in each block; without it the network has a streaming form.
    """

    groups: int
    blocks: int
    attention: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("groups", 1)
        self.require("blocks", 1)


class ChannelAttention(nn.Module):
    """x times one factor per channel, computed from the mean of the frame; (N, C, H, W) to the same shape."""

    obstacle = "channel attention needs the mean of the whole frame before its first output"

    def __init__(self, channels: int) -> None:
        super().__init__()
        narrow = max(1, channels // ATTENTION_REDUCTION)
        self.squeeze = nn.Conv2d(channels, narrow, 1)
        self.excite = nn.Conv2d(narrow, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        pooled = F.adaptive_avg_pool2d(x, 1)
        return x * torch.sigmoid(self.excite(F.leaky_relu(self.squeeze(pooled), LEAKY_SLOPE)))


class AttentionBlock(nn.Module):
    """RCAN's block: two convolutions and attention. The binary one has no outer skip."""

    def __init__(self, config: RCANConfig, trunk: nn.Module) -> None:
        super().__init__()
        # a pair of E2FIF units, or a residual block, whose skip then goes around the attention
        self.pair = make_body(config.unit, config.channels, 2, config.arithmetic, trunk)[0]
        self.attention = ChannelAttention(config.channels) if config.attention else nn.Identity()
        self.trunk, self.outer = trunk, config.full_precision

    def forward(self, x: Tensor) -> Tensor:
        if self.outer:
            return self.trunk(x + self.attention(self.pair.second(self.pair.first(x))))
        return self.trunk(self.attention(self.pair(x)))


class AttentionGroup(nn.Module):
    """RCAN's residual group: blocks, a convolution, and a skip around them."""

    def __init__(self, config: RCANConfig, trunk: nn.Module) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(AttentionBlock(config, trunk) for _ in range(config.blocks)))
        self.last = _unit(config, trunk)
        self.trunk = trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.last(self.blocks(x)))


def _unit(config: E2FIFConfig, trunk: nn.Module) -> nn.Module:
    if config.full_precision:
        return PlainConv(config.channels, config.channels, config.arithmetic, trunk, nn.Identity())
    return E2FIFUnit(config.channels, trunk)


class RCAN(E2FIFNetwork):
    """Residual groups and a skip around all of them."""

    config: RCANConfig

    def __init__(self, config: RCANConfig) -> None:
        super().__init__(config)
        self.body = nn.Sequential(*(AttentionGroup(config, self.trunk) for _ in range(config.groups)))

    def features(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.body(x))
