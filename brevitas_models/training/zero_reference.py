# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The losses of Zero-DCE (CVPR 2020, section 3.3), which need no clean picture; Zero-DCE++ keeps them.

Pictures are float32 (N, 3, H, W) in 0..1, curves float32 (N, 3, H, W) in -1..1; every result is a scalar, the
mean over the N pictures. The authors' released code differs from their text: it squares the exposure's
difference, compares signed differences of regions, takes the colours' fourth power, and weighs the sum of
its terms 1, 10, 5 and 200 (for Zero-DCE++, whose iterations share one map, 1600). This is the text.
"""

import torch.nn.functional as F  # noqa: N812 (everyone's name for it)
from torch import Tensor, nn

from bbcu_fpga.errors import TrainingError

REGION = 4  # side of a region whose neighbours keep their difference, in pixels (equation 4)
EXPOSED_REGION = 16  # side of a region that is to be well exposed (equation 5)
WELL_EXPOSED = 0.6  # grey level E of equation 5
COLOUR_WEIGHT = 0.5  # W_col of equation 8 (section 4, implementation details)
SMOOTHNESS_WEIGHT = 20.0  # W_tvA of equation 8


def spatial_consistency(restored: Tensor, degraded: Tensor) -> Tensor:
    """Return L_spa (equation 4): neighbouring regions differ in the restored picture as in the input.

    The mean over regions of 4x4 pixels of sum_j (|Y_i - Y_j| - |I_i - I_j|)^2, with the intensities Y and I
    of the restored and the given picture and the up to four neighbours j inside the picture.
    """
    after, before = (F.avg_pool2d(x.mean(dim=1, keepdim=True), REGION) for x in (restored, degraded))
    squares = [(after.diff(dim=axis).abs() - before.diff(dim=axis).abs()).square().sum() for axis in (2, 3)]
    return 2 * (squares[0] + squares[1]) / after.numel()  # each is the neighbour of the other


def exposure(restored: Tensor) -> Tensor:
    """Return L_exp (equation 5): the mean of |Y - 0.6| over regions of 16x16 pixels of intensity Y."""
    intensity = F.avg_pool2d(restored.mean(dim=1, keepdim=True), EXPOSED_REGION)
    return (intensity - WELL_EXPOSED).abs().mean()


def colour_constancy(restored: Tensor) -> Tensor:
    """Return L_col (equation 6): the squared differences of the channels' means, summed over the pairs."""
    means = restored.mean(dim=(2, 3))
    return (means - means.roll(1, dims=1)).square().sum(dim=1).mean()


def illumination_smoothness(curves: Tensor) -> Tensor:
    """Return L_tvA (equation 7): the mean of (|dr/dx| + |dr/dy|)^2, summed over the channels.

    The equation's mean over the iterations is that of one map, because in Zero-DCE++ they share it.
    """
    across = curves.diff(dim=3)[:, :, :-1].abs()
    down = curves.diff(dim=2)[:, :, :, :-1].abs()
    return (across + down).square().mean(dim=(0, 2, 3)).sum()


class ZeroReference(nn.Module):
    """L_spa + L_exp + 0.5 L_col + 20 L_tvA (equation 8): (restored, degraded, curves) -> scalar.

    Raises:
        TrainingError: the pictures are not RGB, or smaller than a region of 16x16 pixels.
    """

    def forward(self, restored: Tensor, degraded: Tensor, curves: Tensor) -> Tensor:
        channels, *size = restored.shape[1:]
        if channels != 3 or min(size) < EXPOSED_REGION:
            raise TrainingError(
                f"loss 'zero_reference' needs RGB patches of at least {EXPOSED_REGION} pixels on each side; "
                f"these have {channels} channels and {size[1]}x{size[0]} pixels"
            )
        pictures = spatial_consistency(restored, degraded) + exposure(restored)
        return (
            pictures
            + COLOUR_WEIGHT * colour_constancy(restored)
            + SMOOTHNESS_WEIGHT * illumination_smoothness(curves)
        )
