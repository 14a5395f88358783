# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""RDN with E2FIF's units: residual dense blocks, 1x1 fusions."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.networks.e2fif import E2FIFConfig, E2FIFNetwork
from brevitas_models.units import LEAKY_SLOPE, NormedConv, PlainConv


@dataclass(frozen=True, kw_only=True)
class RDNConfig(E2FIFConfig):
    """RDN; the growth is the number of channels.

    Attributes:
        blocks: number D of residual dense blocks.
        convs: number C of convolutions per block.
    """

    blocks: int
    convs: int

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("blocks", 1)
        self.require("convs", 1)


class DenseConv(nn.Module):
    """BN(BConv(sign(x))), plus x where the channels agree; the full-precision one is a convolution."""

    def __init__(self, in_channels: int, config: RDNConfig, trunk: nn.Module, kernel: int = 3) -> None:
        super().__init__()
        self.trunk = trunk
        self.skip = in_channels == config.channels and not config.full_precision
        if config.full_precision:
            self.conv: nn.Module = PlainConv(
                in_channels, config.channels, config.arithmetic, trunk, nn.Identity(), kernel=kernel
            )
        else:
            self.conv = NormedConv(in_channels, config.channels, trunk, kernel)

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.conv(x)) if self.skip else self.conv(x)


class DenseBlock(nn.Module):
    """RDN's block: densely connected convolutions, a 1x1 fusion with the last as its skip, and x itself."""

    def __init__(self, config: RDNConfig, trunk: nn.Module) -> None:
        super().__init__()
        widths = [config.channels * (index + 1) for index in range(config.convs + 1)]
        self.convs = nn.ModuleList(DenseConv(width, config, trunk) for width in widths[:-1])
        self.fusion = DenseConv(widths[-1], config, trunk, kernel=1)
        self.trunk, self.binary = trunk, not config.full_precision
        self.slope = 0.0 if config.full_precision else LEAKY_SLOPE

    def forward(self, x: Tensor) -> Tensor:
        dense = last = x
        for conv in self.convs:
            last = self.trunk(F.leaky_relu(conv(dense), self.slope))
            dense = torch.cat([dense, last], dim=1)
        fused = self.fusion(dense)
        if self.binary:
            fused = self.trunk(fused + last)
        return self.trunk(fused + x)


class RDN(E2FIFNetwork):
    """Dense blocks, their fusion with the last block's output as its skip, and the head's output."""

    config: RDNConfig

    def __init__(self, config: RDNConfig) -> None:
        super().__init__(config)
        self.second = DenseConv(config.channels, config, self.trunk)
        self.blocks = nn.ModuleList(DenseBlock(config, self.trunk) for _ in range(config.blocks))
        self.fusion = nn.Sequential(
            DenseConv(config.channels * config.blocks, config, self.trunk, kernel=1),
            DenseConv(config.channels, config, self.trunk),
        )

    def features(self, x: Tensor) -> Tensor:
        block = self.second(x)
        outputs = []
        for module in self.blocks:
            block = module(block)
            outputs.append(block)
        fused = self.fusion(torch.cat(outputs, dim=1))
        if not self.config.full_precision:
            fused = self.trunk(fused + block)
        return self.trunk(fused + x)
