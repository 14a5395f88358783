# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Enhancement of pictures taken in low light."""

from brevitas_models.tasks.task import Task

LOW_LIGHT = Task(
    name="low_light",
    title="low light",
    channels=3,
    measured="all",
    degradation=None,  # darkness is photographed, not computed: only pairs of files have it
    training=None,
    protocol="photographed pairs; PSNR of all channels, SSIM their mean",
)
