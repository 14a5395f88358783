# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Removal of rain streaks."""

from brevitas_models.degradations import Rain
from brevitas_models.tasks.task import Task

DERAINING = Task(
    name="deraining",
    title="deraining",
    channels=3,
    measured="y",
    degradation=Rain(),
    training=Rain(),
    protocol="min(clean + grey streak, 255); PSNR and SSIM of Y, as PReNet's",
)
