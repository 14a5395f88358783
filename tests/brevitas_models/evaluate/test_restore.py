# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
from torch import nn

from brevitas_models.evaluate import compare, restore
from brevitas_models.tasks import Source, find_task
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


class Told(nn.Module):
    """Returns the noise it is told of in every pixel."""

    def forward(self, pixels, sigma=None):
        return torch.zeros_like(pixels) + (9.0 if sigma is None else sigma.reshape(-1, 1, 1, 1))


def test_a_network_that_wants_to_know_the_noise_is_told():
    image = picture(12, 12)
    assert (restore(Told(), image, 25.0) == 25).all() and (restore(Told(), image) == 9).all()
    np.testing.assert_array_equal(restore(nn.Identity(), image, 25.0), image)
    for name, level in (("denoising_50", 50), ("deraining", 9)):
        task = find_task(name)
        outcome = compare(Told(), task.pair(Source("x.png", image)), task)
        assert (outcome.restored == level).all()


def test_what_cannot_be_restored_is_refused():
    network = random_network(SMALLEST)
    with pytest.raises(TypeError, match="uint8"):
        restore(network, picture(4, 4).astype(np.float64))
    with pytest.raises(ValueError, match="must be"):
        restore(network, picture(4, 4)[..., 0])
