# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""BBCU's networks (ICLR 2023): SRResNet for super-resolution, DnCNN for denoising and JPEG artefacts."""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.networks.config import AlignedConfig, RestorationNetwork, shrink
from brevitas_models.units import (
    LEAKY_SLOPE,
    PIXEL_MAXIMUM,
    BinaryBranch,
    HeadUnit,
    PlainUpsampling,
    UpsamplingUnit,
    bilinear,
    make_body,
)

BASE_STEP = 1 / 16  # pixels; bilinear doubling gives whole sixteenths, x3 and x4 are rounded to them
BASE_BITS = 13  # +-256 pixels: holds 0..255; what saturates here would be clipped by the output anyway
FACTORS = {2: (2,), 3: (3,), 4: (2, 2)}  # scale to the factors of its up-sampling stages
DIFFERENCE_BITS = 10  # whole pixels, what a network adds to its input
PARTS = "HBUT"


@dataclass(frozen=True, kw_only=True)
class BBCUConfig(AlignedConfig):
    """SRResNet with any of its parts in binary: BBCU-L, BBCU-M, and the networks BBCU is compared with.

    Attributes:
        body_convs: number of convolutions in the body (the paper's blocks hold two each).
        scale: upscaling factor; 2, 3 or 4.
        binary_parts: which parts are binary, of H (head), B (body), U (up-sampling and the convolution behind
            it) and T (tail): "B" is BBCU-L, "BU" is BBCU-M. H, U and T take a `bbcu_` unit.
        trunk_bits, trunk_step: eight bits of whole pixels, the narrowest trunk of the study that costs no
            PSNR. Units without alignment need finer steps.
    """

    body_convs: int
    scale: int = 2
    unit: str = "bbcu_v4"
    binary_parts: str = "BU"
    trunk_bits: int | None = 8
    trunk_step: float | None = None
    TASK: ClassVar[str] = "super-resolution"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("body_convs", 1)
        if self.scale not in FACTORS:
            raise ValueError(f"scale {self.scale} is not supported; this network upscales by 2, 3 or 4")
        if "B" not in self.binary_parts or set(self.binary_parts) - set(PARTS):
            raise ValueError(f"binary_parts {self.binary_parts!r} must hold B and letters of {PARTS}")
        if self.binary_parts != "B" and not (self.unit.startswith("bbcu_") or self.full_precision):
            raise ValueError(f"unit {self.unit!r} has no head, up-sampling or tail; use binary_parts 'B'")

    def binary(self, part: str) -> bool:
        """Return whether a part (a letter) is binary."""
        return part in self.binary_parts and not self.full_precision


