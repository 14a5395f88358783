# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from brevitas_models.units import E2FIFBlock, E2FIFConv, E2FIFUnit, E2FIFUpsampler, ShuffleTail, set_stage
from tests.brevitas_models.samples import shake_all
from tests.brevitas_models.units.formulas import (
    ARITHMETIC,
    binary_sums,
    leaky,
    normalized,
    signs,
    trunk,
    trunk_quantizer,
    trunk_sample,
)


@pytest.fixture(autouse=True)
def generator():
    torch.manual_seed(6)


def branch_formula(branch, x):
    sums = binary_sums(signs(x), signs(branch.conv.conv.weight.detach()))
    return trunk(normalized(branch.norm, sums.astype(np.float32)))


def unit_formula(unit, x):
    return trunk(x + branch_formula(unit.branch, x))


def check(module, x, expected):
    with torch.no_grad():
        np.testing.assert_array_equal(module(x).numpy(), expected)


def shaken(module):
    shake_all(module)
    return module.eval()


def test_unit_normalizes_and_skips():
    unit, x = shaken(E2FIFUnit(6, trunk_quantizer())), trunk_sample(6, 5, 8)
    check(unit, x, unit_formula(unit, x.numpy()))


def test_block_activates_between_its_units_only():
    block, x = shaken(E2FIFBlock(6, trunk_quantizer())), trunk_sample(6, 5, 8)
    middle = trunk(leaky(unit_formula(block.first, x.numpy()), 1 / 8))
    check(block, x, unit_formula(block.second, middle))


@pytest.mark.parametrize("factor", [2, 3])
def test_upsampler_repeats_each_channel(factor):
    unit, x = shaken(E2FIFUpsampler(4, trunk_quantizer(), factor)), trunk_sample(4, 3, 5)
    fine = branch_formula(unit.branch, x.numpy()) + x.numpy().repeat(factor**2, axis=1)
    check(unit, x, trunk(F.pixel_shuffle(torch.from_numpy(fine), factor).numpy()))


def test_tail_gives_pixels():
    tail, x = shaken(ShuffleTail(4, 3, 2, ARITHMETIC)), trunk_sample(4, 5, 7)
    with torch.no_grad():
        tail.conv.weight.mul_(40)  # so that pixels differ and saturate
        found = tail(x)
        expected = F.pixel_shuffle(tail.conv(x), 2).round().clamp(0, 255)
    assert found.shape == (2, 3, 10, 14) and found.min() == 0 and found.max() == 255
    np.testing.assert_array_equal(found, expected)


def test_weights_learn_beyond_one():
    unit = E2FIFUnit(2, trunk_quantizer())
    with torch.no_grad():
        unit.branch.conv.conv.weight.copy_(torch.full((2, 2, 3, 3), 3.0))
    unit(torch.randn(2, 2, 5, 5)).pow(2).sum().backward()
    assert unit.branch.conv.conv.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("stage", [1, 2])
def test_weights_are_floats_in_the_first_stage_and_binary_in_the_second(stage):
    conv = E2FIFConv(3, 5)
    set_stage(conv, stage)
    x = torch.randn(2, 3, 6, 4)
    x[0, 0] = 0.0
    latent = conv.conv.weight.detach()
    weight = latent if stage == 1 else torch.where(latent >= 0, 1.0, -1.0)
    expected = F.conv2d(torch.where(x >= 0, 1.0, -1.0), weight, padding=1)
    with torch.no_grad():
        np.testing.assert_array_equal(conv(x), expected)
    assert (np.abs(latent) < 1).any()


@pytest.mark.parametrize("stage", [1, 2])
def test_activations_have_the_triangle_gradient_in_both_stages(stage):
    conv = E2FIFConv(1, 1, kernel=1)
    set_stage(conv, stage)
    with torch.no_grad():
        conv.conv.weight.fill_(0.5)
    points = torch.tensor([-2.0, -1.0, -0.25, 0.0, 0.5])
    x = points.reshape(1, 1, 1, -1).clone().requires_grad_()
    conv(x).sum().backward()
    used = 0.5 if stage == 1 else 1.0
    np.testing.assert_allclose(x.grad.ravel(), used * np.clip(2 - 2 * np.abs(points), 0, None))
    assert conv.conv.weight.grad.item() == -3 + 2


def test_only_the_second_stage_can_be_exported():
    unit = E2FIFUnit(2, trunk_quantizer())
    assert unit.branch.conv.obstacle is None
    set_stage(unit, 1)
    assert "training stage 1 is not binary yet; call set_stage(network, 2)" in unit.branch.conv.obstacle
    with pytest.raises(ValueError, match="stage 3 does not exist; use 1 to 2"):
        set_stage(unit, 3)
