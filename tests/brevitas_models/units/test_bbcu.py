# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from brevitas_models.units import ActivatedSumUnit, BinaryBranch, BodyUnit, HeadUnit, UpsamplingUnit
from tests.brevitas_models.samples import shake_all
from tests.brevitas_models.units.formulas import (
    ARITHMETIC,
    HIGH,
    LOW,
    STEP,
    binary_sums,
    column,
    leaky,
    normalized,
    signs,
    trunk,
    trunk_quantizer,
    trunk_sample,
)


def branch_formula(branch, x):
    """PReLU(alpha * s + b0) + b1 of the paper, in float32 as deployed."""
    parameters = {name: value.detach().numpy() for name, value in branch.named_parameters()}
    sums = binary_sums(signs(x.numpy() + parameters["move"]), signs(parameters["conv.weight"]))
    y = sums.astype(np.float32) * branch.latent_alpha().numpy() + parameters["shift_in"]
    return leaky(y, parameters["prelu.weight"].reshape(1, -1, 1, 1)) + parameters["shift_out"]


@pytest.fixture
def generator():
    torch.manual_seed(3)


@pytest.mark.parametrize("training", [True, False])
def test_branch_equals_its_formula(generator, training):
    branch = BinaryBranch(8, 12)
    shake_all(branch)
    branch.train(training)
    x = trunk_sample(8, 7, 5)
    with torch.no_grad():
        np.testing.assert_array_equal(branch(x).numpy(), branch_formula(branch, x))


def test_body_unit_equals_its_formula(generator):
    unit = BodyUnit(8, trunk_quantizer())
    shake_all(unit)
    unit.eval()
    x = trunk_sample(8, 6, 9)
    expected = trunk(x.numpy() + trunk(branch_formula(unit.branch, x)))
    with torch.no_grad():
        np.testing.assert_array_equal(unit(x).numpy(), expected)
    assert (expected == HIGH).any() and (expected == LOW).any()  # the sample does saturate


@pytest.mark.parametrize("factor", [2, 3])
def test_upsampling_unit_repeats_then_shuffles(generator, factor):
    unit = UpsamplingUnit(4, trunk_quantizer(), factor)
    shake_all(unit)
    unit.eval()
    x = trunk_sample(4, 5, 3)
    fine = torch.from_numpy(trunk(branch_formula(unit.branch, x)))
    expected = F.pixel_shuffle(fine + x.repeat_interleave(factor**2, dim=1), factor).clamp(LOW, HIGH)
    with torch.no_grad():
        np.testing.assert_array_equal(unit(x).numpy(), expected.numpy())


def test_alpha_is_the_mean_of_the_latent_weights(generator):
    branch = BinaryBranch(4, 6)
    weight = branch.conv.weight.detach().double().numpy()
    np.testing.assert_allclose(
        branch.latent_alpha().numpy().ravel(), np.abs(weight).mean(axis=(1, 2, 3)), rtol=1e-6
    )


def test_alpha_carries_no_gradient(generator):
    branch = BinaryBranch(2, 2)
    with torch.no_grad():
        branch.conv.weight.mul_(20)  # beyond 1 the sign passes no gradient, so alpha would be the only way
        branch.conv.weight.add_(2 * branch.conv.weight.sign())
    branch(torch.randn(1, 2, 4, 4)).sum().backward()
    assert torch.count_nonzero(branch.conv.weight.grad) == 0


def test_leaving_training_freezes_alpha_once(generator):
    branch = BinaryBranch(2, 2)
    with torch.no_grad():
        branch.conv.weight.mul_(0.5)
    branch.eval()
    np.testing.assert_array_equal(branch.alpha, branch.latent_alpha())
    branch.alpha.fill_(7)  # as if loaded
    branch.eval()
    assert torch.all(branch.alpha == 7)


def test_border_taps_contribute_nothing():
    branch = BinaryBranch(1, 1)
    with torch.no_grad():
        branch.conv.weight.fill_(0.5)
        branch.eval()
        sums = branch(torch.ones(1, 1, 3, 3)) / 0.5
    np.testing.assert_array_equal(sums[0, 0], [[4, 6, 4], [6, 9, 6], [4, 6, 4]])


def test_bfloat16_sums_are_exact_up_to_32_channels(generator):
    branch = BinaryBranch(32, 32)
    x = torch.randn(1, 32, 6, 6)
    x[:, :, :3, :3] = 1.0  # large sums, too
    with torch.no_grad():
        branch.conv.weight[:4].abs_()
        exact = branch(x)
        branch.reduced_precision = True
        np.testing.assert_array_equal(branch(x), exact)


def test_head_unit_repeats_the_colours(generator):
    unit = HeadUnit(3, 8, trunk_quantizer(), middle=16.0)
    shake_all(unit)
    unit.eval()
    x = torch.randint(0, 256, (2, 3, 7, 5)) / 8
    repeated = x.numpy()[:, [0, 0, 1, 1, 2, 2, 0, 1]]  # each twice, and the first two once more
    expected = trunk(repeated + trunk(branch_formula(unit.branch, x)))
    with torch.no_grad():
        np.testing.assert_array_equal(unit(x).numpy(), expected)


def test_the_head_starts_at_its_middle():
    unit = HeadUnit(3, 64, trunk_quantizer(), middle=16.0)
    assert torch.all(unit.branch.move == -16.0)
    assert [unit.index.tolist().count(colour) for colour in range(3)] == [22, 21, 21]


@pytest.mark.parametrize("is_normalized", [True, False])
def test_activated_sum_equals_its_formula(generator, is_normalized):
    unit = ActivatedSumUnit(8, ARITHMETIC, trunk_quantizer(), is_normalized)
    shake_all(unit)
    unit.eval()
    x = trunk_sample(8, 6, 9)
    sums = binary_sums(signs(x.numpy() + unit.branch.move.detach().numpy()), signs(unit.branch.conv.weight))
    branch = sums.astype(np.float32) * unit.branch.alpha.numpy()
    branch = normalized(unit.norm, branch) if is_normalized else branch
    total = trunk(x.numpy() + trunk(branch)) + trunk(column(unit.activation.shift_in))
    slope = np.rint(column(unit.activation.prelu.weight) * 256) / 256
    expected = trunk(leaky(total, slope) + trunk(column(unit.activation.shift_out)))
    with torch.no_grad():
        np.testing.assert_array_equal(unit(x).numpy(), expected)


def test_slopes_and_shifts_are_dyadic_in_the_hardware_form(generator):
    unit = ActivatedSumUnit(4, ARITHMETIC, trunk_quantizer(), normalized=False)
    shake_all(unit)
    unit.eval()
    assert unit.activation(torch.zeros(1, 4, 1, 1)).remainder(STEP / 256).eq(0).all()
    assert not torch.equal(unit.activation.slopes, unit.activation.prelu.weight)