class BBCU(RestorationNetwork):
    """SRResNet: head, body, up-sampling, high-resolution convolution, tail, on bilinear interpolation.

    forward: float32 (N, colours, H, W) pixels 0..255 -> float32 (N, colours, scale H, scale W) pixels.
    """

    config: BBCUConfig

    def __init__(self, config: BBCUConfig) -> None:
        super().__init__(config)
        self.base = config.arithmetic.quantizer(BASE_STEP, BASE_BITS)
        self.output = config.arithmetic.pixels()
        self.head = self._make_head()
        self.head_bias = None if config.binary("H") else self._zeros(config.channels)
        self.body = self._make_body(config.body_convs)
        factors = FACTORS[config.scale]
        self.stages = ["upsampling", "upsampling_2"][: len(factors)]
        for name, factor in zip(self.stages, factors, strict=True):
            self.add_module(name, self._make_upsampling(factor))
        self.fine = self._make_fine()
        self.tail = self._make_tail()
        self.tail_bias = None if config.binary("T") else self._zeros(config.colours)

    def _make_body(self, convs: int) -> nn.Sequential:
        config = self.config
        return make_body(config.unit, config.channels, convs, config.arithmetic, self.trunk)

    def _make_head(self) -> nn.Module:
        config = self.config
        if config.binary("H"):
            middle = PIXEL_MAXIMUM / 2 * config.alignment
            return HeadUnit(config.colours, config.channels, self.trunk, middle)
        head = config.arithmetic.conv(config.colours, config.channels, magnitude=PIXEL_MAXIMUM, bias=False)
        shrink(head)
        return head

    def _make_upsampling(self, factor: int) -> nn.Module:
        config = self.config
        if config.binary("U"):
            return UpsamplingUnit(config.channels, self.trunk, factor)
        stage = PlainUpsampling(config.channels, config.arithmetic, self.trunk, factor)
        shrink(stage.conv)
        return stage

    def _make_fine(self) -> nn.Module:
        config = self.config
        if config.binary("U"):
            return self._make_body(1)[0]
        fine = config.arithmetic.conv(config.channels, config.channels)
        shrink(fine)
        return fine

    def _make_tail(self) -> nn.Module:
        config = self.config
        if config.binary("T"):
            return BinaryBranch(config.channels, config.colours)
        tail = config.arithmetic.conv(config.channels, config.colours, bias=False)
        shrink(tail)
        return tail

    def _activate(self, x: Tensor) -> Tensor:
        return self.trunk(F.leaky_relu(x, LEAKY_SLOPE))

    def features(self, pixels: Tensor) -> Tensor:
        """Return the trunk before the tail: pixels (N, colours, H, W) -> (N, C, scale H, scale W)."""
        x = self.head(pixels * self.config.alignment)
        if self.head_bias is not None:
            x = self._activate(x + self.trunk(self.head_bias))
        x = self.body(x)
        for name in self.stages:
            x = self.get_submodule(name)(x)
        return self._activate(self.fine(x))

    def forward(self, pixels: Tensor) -> Tensor:
        pixels = self.input(pixels)
        detail = self.tail(self.features(pixels)) * (1 / self.config.alignment)
        if self.tail_bias is not None:
            detail = detail + self.base(self.tail_bias)
        coarse = self.base(bilinear(pixels, self.config.scale))
        return self.output(self.base(self.base(detail) + coarse))


@dataclass(frozen=True, kw_only=True)
class DnCNNConfig(AlignedConfig):
    """DnCNN: denoising in colour (DnCNN), JPEG artefacts in Y (DnCNN-3: `colours=1`).

    Attributes:
        convs: number of convolutions, head and tail included.
        bias: whether head and tail have a bias; binary units have RPReLU's shifts or a normalization instead.
    """

    convs: int
    unit: str = "bbcu_v4"
    bias: bool = False
    TASK: ClassVar[str] = "denoising"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("convs", 3)


class DnCNN(RestorationNetwork):
    """Image plus tail(body(relu(head(image)))): the tail learns the negative of the paper's noise."""

    config: DnCNNConfig

    def __init__(self, config: DnCNNConfig) -> None:
        super().__init__(config)
        arithmetic, channels = config.arithmetic, config.channels
        self.base = arithmetic.quantizer(BASE_STEP, BASE_BITS)
        self.difference = arithmetic.quantizer(1.0, DIFFERENCE_BITS)
        self.output = arithmetic.pixels()
        self.head = arithmetic.conv(config.colours, channels, magnitude=PIXEL_MAXIMUM, bias=config.bias)
        self.body = make_body(
            config.unit, channels, config.convs - 2, arithmetic, self.trunk, skips=False, bias=config.bias
        )
        self.tail = arithmetic.conv(channels, config.colours, bias=False)
        self.tail_bias = self._zeros(config.colours) if config.bias else None

    def forward(self, pixels: Tensor) -> Tensor:
        pixels = self.input(pixels)
        x = self.trunk(F.relu(self.head(pixels * self.config.alignment)))
        detail = self.tail(self.body(x)) * (1 / self.config.alignment)
        if self.tail_bias is not None:
            detail = detail + self.base(self.tail_bias)
        return self.output(self.difference(self.difference(detail) + pixels))
