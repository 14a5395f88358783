# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
from torch import nn

from brevitas_models.evaluate import compare, measure, side_by_side
from brevitas_models.evaluate.pictures import GAP, TITLE, find_detail
from brevitas_models.tasks import Source, find_task
from tests.brevitas_models.samples import picture

DOUBLE, NOISE = find_task("super_resolution_x2"), find_task("denoising_25")
HEIGHT, WIDTH = 60, 80


def drawn(task, network):
    clean = picture(HEIGHT, WIDTH)[..., : task.channels]
    outcome = compare(network, task.pair(Source("x.png", clean)), task)
    return outcome, side_by_side(outcome, measure(outcome, task), task)


def panel(image, index):
    """The part of a panel that no title and no frame covers: the picture below its first rows and columns."""
    left = index * (WIDTH + GAP)
    return image[TITLE : TITLE + HEIGHT, left : left + WIDTH]


def same_outside_the_frame(image, expected):
    differing = (image != np.asarray(expected)).any(axis=2)
    top, left, side = find_detail(picture(HEIGHT, WIDTH))
    inside = differing[top : top + side, left : left + side].sum()
    assert differing.sum() == inside and inside <= 8 * side


def test_four_panels_of_super_resolution():
    outcome, image = drawn(DOUBLE, nn.Upsample(scale_factor=2))
    assert image.dtype == np.uint8 and image.shape == (TITLE + HEIGHT + GAP + WIDTH, 4 * WIDTH + 3 * GAP, 3)
    nearest = outcome.pair.degraded.repeat(2, axis=0).repeat(2, axis=1)
    forms = (nearest, outcome.baseline, outcome.restored, outcome.pair.clean)
    for index, expected in enumerate(forms):
        same_outside_the_frame(panel(image, index), expected)


def test_the_detail_is_enlarged_below():
    outcome, image = drawn(DOUBLE, None)
    top, left, side = find_detail(outcome.pair.clean)
    detail = image[TITLE + HEIGHT + GAP :, 2 * (WIDTH + GAP) :]
    rows = columns = (np.arange(WIDTH) + 0.5) * side / WIDTH
    expected = outcome.pair.clean[top + rows.astype(int)][:, left + columns.astype(int)]
    np.testing.assert_array_equal(detail, expected)


@pytest.mark.parametrize(
    ("task", "network", "panels"), [(DOUBLE, None, 3), (NOISE, None, 2), (NOISE, nn.Identity(), 3)]
)
def test_an_input_that_is_the_baseline_is_shown_once(task, network, panels):
    _, image = drawn(task, network)
    assert image.shape[1] == panels * WIDTH + (panels - 1) * GAP


def test_grey_and_noise_out_of_range_are_shown():
    outcome, image = drawn(find_task("denoising_grey_50"), None)
    assert outcome.pair.degraded.min() < 0 and outcome.pair.degraded.max() > 255
    shown = np.clip(np.rint(outcome.pair.degraded), 0, 255)
    differing = (panel(image, 0) != np.repeat(shown, 3, axis=2)).any(axis=2)
    assert differing.mean() < 0.1  # the frame


def test_the_detail_is_where_the_contrast_is():
    clean = np.full((100, 140, 3), 90, np.uint8)
    clean[60:80, 100:120] = picture(20, 20)
    top, left, side = find_detail(clean)
    assert side == 25 and 50 <= top <= 66 and 90 <= left <= 106
    assert find_detail(picture(11, 13)) == (0, 0, 11)
