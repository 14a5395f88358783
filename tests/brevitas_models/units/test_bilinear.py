# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
from torch.nn import functional

from bbcu_fpga.numerics import bilinear_subpixels, pixel_shuffle
from brevitas_models.units import bilinear


@pytest.mark.parametrize("factor", [2, 3, 4, 5])
def test_it_is_pytorchs_bilinear_interpolation(factor):
    pixels = torch.rand((2, 3, 5, 7), dtype=torch.float64)
    expected = functional.interpolate(pixels, scale_factor=factor, mode="bilinear", align_corners=False)
    torch.testing.assert_close(bilinear(pixels, factor), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("factor", "unit"), [(2, 16), (3, 9), (4, 64)])
def test_every_sample_is_the_nearest_sixteenth_however_far_from_the_border(factor, unit):
    image = np.random.default_rng(factor).integers(0, 256, (1, 3, 4000, 1))
    exact = pixel_shuffle(bilinear_subpixels(image, factor), factor)
    pixels = torch.from_numpy(image.transpose(0, 3, 1, 2).astype(np.float32))
    sixteenths = (bilinear(pixels, factor) * 16).round().numpy().transpose(0, 2, 3, 1)
    rounded, rest = np.divmod(2 * 16 * exact + unit, 2 * unit)  # half up; nothing is left of a tie
    half_even = rounded - ((rest == 0) & (rounded % 2 == 1))
    np.testing.assert_array_equal(sixteenths, half_even)
