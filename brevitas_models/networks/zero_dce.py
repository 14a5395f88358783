# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Zero-DCE++ for low light, binary as in GAM (ACML 2023): separable convolutions that choose a curve."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.networks.config import NetworkConfig, RestorationNetwork
from brevitas_models.units import FULL_PRECISION, PIXEL_MAXIMUM, SeparableConv, SeparableUnit

CURVE_BITS = 8  # of the curve's parameter, in -1..1
LIGHT_BITS = 12  # of the light between two curves, in 0..1


@dataclass(frozen=True, kw_only=True)
class ZeroDCEConfig(NetworkConfig):
    """Zero-DCE++.

    Attributes:
        iterations: how often the curve is applied.
    """

    channels: int = 32
    unit: str = "gam"
    trunk_step: float = 1 / 8
    iterations: int = 8
    TASK: ClassVar[str] = "low-light"
    UNITS: ClassVar[tuple[str, ...]] = ("gam", FULL_PRECISION)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("iterations", 1)


class ActivatedSeparable(nn.Module):
    """ReLU(separable convolution): what the full-precision network has in place of a binary unit."""

    def __init__(self, conv: SeparableConv, trunk: nn.Module) -> None:
        super().__init__()
        self.conv, self.trunk = conv, trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(F.relu(self.conv(x)))


class ZeroDCE(RestorationNetwork):
    """Seven separable convolutions with symmetric skips give r, then x + r (x^2 - x) is applied repeatedly.

    forward: float32 (N, colours, H, W) pixels 0..255 -> the same. In the hardware form the light is pixels /
    256, r saturates at -1 and 1 where the paper has tanh, and both are fixed point.
    """

    config: ZeroDCEConfig

    def __init__(self, config: ZeroDCEConfig) -> None:
        super().__init__(config)
        arithmetic, channels = config.arithmetic, config.channels
        separable = (arithmetic, self.trunk)
        head = SeparableConv(config.colours, channels, *separable, magnitude=PIXEL_MAXIMUM)
        self.head = ActivatedSeparable(head, self.trunk)
        self.inner = nn.ModuleList(self._unit(width * channels) for width in (1, 1, 1, 2, 2))
        self.tail = SeparableConv(2 * channels, config.colours, *separable)
        self.exact = arithmetic.bits is not None
        self.white = PIXEL_MAXIMUM + 1 if self.exact else PIXEL_MAXIMUM
        self.curve = arithmetic.quantizer(2.0 ** (1 - CURVE_BITS), CURVE_BITS)
        self.light = arithmetic.quantizer(2.0**-LIGHT_BITS, LIGHT_BITS, signed=False)
        self.bend = arithmetic.quantizer(2.0**-LIGHT_BITS, LIGHT_BITS)
        self.output = arithmetic.pixels()

    def _unit(self, width: int) -> nn.Module:
        config = self.config
        if not config.full_precision:
            return SeparableUnit(width, config.channels, self.trunk)
        conv = SeparableConv(width, config.channels, config.arithmetic, self.trunk)
        return ActivatedSeparable(conv, self.trunk)

    def parameter_map(self, pixels: Tensor) -> Tensor:
        """Return r of every pixel, (N, colours, H, W) in -1..1."""
        first = self.head(pixels if self.exact else pixels / self.white)
        second = self.inner[0](first)
        third = self.inner[1](second)
        fourth = self.inner[2](third)
        fifth = self.inner[3](torch.cat([third, fourth], dim=1))
        sixth = self.inner[4](torch.cat([second, fifth], dim=1))
        parameter = self.tail(torch.cat([first, sixth], dim=1))
        return self.curve(parameter if self.exact else torch.tanh(parameter))

    def forward(self, pixels: Tensor) -> Tensor:
        return self.enhance(pixels)[0]

    def enhance(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Return the restored pixels and r of every pixel, both (N, colours, H, W)."""
        pixels = self.input(pixels)
        parameter = self.parameter_map(pixels)
        light = self.light(pixels * (1 / self.white))
        for _ in range(self.config.iterations):
            bend = self.bend(light * (light - 1))
            light = self.light(light + self.bend(parameter * bend))
        return self.output(light * self.white), parameter
