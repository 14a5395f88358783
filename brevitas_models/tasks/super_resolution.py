# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Super-resolution from bicubic shrinking."""

from brevitas_models.degradations import Bicubic
from brevitas_models.tasks.task import Task


def super_resolution(scale: int, channels: int = 3) -> Task:
    """Return super-resolution by `scale` of RGB (BBCU, GAM) or of Y alone (SRCNN's protocol; E2FIF).

    RGB: the small picture is 8-bit RGB, as DIV2K has it; Y of the restored RGB is compared. Y: the 8-bit Y is
    shrunk and enlarged without rounding in between, from which the published bicubic figures come.
    """
    colour = channels == 3
    degradation = Bicubic(scale, rounded=colour)
    return Task(
        name=f"super_resolution_x{scale}" if colour else f"super_resolution_y_x{scale}",
        title=f"super-resolution x{scale}" + ("" if colour else " of Y"),
        channels=channels,
        measured="y" if colour else "all",
        degradation=degradation,
        training=degradation,
        scale=scale,
        protocol=(
            f"MATLAB bicubic, {'8-bit RGB' if colour else 'Y, not rounded'}; PSNR and SSIM of Y, "
            f"{scale} border pixels left out"
        ),
    )
