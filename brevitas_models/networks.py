# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The BBCU-M super-resolution network (ICLR 2023): head, body, upsampling, high-resolution unit, tail."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from brevitas.nn import QuantConv2d, QuantIdentity
from torch import Tensor, nn

from brevitas_models.quantizers import Int8Weight, PowerOfTwoActivation
from brevitas_models.units import BodyUnit, UpsamplingUnit

# the paper's 0.1 has no exact integer form: a tenth of a trunk integer ties where no shift does
LEAKY_SLOPE = 1 / 8
BASE_STEP = 1 / 16  # pixels; bilinear doubling of integers gives exact sixteenths
BASE_BITS = 13  # +-256 pixels: holds 0..255; what saturates here would be clipped by the output anyway


@dataclass(frozen=True)
class BBCUConfig:
    """Architecture of a BBCU-M network.

    Attributes:
        channels: trunk channels n; 16, 32, 64 or another power of two up to 128.
        body_convs: number of BBCU-B units in the body (the paper's blocks hold two each).
        scale: upscaling factor; 2.
        trunk_bits: bits of the signed trunk integers.
        trunk_step: value of one trunk integer, a power of two, in aligned units (pixels * channels / 128).

    Raises:
        ValueError: a field is out of range.
    """

    channels: int
    body_convs: int
    scale: int = 2
    trunk_bits: int = 12
    trunk_step: float = 1 / 32

    def __post_init__(self) -> None:
        if not 1 <= self.channels <= 128 or math.frexp(self.channels)[0] != 0.5:
            raise ValueError(
                f"channels {self.channels} must be a power of two up to 128 to align the residual"
            )
        if self.body_convs < 1:
            raise ValueError(f"body_convs {self.body_convs} must be at least 1")
        if self.scale != 2:
            raise ValueError(f"scale {self.scale} is not supported; this network upscales by 2")

    @property
    def alignment(self) -> float:
        """Aligned units per pixel: k/255 with k = 127.5 n/64, the power of two next to the paper's 130."""
        return self.channels / 128


PRESETS = {
    "tiny": BBCUConfig(channels=16, body_convs=4, trunk_bits=11),
    "small": BBCUConfig(channels=32, body_convs=16, trunk_bits=11),
    "bbcu_m": BBCUConfig(channels=64, body_convs=32, trunk_step=1 / 16),
}


def _quantizer(step: float, bits: int, signed: bool) -> QuantIdentity:
    return QuantIdentity(act_quant=PowerOfTwoActivation, step=step, bit_width=bits, signed=signed)


class BBCU(nn.Module):
    """BBCU-M: pixels in, pixels out.

    forward: float32 (N, 3, H, W) RGB integers 0..255 -> float32 (N, 3, 2H, 2W) integers 0..255.
    """

    def __init__(self, config: BBCUConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.channels
        self.input = _quantizer(step=1.0, bits=8, signed=False)
        self.trunk = _quantizer(step=config.trunk_step, bits=config.trunk_bits, signed=True)
        self.base = _quantizer(step=BASE_STEP, bits=BASE_BITS, signed=True)
        self.output = _quantizer(step=1.0, bits=8, signed=False)
        self.head = QuantConv2d(3, channels, 3, padding=1, bias=False, weight_quant=Int8Weight)
        self.head_bias = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.body = nn.Sequential(*(BodyUnit(channels, self.trunk) for _ in range(config.body_convs)))
        self.upsampling = UpsamplingUnit(channels, self.trunk)
        self.fine = BodyUnit(channels, self.trunk)
        self.tail = QuantConv2d(channels, 3, 3, padding=1, bias=False, weight_quant=Int8Weight)
        self.tail_bias = nn.Parameter(torch.zeros(1, 3, 1, 1))
        for conv in (self.head, self.tail):  # the paper's initialization: a tenth of Kaiming's
            nn.init.kaiming_normal_(conv.weight)
            conv.weight.data.mul_(0.1)

    @property
    def layers(self) -> list[str]:
        """Names of the convolutions in the order of the data, stable across exports."""
        body = [f"body_{index}" for index in range(self.config.body_convs)]
        return ["head", *body, "upsampling", "fine", "tail"]

    def _activate(self, x: Tensor) -> Tensor:
        return self.trunk(F.leaky_relu(x, LEAKY_SLOPE))

    def features(self, pixels: Tensor) -> Tensor:
        """Return the trunk before the tail: float32 pixels (N, 3, H, W) -> (N, C, 2H, 2W)."""
        x = self._activate(self.head(pixels * self.config.alignment) + self.trunk(self.head_bias))
        return self._activate(self.fine(self.upsampling(self.body(x))))

    def forward(self, pixels: Tensor) -> Tensor:
        pixels = self.input(pixels)
        detail = self.tail(self.features(pixels)) * (1 / self.config.alignment) + self.base(self.tail_bias)
        coarse = F.interpolate(pixels, scale_factor=2, mode="bilinear", align_corners=False)
        return self.output(self.base(self.base(detail) + self.base(coarse)))
