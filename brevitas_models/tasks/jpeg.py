# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Removal of JPEG artefacts."""

from brevitas_models.degradations import Jpeg
from brevitas_models.tasks.task import Task

BLIND = (1, 49)  # quality of training patches: DnCNN-3 and BBCU draw from 0..49, and libjpeg takes 0 for 1


def jpeg(quality: int) -> Task:
    """Return the removal of JPEG artefacts at `quality` on Y, or on grey pictures as they are."""
    return Task(
        name=f"jpeg_{quality}",
        title=f"JPEG artefacts, quality {quality}",
        channels=1,
        measured="all",
        degradation=Jpeg(quality),
        training=Jpeg(BLIND),
        protocol="8-bit Y as MATLAB's rgb2ycbcr, compressed as a grey JPEG; PSNR and SSIM of that Y",
    )
