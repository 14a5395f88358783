# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The picture a simulation restores: what the network is given, what it should come near, what it must beat.

So far the one task is super-resolution: the clean picture is degraded with MATLAB's bicubic down-sampling, as
all published figures are, and the baseline is bicubic up-sampling.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from bbcu_fpga.images import Picture, crop_centre, load_image
from brevitas_models.resize import imresize

logger = logging.getLogger(__name__)

EXAMPLE = "coffee"
"""The photograph restored when none is named; it comes with scikit-image (CC0, by Rachel Michetti)."""


@dataclass(frozen=True)
class Scene:
    """A picture to restore; the pictures are uint8 [H, W, 3].

    `degraded` is the network's input, `baseline` what plain interpolation makes of it, `clean` the original
    where it is known, `notice` says what was cropped.
    """

    name: str
    degraded: Picture
    baseline: Picture
    clean: Picture | None = None
    notice: str | None = None


@dataclass(frozen=True)
class Framing:
    """Which part of a picture is used: its centre, as large as the frame (in input pixels), or the whole."""

    scale: int
    height: int
    width: int
    whole: bool = False

    def example_scene(self) -> Scene:
        """Return the example photograph, degraded."""
        from skimage import data

        return self._degrade(getattr(data, EXAMPLE)(), EXAMPLE)

    def clean_scene(self, path: Path) -> Scene:
        """Read a clean picture and degrade it; raises ImageError if it is unusable or too small."""
        return self._degrade(load_image(path), str(path))

    def degraded_scene(self, path: Path) -> Scene:
        """Read a picture that is degraded already; raises ImageError if it is unusable or too small."""
        degraded, notice = self._fit(load_image(path), 1, str(path))
        return Scene(str(path), degraded, imresize(degraded, self.scale), notice=notice)

    def _degrade(self, picture: Picture, name: str) -> Scene:
        clean, notice = self._fit(picture, self.scale, name)
        degraded = imresize(clean, 1 / self.scale)
        return Scene(name, degraded, imresize(degraded, self.scale), clean, notice)

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
