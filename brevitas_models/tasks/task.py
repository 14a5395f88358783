# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What a task is: how pictures are spoiled, what is compared with what, and what a network must beat."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bbcu_fpga.errors import TaskError
from brevitas_models.colour import Pixels
from brevitas_models.degradations import Degradation, Noise, generator
from brevitas_models.metrics import Measured
from brevitas_models.resize import imresize


@dataclass(frozen=True)
class Source:
    """A picture to train on or measure with: uint8 (H, W, C), and its degraded form where files give it."""

    name: str
    clean: NDArray[np.uint8]
    degraded: Pixels | None = None


@dataclass(frozen=True)
class Pair:
    """A degraded picture (h, w, C), which a network is given, and the clean uint8 (scale h, scale w, C)."""

    name: str
    degraded: Pixels
    clean: NDArray[np.uint8]


@dataclass(frozen=True)
class Task:
    """One restoration task with the protocol of its papers.

    Attributes:
        name: key in `TASKS` and name on the command line.
        title: for people.
        channels: of the pictures, 3 for RGB, 1 for Y or grey (see `as_channels`).
        measured: "y" compares the luma of RGB, "all" every channel.
        degradation: makes a test picture from a clean one; None if only pairs of files have it.
        training: makes a training patch from a clean one, often over a range of levels; None as above.
        scale: output pixels per input pixel on each axis; as many border pixels are not compared if above 1.
        protocol: the choices that change the figures, and whose they are.
    """

    name: str
    title: str
    channels: int
    measured: Measured
    degradation: Degradation | None
    training: Degradation | None
    protocol: str
    scale: int = 1

    @property
    def shave(self) -> int:
        """Border pixels left out of every comparison."""
        return self.scale if self.scale > 1 else 0

    @property
    def sigma(self) -> float | None:
        """The known noise of test pictures (of 255), or None."""
        noise = self.degradation
        return noise.sigma if isinstance(noise, Noise) and isinstance(noise.sigma, float) else None

    @property
    def baseline_name(self) -> str:
        """What a network must beat."""
        return "bicubic" if self.scale > 1 else "input"

    def baseline(self, degraded: Pixels) -> Pixels:
        """Return what needs no network: bicubic enlargement (uint8), or the degraded picture as it is."""
        if self.scale == 1:
            return degraded
        if degraded.dtype == np.uint8:
            return imresize(degraded.astype(np.uint8), self.scale)
        enlarged = imresize(degraded.astype(np.float64), self.scale)
        return np.clip(np.floor(enlarged + 0.5), 0, 255).astype(np.uint8)

    def pair(self, source: Source, seed: int = 0) -> Pair:
        """Return the test pair of a picture; what is random depends on the seed and the picture's name alone.

        The clean picture is cut at the right and the bottom to a multiple of the scale.

        Raises:
            TaskError: the task has no degradation and the source no degraded picture, or their sizes differ.
        """
        height, width = (length - length % self.scale for length in source.clean.shape[:2])
        clean = np.ascontiguousarray(source.clean[:height, :width])
        degraded = source.degraded
        if degraded is None:
            if self.degradation is None:
                raise TaskError(f"{source.name}: {self.name} needs pairs of pictures, this one is alone")
            degraded = self.degradation(clean, generator(source.name, seed))
        if degraded.shape != (height // self.scale, width // self.scale, clean.shape[2]):
            raise TaskError(
                f"{source.name}: {self.name} cannot pair a degraded picture of {_size(degraded)} with a "
                f"clean one of {_size(source.clean)}"
            )
        return Pair(source.name, degraded, clean)


def _size(picture: Pixels) -> str:
    """Return width x height."""
    return f"{picture.shape[1]}x{picture.shape[0]}"
