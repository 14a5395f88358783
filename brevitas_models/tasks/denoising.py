# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Removal of Gaussian noise."""

from brevitas_models.degradations import Noise
from brevitas_models.tasks.task import Task

BLIND = (0.0, 75.0)  # sigma of training patches: one network for all levels, as DnCNN's and BBCU's


def denoising(sigma: float, channels: int = 3, blind: tuple[float, float] = BLIND) -> Task:
    """Return denoising at `sigma` (of 255) of RGB or, with one channel, of grey pictures.

    Training draws sigma from the range `blind` for each patch.
    """
    colour = channels == 3
    return Task(
        name=f"denoising_{sigma:g}" if colour else f"denoising_grey_{sigma:g}",
        title=f"denoising, sigma {sigma:g}" + ("" if colour else ", grey"),
        channels=channels,
        measured="all",
        degradation=Noise(float(sigma)),
        training=Noise(blind),
        protocol="Gaussian noise, neither rounded nor clipped; PSNR of all channels, SSIM their mean",
    )
