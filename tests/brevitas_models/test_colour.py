# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest

from brevitas_models.colour import as_channels, chroma, luma, luma8, with_chroma
from tests.brevitas_models.samples import picture


@pytest.mark.parametrize(
    ("colour", "expected"),
    [((0, 0, 0), 16.0), ((255, 255, 255), 235.0), ((255, 0, 0), 81.481), ((0, 255, 0), 144.553)],
)
def test_luma_is_bt601_studio_range(colour, expected):
    pixel = np.array([[colour]], np.uint8)
    assert luma(pixel)[0, 0] == pytest.approx(expected)
    assert luma8(pixel)[0, 0] == int(expected + 0.5)


def test_grey_is_repeated():
    grey = picture(5, 7)[..., :1]
    np.testing.assert_array_equal(as_channels(grey, 3), np.concatenate([grey] * 3, axis=2))
    np.testing.assert_array_equal(as_channels(grey, 1), grey)


def test_of_colour_the_rounded_luma_is_taken():
    image = picture(5, 7)
    exact = 16 + (65.481 * image[..., 0] + 128.553 * image[..., 1] + 24.966 * image[..., 2]) / 255
    np.testing.assert_array_equal(as_channels(image, 1)[..., 0], np.floor(exact + 0.5))
    np.testing.assert_array_equal(as_channels(image, 3), image)


def test_other_channels_are_refused():
    for image, channels in ((picture(4, 4)[..., :2], 3), (picture(4, 4)[..., 0], 1), (picture(4, 4), 4)):
        with pytest.raises(ValueError, match="1 or 3 channels"):
            as_channels(image, channels)


def test_luma_and_chroma_make_the_picture_again():
    image = np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    again = with_chroma(luma8(image)[..., None], chroma(image))
    # Y loses half a step, which is 255/219 as much in RGB, and rounds again
    assert np.abs(again.astype(int) - image).max() <= 1
    assert again.dtype == np.uint8


def test_grey_has_no_chroma():
    grey = np.full((2, 2, 3), 77, np.uint8)
    np.testing.assert_allclose(chroma(grey), 128)
    np.testing.assert_array_equal(with_chroma(luma8(grey)[..., None], chroma(grey)), grey)
