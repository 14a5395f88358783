# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Bilinear up-sampling whose float result is exact wherever a sample lies."""

import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor


def bilinear(pixels: Tensor, factor: int) -> Tensor:
    """Up-sample by an integer factor, corners not aligned: (N, C, H, W) -> (N, C, factor H, factor W).

    PyTorch finds a sample by its position, ``(o + 1/2) / factor - 1/2`` in float32. For a factor that is no
    power of two the error grows with o: at x3, samples some hundred pixels from the border round otherwise
    than their ninths. For an odd factor the same function is the mean of factor x factor repeated pixels,
    whose sum of integers is exact everywhere.
    """
    if factor % 2 == 0:
        return F.interpolate(pixels, scale_factor=factor, mode="bilinear", align_corners=False)
    margin = [factor // 2] * 4
    repeated = F.interpolate(pixels, scale_factor=factor, mode="nearest")
    return F.avg_pool2d(F.pad(repeated, margin, mode="replicate"), factor, stride=1)
