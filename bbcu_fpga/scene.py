# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The picture a simulation restores: what the network is given, what it should come near, what it must beat.

The task says how a clean picture is degraded and what is compared. A network of one channel restores Y; the
chroma of a colour photograph goes around it, enlarged by bicubic interpolation where the picture grows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.images import Picture, crop_centre, load_image, load_pixels
from brevitas_models.colour import Pixels, as_channels, chroma, with_chroma
from brevitas_models.resize import imresize
from brevitas_models.tasks import TASKS, Source, Task, denoising, jpeg, super_resolution

logger = logging.getLogger(__name__)

EXAMPLE = "coffee"
"""The photograph restored when none is named; it comes with scikit-image (CC0, by Rachel Michetti)."""


_SIGMA, _QUALITY = 25, 10  # of noise and of JPEG: published by all papers, and within what blind networks see


def find_task(kind: str, scale: int, colours: int) -> Task:
    """Return the task by which a network is simulated, from what its configuration says that it does.

    Denoising on Y is the removal of JPEG artefacts, as of DnCNN-3.

    Raises:
        SimulationError: the task is unknown; names those that are known.
    """
    tasks = {
        "super-resolution": super_resolution(scale, colours),
        "denoising": denoising(_SIGMA) if colours == 3 else jpeg(_QUALITY),
        "deraining": TASKS["deraining"],
        "low-light": TASKS["low_light"],
    }
    if kind not in tasks:
        raise SimulationError(f"the task {kind!r} is unknown; known: {', '.join(tasks)}")
    return tasks[kind]


@dataclass(frozen=True)
class Scene:
    """A picture to restore; the pictures are uint8 [H, W, C], of C = 3 (RGB) or 1 (Y) channels.

    `degraded` is the network's input, `baseline` what the task has without a network, `clean` the original
    where it is known, `notice` says what was cropped. `chroma` are Cb and Cr of the degraded picture, float64
    [H, W, 2], where the network restores Y of a colour picture.
    """

    name: str
    degraded: Picture
    baseline: Picture
    clean: Picture | None = None
    notice: str | None = None
    chroma: NDArray[np.float64] | None = field(default=None, repr=False)

    def in_colour(self, pixels: Picture) -> Picture:
        """Return one of the scene's pictures, or a restored one, as RGB for people."""
        if pixels.shape[2] == 3 or self.chroma is None:
            return as_channels(pixels, 3)
        factor = len(pixels) // len(self.chroma)
        return with_chroma(pixels, imresize(self.chroma, factor) if factor > 1 else self.chroma)


@dataclass(frozen=True)
class Framing:
    """Which part of a picture is used: its centre, as large as the frame (in input pixels), or the whole."""

    task: Task
    height: int
    width: int
    whole: bool = False

    @property
    def scale(self) -> int:
        """Output pixels per input pixel on each axis."""
        return self.task.scale

    def example_scene(self) -> Scene:
        """Return the example photograph, degraded."""
        from skimage import data

        return self._degrade(getattr(data, EXAMPLE)(), EXAMPLE)

    def clean_scene(self, path: Path) -> Scene:
        """Read a clean picture and degrade it.

        Raises:
            ImageError: it is unusable or too small.
            TaskError: the task has no degradation to compute: give a degraded picture.
        """
        return self._degrade(self._load(path), str(path))

    def degraded_scene(self, path: Path) -> Scene:
        """Read a picture that is degraded already; raises ImageError if it is unusable or too small."""
        picture, notice = self._fit(self._load(path), 1, str(path))
        degraded = as_channels(picture, self.task.channels)
        baseline = _eight_bits(self.task.baseline(degraded))
        return Scene(str(path), degraded, baseline, notice=notice, chroma=self._chroma(picture))

    def _load(self, path: Path) -> Picture:
        """Read RGB; Y of a grey picture is the picture."""
        return load_image(path) if self.task.channels == 3 else load_pixels(path)

    def _degrade(self, picture: Picture, name: str) -> Scene:
        clean, notice = self._fit(picture, self.scale, name)
        # noise depends on the picture's name, not on where it lies
        pair = self.task.pair(Source(Path(name).name, as_channels(clean, self.task.channels)))
        degraded, baseline = (_eight_bits(one) for one in (pair.degraded, self.task.baseline(pair.degraded)))
        small = imresize(clean, 1 / self.scale) if self.scale > 1 else clean
        return Scene(name, degraded, baseline, pair.clean, notice, self._chroma(small))

    def _chroma(self, picture: Picture) -> NDArray[np.float64] | None:
        return chroma(picture) if picture.shape[2] > self.task.channels else None

    def _fit(self, picture: Picture, factor: int, name: str) -> tuple[Picture, str | None]:
        """Crop to `factor` frames or, when the whole picture is wanted, to a multiple of `factor`."""
        height, width = factor * self.height, factor * self.width
        if self.whole:
            height = max(height, picture.shape[0] // factor * factor)
            width = max(width, picture.shape[1] // factor * factor)
        cropped = crop_centre(picture, height, width, name)
        if cropped.shape == picture.shape:
            return picture, None
        before = f"{picture.shape[1]}x{picture.shape[0]}"
        notice = f"{name}: cropped from {before} to the central {width}x{height} pixels"
        logger.warning(notice)
        return cropped, notice


def _eight_bits(pixels: Pixels) -> Picture:
    """Return pixels as the network's first quantizer takes them: rounded half to even, in 0..255."""
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
