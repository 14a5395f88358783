# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch

from bbcu_fpga.errors import TrainingError
from brevitas_models.training import LOSSES, LumaL1


def test_the_luma_loss_weighs_luma_and_colour():
    restored = torch.zeros(1, 3, 1, 2)
    original = (
        torch.tensor([[[[255.0, 0.0]], [[0.0, 0.0]], [[0.0, -51.0]]]]) / 255
    )  # 255 more red, 51 less blue
    red, blue = 65.481 / 255, 24.966 / 255 * 0.2
    expected = (red + blue) / 2 + 0.2 * (1 + 0.2) / 6
    assert float(LOSSES["luma"]()(restored, original)) == pytest.approx(expected, rel=1e-6)


def test_the_luma_loss_weighs_green_most_and_colours_a_little():
    black, loss = torch.zeros(2, 3, 4, 4), LumaL1()
    pure = [black.index_fill(1, torch.tensor([channel]), 1.0) for channel in range(3)]
    weights = np.array([65.481, 128.553, 24.966]) / 255
    np.testing.assert_allclose([loss(colour, black) for colour in pure], weights + 0.2 / 3, rtol=1e-6)
    opposite = torch.tensor([-weights[1], weights[0], 0.0], dtype=torch.float32).reshape(1, 3, 1, 1)
    np.testing.assert_allclose(loss(black + opposite, black), 0.2 / 3 * (weights[0] + weights[1]), rtol=1e-5)


def test_the_luma_loss_refuses_grey_pictures():
    with pytest.raises(TrainingError, match="luma.*needs RGB.*l1 or l2"):
        LumaL1()(torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 2, 2))
