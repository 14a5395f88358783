# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
from torch import nn

from brevitas_models.evaluate import restore
from tests.brevitas_models.samples import SMALLEST, as_pixels, picture, random_network


def test_restoring_is_the_evaluation_of_the_network():
    network = random_network(SMALLEST)
    image = picture(7, 9)
    with torch.no_grad():
        expected = network(as_pixels(image))[0].numpy().transpose(1, 2, 0)
    restored = restore(network, image)
    assert restored.dtype == np.uint8
    np.testing.assert_array_equal(restored, expected)


@pytest.mark.parametrize("training", [True, False])
def test_restoring_keeps_the_mode_of_the_network(training):
    network = random_network(SMALLEST).train(training)
    restore(network, picture(4, 4))
    assert network.training is training and network.fine.training is training


def test_results_are_rounded_and_clipped():
    image = np.array([[[-3.2], [0.5], [1.5], [99.51], [254.6], [300.0]]], np.float32)
    np.testing.assert_array_equal(restore(nn.Identity(), image).ravel(), [0, 0, 2, 100, 255, 255])


def test_what_cannot_be_restored_is_refused():
    network = random_network(SMALLEST)
    with pytest.raises(TypeError, match="uint8"):
        restore(network, picture(4, 4).astype(np.float64))
    with pytest.raises(ValueError, match="must be"):
        restore(network, picture(4, 4)[..., 0])
