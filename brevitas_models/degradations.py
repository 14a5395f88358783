# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What spoils a picture, as the papers define it: bicubic shrinking, noise, JPEG, rain.

A degradation is called with a clean picture, uint8 (H, W, C), and a random generator, and returns the
degraded one. The same generator gives the same result. A level may be a range, from which each call draws.
"""

import io
import zlib
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.signal import fftconvolve

from brevitas_models.colour import Pixels
from brevitas_models.resize import imresize


class Degradation(Protocol):
    """Spoils a picture.

    Attributes:
        whole: it must see the whole picture: what it makes of a patch is not a patch of what it makes.
        grid: side in pixels of the block grid that starts at the picture's corner; 1 if there is none.
    """

    @property
    def whole(self) -> bool: ...
    @property
    def grid(self) -> int: ...
    def __call__(self, clean: NDArray[np.uint8], random: np.random.Generator) -> Pixels: ...


def generator(name: str, seed: int) -> np.random.Generator:
    """Return the random generator of the picture called `name`: the order of the pictures does not matter."""
    return np.random.default_rng((seed, zlib.crc32(name.encode())))


@dataclass(frozen=True)
class Unspoiled:
    """Leaves the picture as it is: for losses that need no clean one beside it."""

    whole = False
    grid = 1

    def __call__(self, clean: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
        return clean


@dataclass(frozen=True)
class Bicubic:
    """MATLAB's bicubic shrinking by `scale`: uint8 (scale h, scale w, C) -> (h, w, C).

    The result is rounded to uint8, as in DIV2K's files, or left float32, as in SRCNN's protocol on Y.
    """

    scale: int
    rounded: bool = True
    whole = True
    grid = 1

    def __call__(self, clean: NDArray[np.uint8], random: np.random.Generator) -> Pixels:
        if self.rounded:
            return imresize(clean, 1 / self.scale)
        return imresize(clean.astype(np.float64), 1 / self.scale).astype(np.float32)


@dataclass(frozen=True)
class Noise:
    """Additive white Gaussian noise of `sigma` (of 255), neither rounded nor clipped: uint8 -> float32."""

    sigma: float | tuple[float, float]
    whole = False
    grid = 1

    def __call__(self, clean: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.float32]:
        sigma = random.uniform(*self.sigma) if isinstance(self.sigma, tuple) else self.sigma
        return (clean + random.normal(0.0, sigma, clean.shape)).astype(np.float32)


@dataclass(frozen=True)
class Jpeg:
    """JPEG at `quality`, 1..100 (a range includes both ends), compressed and decompressed: uint8 -> uint8."""

    quality: int | tuple[int, int]
    whole = False
    grid = 8

    def __call__(self, clean: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
        low, high = self.quality if isinstance(self.quality, tuple) else (self.quality, self.quality)
        quality = int(random.integers(low, high + 1))
        file = io.BytesIO()
        grey = clean.shape[2] == 1
        Image.fromarray(clean[..., 0] if grey else clean).save(file, "JPEG", quality=quality)
        with Image.open(file) as image:
            return np.array(image, dtype=np.uint8).reshape(clean.shape)


def rainy(clean: NDArray[np.uint8], streak: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return min(clean + streak, 255): the grey streaks (H, W, 1) are added to every channel of (H, W, C)."""
    sums: NDArray[np.uint8] = np.minimum(clean.astype(np.uint16) + streak, 255).astype(np.uint8)
    return sums


@dataclass(frozen=True)
class Rain:
    """Synthetic rain: bright, thin streaks of one direction are added to all channels, uint8 -> uint8.

    Every call draws its own rain from these ranges. The defaults have the mean and the root mean square of
    the streaks of Rain100L within their spread.

    Attributes:
        density: share of the pixels at which a streak begins.
        length: of a streak, in pixels.
        angle: from the vertical, in degrees.
        width: standard deviation across a streak, in pixels.
        peak: brightness of the brightest streaks.
    """

    density: tuple[float, float] = (0.001, 0.004)
    length: tuple[float, float] = (20.0, 70.0)
    angle: tuple[float, float] = (-40.0, 40.0)
    width: tuple[float, float] = (0.5, 0.9)
    peak: tuple[float, float] = (80.0, 200.0)
    whole = False
    grid = 1

    def __call__(self, clean: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
        return rainy(clean, self.streaks(clean.shape[0], clean.shape[1], random))

    def streaks(self, height: int, width: int, random: np.random.Generator) -> NDArray[np.uint8]:
        """Return a layer of rain, uint8 (height, width, 1)."""
        kernel = self._kernel(random)
        margin = len(kernel) - 1  # so that streaks also enter from outside
        field = random.random((height + margin, width + margin))
        # most streaks are faint: the square of an even draw
        drops = np.where(field < random.uniform(*self.density), random.random(field.shape) ** 2, 0.0)
        layer = fftconvolve(drops, kernel, mode="valid") * random.uniform(*self.peak)
        values: NDArray[np.uint8] = np.clip(np.rint(layer), 0, 255).astype(np.uint8)
        return values[..., None]

    def _kernel(self, random: np.random.Generator) -> NDArray[np.float64]:
        """Return one streak of peak 1 that fades towards its ends, in a square of odd side."""
        length, angle = random.uniform(*self.length), np.deg2rad(random.uniform(*self.angle))
        half = int(np.ceil(length / 2)) + 3
        along = np.linspace(-length / 2, length / 2, int(4 * length))
        rows, columns = np.rint(half + along * np.cos(angle)), np.rint(half + along * np.sin(angle))
        kernel = np.zeros((2 * half + 1, 2 * half + 1))
        kernel[rows.astype(int), columns.astype(int)] = np.cos(np.pi * along / length) ** 2
        smooth: NDArray[np.float64] = gaussian_filter(kernel, random.uniform(*self.width))
        scaled: NDArray[np.float64] = smooth / smooth.max()
        return scaled
