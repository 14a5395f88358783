# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest

from bbcu_fpga.errors import TaskError
from brevitas_models.degradations import Noise, generator
from brevitas_models.resize import imresize
from brevitas_models.tasks import TASKS, Source, denoising, find_task, super_resolution
from tests.brevitas_models.samples import picture

PUBLISHED = {
    "super_resolution_x2",
    "super_resolution_x3",
    "super_resolution_x4",
    "super_resolution_y_x2",
    "denoising_15",
    "denoising_25",
    "denoising_50",
    "denoising_grey_25",
    "jpeg_10",
    "jpeg_40",
    "deraining",
    "low_light",
}


def test_every_published_task_has_a_name():
    assert set(TASKS) >= PUBLISHED
    assert all(find_task(name).name == name for name in TASKS)
    with pytest.raises(TaskError, match="'denoise' is unknown.*denoising_25.*low_light"):
        find_task("denoise")


@pytest.mark.parametrize(
    "task", [task for task in TASKS.values() if task.degradation], ids=lambda task: task.name
)
def test_a_pair_has_the_sizes_of_the_task(task):
    clean = picture(4 * 13 + 3, 4 * 12 + 1)[..., : task.channels]
    pair = task.pair(Source("x.png", clean))
    height, width = pair.clean.shape[0] // task.scale, pair.clean.shape[1] // task.scale
    assert pair.degraded.shape == (height, width, task.channels)
    assert 0 <= clean.shape[0] - pair.clean.shape[0] < task.scale
    assert task.baseline(pair.degraded).shape == pair.clean.shape
    assert (task.shave, task.baseline_name) == ((task.scale, "bicubic") if task.scale > 1 else (0, "input"))


@pytest.mark.parametrize("channels", [3, 1])
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_super_resolution_enlarges_what_was_shrunk(scale, channels):
    task = super_resolution(scale, channels)
    clean = imresize(picture(10, 12), 3.0 * scale)[..., :channels]
    pair = task.pair(Source("x.png", clean))
    baseline = task.baseline(pair.degraded)
    assert baseline.dtype == np.uint8
    if channels == 3:
        np.testing.assert_array_equal(pair.degraded, imresize(clean, 1 / scale))
        np.testing.assert_array_equal(baseline, imresize(imresize(clean, 1 / scale), scale))
    else:
        exact = imresize(imresize(clean.astype(np.float64), 1 / scale), scale)
        assert pair.degraded.dtype == np.float32
        assert np.abs(baseline - exact.clip(0, 255)).max() <= 0.5001  # rounded once, at the end


def test_noise_depends_on_seed_and_name_alone():
    clean = picture(16, 16)
    task = denoising(25)
    first = task.pair(Source("a.png", clean), seed=1).degraded
    np.testing.assert_array_equal(first, task.pair(Source("a.png", clean), seed=1).degraded)
    np.testing.assert_array_equal(first, Noise(25)(clean, generator("a.png", 1)))
    assert not np.array_equal(first, task.pair(Source("b.png", clean), seed=1).degraded)
    assert not np.array_equal(first, task.pair(Source("a.png", clean), seed=2).degraded)


def test_the_baseline_of_a_task_without_scale_is_the_input_itself():
    degraded = picture(8, 8).astype(np.float32) * 1.7 - 40
    assert denoising(25).baseline(degraded) is degraded


def test_a_given_degraded_picture_is_taken_as_it_is():
    clean, small = picture(41, 40), picture(20, 20, 1)
    pair = find_task("super_resolution_x2").pair(Source("x.png", clean, small))
    np.testing.assert_array_equal(pair.degraded, small)
    np.testing.assert_array_equal(pair.clean, clean[:40])


def test_what_does_not_pair_is_refused():
    with pytest.raises(TaskError, match=r"x\.png: low_light needs pairs"):
        find_task("low_light").pair(Source("x.png", picture(8, 8)))
    with pytest.raises(TaskError, match=r"x\.png: .*19x20 with a clean one of 40x40"):
        find_task("super_resolution_x2").pair(Source("x.png", picture(40, 40), picture(20, 19)))
