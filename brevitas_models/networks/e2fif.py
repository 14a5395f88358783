# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""E2FIF's networks (TIP 2023): what the backbones share, and EDSR."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from brevitas_models.networks.bbcu import FACTORS
from brevitas_models.networks.config import NetworkConfig, RestorationNetwork
from brevitas_models.units import (
    FULL_PRECISION,
    PIXEL_MAXIMUM,
    Arithmetic,
    E2FIFUpsampler,
    PlainUpsampling,
    ShuffleTail,
    make_body,
)

MEAN = 127.5


@dataclass(frozen=True, kw_only=True)
class E2FIFConfig(NetworkConfig):
    """What the three backbones share.

    Attributes:
        scale: upscaling factor; 2, 3 or 4.
        tail: "light", one convolution and a pixel shuffle, or "repeat", the binary up-sampler with the
            repeated skip, once per factor, and a convolution.
    """

    unit: str = "e2fif"
    colours: int = 1
    scale: int = 2
    tail: str = "light"
    TASK: ClassVar[str] = "super-resolution"
    UNITS: ClassVar[tuple[str, ...]] = ("e2fif", FULL_PRECISION)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scale not in FACTORS:
            raise ValueError(f"scale {self.scale} is not supported; this network upscales by 2, 3 or 4")
        if self.tail not in ("light", "repeat"):
            raise ValueError(f"tail {self.tail!r} is unknown; choose from light, repeat")


class E2FIFNetwork(RestorationNetwork):
    """Head, a body, tail. The paper subtracts the mean of the pixels and adds it again: the biases start so.

    forward: float32 (N, colours, H, W) pixels 0..255 -> float32 (N, colours, scale H, scale W) pixels.
    """

    config: E2FIFConfig

    def __init__(self, config: E2FIFConfig) -> None:
        super().__init__(config)
        arithmetic = config.arithmetic
        self.head = arithmetic.conv(config.colours, config.channels, magnitude=PIXEL_MAXIMUM)
        self.tail = self._make_tail(arithmetic)
        self.output = nn.Identity() if config.tail == "light" else arithmetic.pixels()
        self._start_at_the_mean()

    def _make_tail(self, arithmetic: Arithmetic) -> nn.Sequential:
        config = self.config
        if config.tail == "light":
            return nn.Sequential(ShuffleTail(config.channels, config.colours, config.scale, arithmetic))
        stages = [self._upsampler(factor) for factor in FACTORS[config.scale]]
        return nn.Sequential(*stages, arithmetic.conv(config.channels, config.colours))

    def _upsampler(self, factor: int) -> nn.Module:
        config = self.config
        if config.full_precision:
            return PlainUpsampling(config.channels, config.arithmetic, self.trunk, factor)
        return E2FIFUpsampler(config.channels, self.trunk, factor)

    def _start_at_the_mean(self) -> None:
        last = self.tail[-1].conv if self.config.tail == "light" else self.tail[-1]
        with torch.no_grad():
            offset = -MEAN * self.head.weight.sum(dim=(1, 2, 3))
            _bias(self.head).copy_(offset.reshape(_bias(self.head).shape))
            _bias(last).fill_(MEAN)

    def features(self, x: Tensor) -> Tensor:
        """Return the trunk before the tail, (N, C, H, W), from the trunk behind the head."""
        raise NotImplementedError

    def forward(self, pixels: Tensor) -> Tensor:
        head = self.trunk(self.head(self.input(pixels)))
        return self.output(self.tail(self.features(head)))


def _bias(conv: nn.Module) -> Tensor:
    return conv.bias if conv.bias is not None else conv.shift


@dataclass(frozen=True, kw_only=True)
class EDSRConfig(E2FIFConfig):
    """EDSR.

    Attributes:
        blocks: number of residual blocks of two convolutions.
    """

    blocks: int

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("blocks", 1)


class EDSR(E2FIFNetwork):
    """Residual blocks and a skip around all of them; the convolution behind the blocks is left out."""

    config: EDSRConfig

    def __init__(self, config: EDSRConfig) -> None:
        super().__init__(config)
        self.body = make_body(config.unit, config.channels, 2 * config.blocks, config.arithmetic, self.trunk)

    def features(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.body(x))
