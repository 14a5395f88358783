# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the configurations of all networks share."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from brevitas_models.units import ALIGNED, FULL_PRECISION, UNITS, Arithmetic

PAPER_ALIGNMENT = 130 / 64  # BBCU: k = 130 n / 64 for n channels and images in 0..1


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """Architecture of a network.

    Attributes:
        channels: channels of the trunk.
        unit: what the body's convolutions are; `UNITS` of the class lists the choices.
        colours: channels of the image, 3 (RGB) or 1 (Y).
        trunk_bits: bits of the signed trunk integers; None for the research form, whose trunk is float.
        trunk_step: value of one trunk integer, a power of two; None for one pixel.
        wide_bits: bits of the trunk that 8-bit convolutions read, or None for all; fewer keep the sums of
            many channels exact.

    Raises:
        ValueError: a field is out of range.
    """

    channels: int
    unit: str
    colours: int = 3
    trunk_bits: int | None = 12
    trunk_step: float | None = 1 / 8
    wide_bits: int | None = None

    TASK: ClassVar[str]
    UNITS: ClassVar[tuple[str, ...]] = UNITS
    POWER_OF_TWO: ClassVar[bool] = False  # whether the alignment wants channels that are one

    def __post_init__(self) -> None:
        if self.unit not in self.UNITS:
            raise ValueError(f"unit {self.unit!r} is unknown here; choose from {', '.join(self.UNITS)}")
        if self.colours not in (1, 3):
            raise ValueError(f"colours {self.colours} must be 3 (RGB) or 1 (Y)")
        self.require("channels", 1)
        if self.wide_bits is not None:
            self.require("wide_bits", 2)

    def require(self, field: str, least: int) -> None:
        """Raise ValueError where a field is below its least value."""
        if getattr(self, field) < least:
            raise ValueError(f"{field} {getattr(self, field)} must be at least {least}")

    @property
    def scale(self) -> int:
        """Factor from the size of the input to that of the output."""
        return 1

    @property
    def full_precision(self) -> bool:
        """Whether this is a full-precision network."""
        return self.unit == FULL_PRECISION

    @property
    def alignment(self) -> float:
        """Value of one pixel in the trunk."""
        return 1.0

    @property
    def step(self) -> float:
        """Value of one trunk integer."""
        return self.alignment if self.trunk_step is None else self.trunk_step

    @property
    def arithmetic(self) -> Arithmetic:
        """The form of everything that is not binary."""
        return Arithmetic(self.trunk_bits, self.step, self.wide_bits)

    @property
    def obstacle(self) -> str | None:
        """Why such a network cannot be exported, or None."""
        if self.trunk_bits is None:
            return "its trunk is float (research form); give the configuration trunk_bits and train it so"
        return None


@dataclass(frozen=True, kw_only=True)
class AlignedConfig(NetworkConfig):
    """A configuration with BBCU's residual alignment: pixels are scaled before the head, and back."""

    trunk_step: float | None = 1 / 32

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.trunk_bits is None:
            return
        if not 1 <= self.channels <= 128 or math.frexp(self.channels)[0] != 0.5:
            raise ValueError(
                f"channels {self.channels} must be a power of two up to 128 to align the residual"
            )
        if self.unit not in ALIGNED and self.trunk_step is None:
            raise ValueError(
                f"unit {self.unit!r} sees images in 0..1, where a pixel is too coarse a step; give trunk_step"
            )
        if self.step > self.alignment:
            raise ValueError(
                f"trunk_step {self.trunk_step} is coarser than a pixel, {self.alignment} aligned units "
                f"of unit {self.unit!r}; use a smaller power of two"
            )

    @property
    def alignment(self) -> float:
        """Aligned units per pixel.

        The paper's is k/255 with k = 130 n/64 for n channels. The hardware form takes the power of two next
        to it, which is k = 127.5 n/64. Units without alignment see images in 0..1, by 1/255 and 1/256.
        """
        if self.trunk_bits is not None:
            return self.channels / 128 if self.unit in ALIGNED else 1 / 256
        return (PAPER_ALIGNMENT * self.channels if self.unit in ALIGNED else 1) / 255


class RestorationNetwork(nn.Module):
    """A network from pixels to pixels.

    forward: float32 (N, colours, H, W), 0..255 -> float32 (N, colours, scale H, scale W), 0..255. In the
    hardware form both are integers; the research form neither rounds nor clips.
    """

    config: NetworkConfig

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        arithmetic = config.arithmetic
        self.input = arithmetic.pixels()
        self.trunk = arithmetic.trunk()

    def _zeros(self, channels: int) -> nn.Parameter:
        return nn.Parameter(torch.zeros(1, channels, 1, 1))


def shrink(module: nn.Module) -> None:
    """Initialize the weights of a convolution as BBCU and BasicSR do: a tenth of Kaiming's normal ones."""
    nn.init.kaiming_normal_(module.weight)
    module.weight.data.mul_(0.1)
