# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from brevitas.nn import QuantIdentity

from brevitas_models.quantizers import PowerOfTwoActivation
from brevitas_models.units import BinaryBranch, BodyUnit, UpsamplingUnit
from tests.brevitas_models.samples import shake

STEP, BITS = 1 / 32, 11
LOW, HIGH = -(2 ** (BITS - 1)) * STEP, (2 ** (BITS - 1) - 1) * STEP


def trunk_quantizer():
    return QuantIdentity(act_quant=PowerOfTwoActivation, step=STEP, bit_width=BITS, signed=True)


def trunk(values):
    return np.clip(np.rint(values / np.float32(STEP)) * np.float32(STEP), LOW, HIGH).astype(np.float32)


def trunk_sample(channels, height, width):
    """Multiples of the step over the whole trunk range, some right at a threshold of zero."""
    integers = torch.randint(-(2 ** (BITS - 1)), 2 ** (BITS - 1), (2, channels, height, width))
    integers[:, :, ::3] = 0
    return integers * STEP


def binary_sums(bits, weight):
    """Integer sums of a 3x3 convolution of +-1 whose taps outside the image contribute 0."""
    count, channels, height, width = bits.shape
    padded = np.zeros((count, channels, height + 2, width + 2), np.int64)
    padded[:, :, 1:-1, 1:-1] = bits
    sums = np.zeros((count, weight.shape[0], height, width), np.int64)
    for row in range(3):
        for column in range(3):
            window = padded[:, :, row : row + height, column : column + width]
            sums += np.einsum("nchw,oc->nohw", window, weight[:, :, row, column])
    return sums


def branch_formula(branch, x):
    """PReLU(alpha * s + b0) + b1 of the paper, in float32 as deployed."""
    parameters = {name: value.detach().numpy() for name, value in branch.named_parameters()}
    bits = np.where(x.numpy() + parameters["move"] >= 0, 1, -1)
    weight = np.where(parameters["conv.weight"] >= 0, 1, -1)
    alpha = branch.latent_alpha().numpy()
    y = binary_sums(bits, weight).astype(np.float32) * alpha + parameters["shift_in"]
    slope = parameters["prelu.weight"].reshape(1, -1, 1, 1)
    return np.where(y > 0, y, slope * y) + parameters["shift_out"]


@pytest.fixture
def generator():
    torch.manual_seed(3)


@pytest.mark.parametrize("training", [True, False])
def test_branch_equals_its_formula(generator, training):
    branch = BinaryBranch(8, 12)
    shake(branch)
    branch.train(training)
    x = trunk_sample(8, 7, 5)
    with torch.no_grad():
        np.testing.assert_array_equal(branch(x).numpy(), branch_formula(branch, x))


def test_body_unit_equals_its_formula(generator):
    unit = BodyUnit(8, trunk_quantizer())
    shake(unit.branch)
    unit.eval()
    x = trunk_sample(8, 6, 9)
    expected = trunk(x.numpy() + trunk(branch_formula(unit.branch, x)))
    with torch.no_grad():
        np.testing.assert_array_equal(unit(x).numpy(), expected)
    assert (expected == HIGH).any() and (expected == LOW).any()  # the sample does saturate


def test_upsampling_unit_repeats_then_shuffles(generator):
    unit = UpsamplingUnit(4, trunk_quantizer())
    shake(unit.branch)
    unit.eval()
    x = trunk_sample(4, 5, 3)
    fine = torch.from_numpy(trunk(branch_formula(unit.branch, x)))
    expected = F.pixel_shuffle(fine + x.repeat_interleave(4, dim=1), 2).clamp(LOW, HIGH)
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
