# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The published figures of what needs no network: sets, degradations and metrics are the field's."""

import numpy as np
import pytest

from brevitas_models.data import read_sources
from brevitas_models.metrics import psnr
from brevitas_models.tasks import find_task
from tests.brevitas_models.sets import DATA, needs_sets

PUBLISHED = [
    ("super_resolution_y_x2", "Set5/HR", 33.66),
    ("super_resolution_y_x3", "Set5/HR", 30.39),
    ("super_resolution_y_x4", "Set5/HR", 28.42),
    ("super_resolution_y_x2", "BSDS500/val", 29.56),
    ("super_resolution_y_x3", "BSDS500/val", 27.21),
    ("super_resolution_y_x4", "BSDS500/val", 25.96),
    ("jpeg_10", "classic5", 27.82),
    ("denoising_25", "BSDS500/CBSD68.txt", 20.17),
    ("deraining", "Rain100L_streaks", 26.90),
    ("low_light", "LOL256/test15", 7.82),
]
# of 8-bit RGB, shrunk here or by MATLAB (the folder Set5 has its files); the published figures are of Y alone
COLOUR = [
    ("super_resolution_x2", "Set5/HR", 33.67),
    ("super_resolution_x2", "Set5", 33.67),
    ("super_resolution_x3", "Set5", 30.40),
    ("super_resolution_x4", "Set5", 28.43),
    ("super_resolution_x2", "BSDS500/val", 29.56),
    ("super_resolution_x3", "BSDS500/val", 27.21),
    ("super_resolution_x4", "BSDS500/val", 25.96),
]


@needs_sets
@pytest.mark.parametrize(("name", "place", "expected"), PUBLISHED + COLOUR)
def test_a_baseline_has_its_published_figure(name, place, expected):
    task = find_task(name)
    pairs = (task.pair(source) for source in read_sources(DATA / place, task))
    found = [psnr(task.baseline(pair.degraded), pair.clean, task.shave, task.measured) for pair in pairs]
    assert round(float(np.mean(found)), 2) == expected
