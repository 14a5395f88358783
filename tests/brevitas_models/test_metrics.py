# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import math

import numpy as np
import pytest
import skimage.data

from brevitas_models.colour import luma
from brevitas_models.metrics import psnr, psnr_y, ssim, ssim_y
from tests.brevitas_models.samples import picture


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


def similarity(first, second):
    """SSIM by its definition (Wang et al. 2004): one Gaussian window after the other."""
    offsets = np.arange(-5, 6)
    weights = np.exp(-np.add.outer(offsets**2, offsets**2) / (2 * 1.5**2))
    weights /= weights.sum()
    windows = [np.lib.stride_tricks.sliding_window_view(plane, (11, 11)) for plane in (first, second)]
    mean1, mean2 = ((window * weights).sum((2, 3)) for window in windows)
    square1, square2 = ((window**2 * weights).sum((2, 3)) for window in windows)
    product = (windows[0] * windows[1] * weights).sum((2, 3))
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    spread = square1 - mean1**2 + square2 - mean2**2
    likeness = (2 * mean1 * mean2 + c1) * (2 * (product - mean1 * mean2) + c2)
    return float((likeness / ((mean1**2 + mean2**2 + c1) * (spread + c2))).mean())


def test_ssim_is_the_papers():
    first = skimage.data.astronaut()[100:160, 100:170]
    second = np.clip(first.astype(int) + picture(60, 70).astype(int) // 8, 0, 255).astype(np.uint8)
    window = slice(2, -2), slice(2, -2)
    expected = similarity(luma(first)[window], luma(second)[window])
    assert ssim_y(first, second, 2) == pytest.approx(expected, abs=1e-9)
    channels = [similarity(first[..., k].astype(float), second[..., k].astype(float)) for k in range(3)]
    assert ssim(first, second, 0, "all") == pytest.approx(np.mean(channels), abs=1e-9)
    assert ssim(first[..., 1:2], second[..., 1:2]) == pytest.approx(channels[1], abs=1e-9)


def test_psnr_of_all_channels_takes_their_common_error():
    clean = np.full((6, 6, 3), 100, np.uint8)
    image = clean.astype(np.float32)
    image[..., 0] += 6.5
    image[..., 2] -= 120  # below zero: not clipped
    assert psnr(image, clean) == pytest.approx(10 * math.log10(255**2 * 3 / (6.5**2 + 120**2)))
    assert psnr(image[..., :1], clean[..., :1]) == pytest.approx(20 * math.log10(255 / 6.5))
    with pytest.raises(ValueError, match="must both be"):
        psnr(image[..., :1], clean[..., :1], 0, "y")


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
