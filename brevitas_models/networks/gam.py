# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""GAM's SRResNet and FFDNet (ACML 2023): binary convolutions behind normalizations, skips around pairs."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from brevitas_models.networks.bbcu import FACTORS
from brevitas_models.networks.config import NetworkConfig, RestorationNetwork
from brevitas_models.units import (
    FULL_PRECISION,
    LEAKY_SLOPE,
    PIXEL_MAXIMUM,
    GAMBlock,
    PlainConv,
    PlainUpsampling,
    ResidualBlock,
    ShuffleTail,
)


@dataclass(frozen=True, kw_only=True)
class GAMConfig(NetworkConfig):
    """What GAM's networks share: a wide trunk, because its sums have no scale.

    Attributes:
        norm: "batch", or "instance", which has no streaming form.
    """

    unit: str = "gam"
    trunk_bits: int | None = 16
    trunk_step: float = 1 / 4
    norm: str = "batch"
    UNITS: ClassVar[tuple[str, ...]] = ("gam", FULL_PRECISION)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.norm not in ("batch", "instance"):
            raise ValueError(f"norm {self.norm!r} is unknown; choose from batch, instance")


class GAMNetwork(RestorationNetwork):
    """What GAM's networks share: the research form computes on light in 0..1, as in the paper.

    At the scale of pixels, its normalized features would need weights of tens before the output, which Adam
    does not reach. The hardware form computes on pixels.
    """

    def __init__(self, config: GAMConfig) -> None:
        super().__init__(config)
        self.white = PIXEL_MAXIMUM if config.trunk_bits is None else 1

    def _dark(self, pixels: Tensor) -> Tensor:
        """Return what the network computes on."""
        return self.input(pixels) if self.white == 1 else pixels / self.white

    def _bright(self, x: Tensor) -> Tensor:
        """Return pixels again."""
        return x if self.white == 1 else x * self.white


@dataclass(frozen=True, kw_only=True)
class GAMSRResNetConfig(GAMConfig):
    """The original SRResNet: 9x9 ends, batch normalization, skips around blocks and around the body.

    Attributes:
        blocks: number of residual blocks of two convolutions.
        scale: upscaling factor; 2, 3 or 4.
        kernel: side of the kernels at both ends; odd.
    """

    blocks: int
    scale: int = 4
    kernel: int = 9
    TASK: ClassVar[str] = "super-resolution"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("blocks", 1)
        if self.kernel < 1 or self.kernel % 2 == 0:
            raise ValueError(f"kernel {self.kernel} must be odd, to keep the size of the image")
        if self.scale not in FACTORS:
            raise ValueError(f"scale {self.scale} is not supported; this network upscales by 2, 3 or 4")


class GAMSRResNet(GAMNetwork):
    """Head, body, the convolution behind it, up-sampling and tail; only the body is binary.

    forward: float32 (N, colours, H, W) pixels 0..255 -> float32 (N, colours, scale H, scale W) pixels.
    """

    config: GAMSRResNetConfig

    def __init__(self, config: GAMSRResNetConfig) -> None:
        super().__init__(config)
        arithmetic, channels = config.arithmetic, config.channels
        self.head = arithmetic.conv(
            config.colours, channels, config.kernel, magnitude=PIXEL_MAXIMUM, bias=False
        )
        self.body = nn.Sequential(*(self._block() for _ in range(config.blocks)))
        self.last = PlainConv(channels, channels, arithmetic, self.trunk, nn.Identity(), normalized=True)
        self.upsampling = nn.Sequential(
            *(
                PlainUpsampling(channels, arithmetic, self.trunk, factor, bias=False)
                for factor in FACTORS[config.scale]
            )
        )
        self.tail = arithmetic.conv(channels, config.colours, config.kernel, bias=False)
        self.output = arithmetic.pixels()

    def _block(self) -> nn.Module:
        config = self.config
        if config.full_precision:
            activation = nn.LeakyReLU(LEAKY_SLOPE)
            return ResidualBlock(config.channels, config.arithmetic, self.trunk, activation, normalized=True)
        return GAMBlock(config.channels, self.trunk, config.norm)

    def forward(self, pixels: Tensor) -> Tensor:
        x = self.trunk(F.leaky_relu(self.head(self._dark(pixels)), LEAKY_SLOPE))
        x = self.trunk(x + self.last(self.body(x)))
        return self._bright(self.output(self.tail(self.upsampling(x))))


@dataclass(frozen=True, kw_only=True)
class FFDNetConfig(GAMConfig):
    """FFDNet with ResNet-style skips added by GAM.

    Attributes:
        convs: number of convolutions, head and tail included; even.
        sigma: standard deviation of the noise in pixels that a network without a noise argument assumes.
    """

    convs: int
    sigma: float = 25.0
    TASK: ClassVar[str] = "denoising"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("convs", 4)
        if self.convs % 2:
            raise ValueError(f"convs {self.convs} must be even: the body's skips go around pairs")
        if not 0 <= self.sigma <= PIXEL_MAXIMUM:
            raise ValueError(f"sigma {self.sigma} must lie in 0..{PIXEL_MAXIMUM}")


class FFDNet(GAMNetwork):
    """Space to depth, noise map, convolutions at half the resolution, pixel shuffle.

    forward: float32 (N, colours, H, W) pixels 0..255 -> the same; odd sizes repeat their last row and column.
    An export has the configuration's sigma built in, rounded to a pixel.
    """

    config: FFDNetConfig
    first: Tensor
    repeat: Tensor

    def __init__(self, config: FFDNetConfig) -> None:
        super().__init__(config)
        arithmetic, channels = config.arithmetic, config.channels
        self.register_buffer("first", torch.zeros(1, dtype=torch.int64), persistent=False)
        self.register_buffer("repeat", torch.zeros(config.colours, dtype=torch.int64), persistent=False)
        packed = 4 * config.colours
        inputs = packed + config.colours  # one noise map per colour
        self.head = arithmetic.conv(inputs, channels, magnitude=PIXEL_MAXIMUM, bias=False)
        self.body = nn.Sequential(*self._blocks())
        self.tail = ShuffleTail(channels, config.colours, 2, arithmetic, bias=False)

    def _blocks(self) -> list[nn.Module]:
        config, inner = self.config, self.config.convs - 2
        if config.full_precision:
            plain = (config.channels, config.channels, config.arithmetic, self.trunk)
            return [PlainConv(*plain, normalized=True) for _ in range(inner)]
        return [GAMBlock(config.channels, self.trunk, config.norm) for _ in range(inner // 2)]

    def forward(self, pixels: Tensor, sigma: Tensor | None = None) -> Tensor:
        """Restore an image; sigma (N,) in pixels is the noise of each, the configuration's if None."""
        height, width = pixels.shape[2:]
        pixels, is_odd = self._dark(pixels), height % 2 or width % 2
        if is_odd:
            pixels = F.pad(pixels, (0, width % 2, 0, height % 2), mode="replicate")
        packed = F.pixel_unshuffle(pixels, 2)
        x = torch.cat([packed, self._noise_map(packed, sigma)], dim=1)
        restored = self._bright(self.tail(self.body(self.trunk(F.relu(self.head(x))))))
        return restored[:, :, :height, :width] if is_odd else restored

    def _noise_map(self, packed: Tensor, sigma: Tensor | None) -> Tensor:
        """Return sigma at every pixel; written as a function of a pixel, so that it has any frame's size."""
        level = self.config.sigma if sigma is None else sigma.reshape(-1, 1, 1, 1)
        return self._dark(packed.index_select(1, self.first) * 0 + level).index_select(1, self.repeat)
