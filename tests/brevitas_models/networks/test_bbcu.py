# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from brevitas_models.networks import PRESETS, BBCUConfig
from tests.brevitas_models.samples import SMALLEST, as_pixels, picture, random_network


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"channels": 24, "body_convs": 4}, "power of two"),
        ({"channels": 256, "body_convs": 4}, "power of two"),
        ({"channels": 16, "body_convs": 0}, "at least 1"),
        ({"channels": 16, "body_convs": 4, "scale": 5}, "upscales by 2, 3 or 4"),
    ],
)
def test_impossible_architectures_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        BBCUConfig(**fields)


@pytest.mark.parametrize(("name", "factor"), [("tiny", 1 / 8), ("small", 1 / 4), ("bbcu_m", 1 / 2)])
def test_alignment_is_the_papers_to_a_power_of_two(name, factor):
    config = PRESETS[name]
    assert config.alignment == factor
    assert config.alignment == pytest.approx(130 * config.channels / 64 / 255, rel=0.02)


def test_features_are_trunk_integers_and_outputs_are_pixels():
    network = random_network(SMALLEST)
    pixels = as_pixels(picture(9, 6))
    with torch.no_grad():
        features, restored = network.features(pixels), network(pixels)
    integers = features.numpy() / SMALLEST.step
    np.testing.assert_array_equal(integers, np.rint(integers))
    assert -(2**10) <= integers.min() < 0 < integers.max() < 2**10
    assert restored.shape == (1, 3, 18, 12)
    np.testing.assert_array_equal(restored, restored.round().clamp(0, 255))


def bilinear_double(image):
    """Twice the size, align_corners=False, in sixteenths of a pixel: weights 3 and 1 along each axis."""
    values = image.astype(np.int64)
    for axis in (0, 1):
        rows = np.moveaxis(values, axis, 0)
        before, after = np.concatenate([rows[:1], rows[:-1]]), np.concatenate([rows[1:], rows[-1:]])
        doubled = np.stack([3 * rows + before, 3 * rows + after], axis=1)
        values = np.moveaxis(doubled.reshape(-1, *rows.shape[1:]), 0, axis)
    return values


def test_without_a_tail_the_network_is_bilinear_interpolation():
    network = random_network(SMALLEST)
    image = picture(7, 10)
    with torch.no_grad():
        network.tail.weight.zero_()
        network.tail_bias.zero_()
        restored = network(as_pixels(image))[0].numpy().transpose(1, 2, 0)
    np.testing.assert_array_equal(restored, np.rint(bilinear_double(image) / 16))


@pytest.mark.parametrize("scale", [3, 4])
def test_without_a_tail_it_is_bilinear_interpolation_rounded_to_sixteenths(scale):
    network = random_network(replace(SMALLEST, scale=scale))
    image = picture(7, 10)
    exact = functional.interpolate(as_pixels(image).double(), scale_factor=scale, mode="bilinear")
    with torch.no_grad():
        network.tail.weight.zero_()
        network.tail_bias.zero_()
        restored = network(as_pixels(image))
    torch.testing.assert_close(restored, ((exact * 16).round() / 16).round().float(), rtol=0, atol=0)


def test_every_parameter_receives_a_gradient():
    network = random_network(SMALLEST).train()
    (network(as_pixels(picture(16, 16))) - 100.0).abs().mean().backward()
    untouched = [name for name, parameter in network.named_parameters() if not parameter.grad.any()]
    assert untouched == []
