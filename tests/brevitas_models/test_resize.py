# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest

from bbcu_fpga.images import load_image
from brevitas_models.resize import imresize
from tests.brevitas_models.samples import picture
from tests.brevitas_models.sets import DATA, needs_sets

# Keys' kernel with a = -0.5, stretched twice and sampled at 0.25, 0.75, ...: weights of a halving, in 256ths
HALVING = np.array([-3, -9, 29, 111, 111, 29, -9, -3])
# the same kernel at 1.75, 0.75, 0.25, 1.25: weights of a doubling, in 128ths
DOUBLING = np.array([-3, 29, 111, -9])


def rounded(sums, unit):
    return np.clip(np.floor(sums / unit + 0.5), 0, 255).astype(np.uint8)


def test_halving_weighs_eight_rows_then_eight_columns():
    image = picture(32, 40)[..., 0].astype(np.int64)
    rows = np.stack([HALVING @ image[top : top + 8] for top in range(1, 25, 2)])
    between = rounded(rows, 256).astype(np.int64)
    columns = np.stack([between[:, left : left + 8] @ HALVING for left in range(1, 33, 2)], axis=1)
    found = imresize(image.astype(np.uint8), 0.5)
    assert found.shape == (16, 20)
    np.testing.assert_array_equal(found[2:14, 2:18], rounded(columns, 256))


def test_doubling_weighs_four_neighbours():
    row = picture(1, 24)[0, :, 0].astype(np.int64)
    expected = [DOUBLING @ row[left : left + 4] for left in range(20)]
    found = imresize(np.tile(row.astype(np.uint8), (6, 1)), 2)
    np.testing.assert_array_equal(found[5, 4:44:2], rounded(np.array(expected), 128))


def test_a_border_is_mirrored():
    image = picture(9, 12)
    mirrored = np.pad(image, ((8, 8), (8, 8), (0, 0)), mode="symmetric")
    np.testing.assert_array_equal(imresize(mirrored, 2)[16:-16, 16:-16], imresize(image, 2))


@pytest.mark.parametrize(
    ("length", "scale", "expected"), [(9, 0.5, 5), (10, 1 / 3, 4), (7, 2, 14), (5, 1, 5)]
)
def test_an_output_axis_is_rounded_up(length, scale, expected):
    assert imresize(picture(length, 8), scale).shape[0] == expected


def test_scale_one_changes_nothing():
    image = picture(6, 7)
    np.testing.assert_array_equal(imresize(image, 1), image)


@pytest.mark.parametrize("value", [0, 1, 128, 255])
@pytest.mark.parametrize("scale", [0.5, 1 / 3, 2, 4])
def test_a_flat_image_stays_flat(value, scale):
    assert np.all(imresize(np.full((13, 11), value, np.uint8), scale) == value)


@pytest.mark.parametrize("scale", [1 / 4, 1 / 3, 1 / 2, 2, 3, 4])
def test_float_images_are_neither_rounded_nor_clipped(scale):
    image = picture(24, 36)
    exact = imresize(image.astype(np.float64), scale)
    assert exact.dtype == np.float64 and not np.array_equal(exact, np.rint(exact))
    np.testing.assert_allclose(imresize(image / 1.0 * 3 - 200, scale), exact * 3 - 200)
    smooth = np.add.outer(np.arange(24.0), np.arange(36.0)) * 2 + 20
    rounded = imresize(smooth.astype(np.uint8), scale)
    assert np.abs(rounded - imresize(smooth, scale)).max() <= 1  # half a step in each of two passes


def test_what_it_cannot_resize_is_refused():
    with pytest.raises(TypeError, match="8-bit"):
        imresize(np.zeros((4, 4), np.float32), 2)
    with pytest.raises(ValueError, match="scale > 0"):
        imresize(np.zeros((4, 4), np.uint8), 0)
    with pytest.raises(ValueError, match="scale > 0"):
        imresize(np.zeros(4, np.uint8), 2)


@needs_sets
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_set5_is_reproduced_in_every_sample(scale):
    folder = DATA / "Set5"
    for low in sorted((folder / "LR_bicubic_matlab" / f"X{scale}").iterdir()):
        high = load_image(folder / "HR" / low.name.replace(f"x{scale}", ""))
        height, width = (length - length % scale for length in high.shape[:2])
        np.testing.assert_array_equal(imresize(high[:height, :width], 1 / scale), load_image(low))
