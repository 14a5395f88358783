# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import math

import numpy as np
import pytest
import skimage.data
from skimage.metrics import structural_similarity

from brevitas_models.metrics import luma, psnr_y, ssim_y
from tests.brevitas_models.samples import picture


@pytest.mark.parametrize(
    ("colour", "expected"),
    [((0, 0, 0), 16.0), ((255, 255, 255), 235.0), ((255, 0, 0), 81.481), ((0, 255, 0), 144.553)],
)
def test_luma_is_bt601_studio_range(colour, expected):
    assert luma(np.array([[colour]], np.uint8))[0, 0] == pytest.approx(expected)


def test_psnr_of_a_grey_step():
    dark, bright = np.full((8, 8, 3), 100, np.uint8), np.full((8, 8, 3), 103, np.uint8)
    assert psnr_y(dark, bright, 2) == pytest.approx(20 * math.log10(255 / (3 * 219 / 255)))


def test_psnr_is_symmetric_and_infinite_for_equal_images():
    first, second = picture(9, 12, 0), picture(9, 12, 1)
    assert psnr_y(first, second, 1) == psnr_y(second, first, 1)
    assert psnr_y(first, first, 1) == math.inf


def test_the_shaved_border_does_not_count():
    first = picture(20, 24)
    second = first.copy()
    second[:2], second[-2:], second[:, :2], second[:, -2:] = 0, 0, 0, 0
    assert psnr_y(first, second, 2) == math.inf
    assert ssim_y(first, second, 2) == pytest.approx(1)
    assert psnr_y(first, second, 1) < 30


def test_ssim_is_the_papers():
    first = skimage.data.astronaut()[100:180, 100:190]
    second = np.clip(first.astype(int) + picture(80, 90).astype(int) // 8, 0, 255).astype(np.uint8)
    window = slice(2, -2), slice(2, -2)
    expected = structural_similarity(
        luma(first)[window],
        luma(second)[window],
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )
    assert ssim_y(first, second, 2) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("metric", [psnr_y, ssim_y])
def test_images_that_do_not_compare_are_refused(metric):
    image = picture(12, 12)
    with pytest.raises(ValueError, match="must both be"):
        metric(image, image[:-1], 0)
    with pytest.raises(ValueError, match="must both be"):
        metric(image[..., 0], image[..., 0], 0)
    with pytest.raises(TypeError, match="uint8"):
        metric(image, image.astype(np.float32), 0)
    with pytest.raises(ValueError, match="leaves nothing"):
        metric(image, image, 6)


def test_an_image_smaller_than_the_window_is_refused():
    with pytest.raises(ValueError, match="11x11"):
        ssim_y(picture(14, 30), picture(14, 30, 1), 2)
