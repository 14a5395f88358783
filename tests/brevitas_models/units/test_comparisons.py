# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch

from brevitas_models.quantizers import TanhBinaryQuant
from brevitas_models.units import BalancedConv, BiRealUnit, BNNUnit, IRNetUnit, ReActNetUnit
from tests.brevitas_models.samples import shake_all
from tests.brevitas_models.units.formulas import (
    ARITHMETIC,
    binary_sums,
    normalized,
    signs,
    trunk,
    trunk_quantizer,
    trunk_sample,
)


@pytest.fixture(autouse=True)
def generator():
    torch.manual_seed(5)


def shaken(unit):
    shake_all(unit)
    return unit.eval()


def sums_of(unit, x):
    return binary_sums(signs(x.numpy()), signs(unit.branch.conv.weight.detach())).astype(np.float32)


def output(unit, x):
    with torch.no_grad():
        return unit(x).numpy()


def test_bnn_clips_and_has_no_skip():
    unit, x = shaken(BNNUnit(6, trunk_quantizer())), trunk_sample(6, 5, 7)
    expected = trunk(np.clip(normalized(unit.norm, sums_of(unit, x)), -1, 1))
    np.testing.assert_array_equal(output(unit, x), expected)
    assert 0.1 < (np.abs(expected) == 1).mean() < 0.99  # the sample is clipped, but not everywhere


def test_bireal_scales_normalizes_and_skips():
    unit, x = shaken(BiRealUnit(6, trunk_quantizer())), trunk_sample(6, 5, 7)
    alpha = np.abs(unit.branch.conv.weight.detach().numpy()).mean(axis=(1, 2, 3)).reshape(1, -1, 1, 1)
    np.testing.assert_allclose(unit.branch.alpha, alpha, rtol=1e-6)
    branch = normalized(unit.norm, sums_of(unit, x) * unit.branch.alpha.numpy())
    np.testing.assert_array_equal(output(unit, x), trunk(x.numpy() + trunk(branch)))


def test_irnet_takes_the_sign_of_balanced_weights():
    unit, x = IRNetUnit(6, trunk_quantizer()), trunk_sample(6, 5, 7)
    shake_all(unit)
    with torch.no_grad():
        unit.branch.conv.weight.add_(0.02)  # a mean that the balancing has to take away
    latent = unit.branch.conv.weight.detach().double().numpy()
    centred = latent - latent.mean(axis=(1, 2, 3), keepdims=True)
    alpha = np.abs(centred / centred.std(axis=(1, 2, 3), keepdims=True, ddof=1)).mean(axis=(1, 2, 3))
    power = 2.0 ** np.round(np.log2(alpha)).reshape(1, -1, 1, 1)
    sums = binary_sums(signs(x.numpy()), signs(centred)).astype(np.float32)
    assert (signs(latent) != signs(centred)).any()
    with torch.no_grad():
        np.testing.assert_array_equal(unit.branch(x), sums * power)
        unit.eval()
        np.testing.assert_array_equal(unit.branch(x), sums * power)
    branch = normalized(unit.norm, (sums * power).astype(np.float32))
    np.testing.assert_array_equal(output(unit, x), trunk(x.numpy() + trunk(branch)))


def test_balanced_weights_learn_through_the_tanh_gradient():
    conv = BalancedConv(2)
    for module in conv.modules():
        if isinstance(module, TanhBinaryQuant):
            module.sharpness = 2.0
    x = torch.randn(1, 2, 5, 5)
    conv.alpha.fill_(1)
    conv.accumulate(x).pow(2).sum().backward()
    found = conv.conv.weight.grad.clone()

    weight = conv.conv.weight.detach().clone().requires_grad_()
    centred = weight - weight.mean(dim=(1, 2, 3), keepdim=True)
    balanced = centred / centred.std(dim=(1, 2, 3), keepdim=True)
    soft = 2 * torch.tanh(2 * balanced) / 2  # k tanh(t w) with k = 1 at t = 2
    value = torch.where(balanced >= 0, 1.0, -1.0)
    straight = value.detach() + soft - soft.detach()
    bits = torch.where(x >= 0, 1.0, -1.0)
    torch.nn.functional.conv2d(bits, straight, padding=1).pow(2).sum().backward()
    np.testing.assert_allclose(found, weight.grad, rtol=1e-4, atol=1e-4)


def test_reactnet_is_v1():
    unit = ReActNetUnit(4, ARITHMETIC, trunk_quantizer())
    assert {"branch.move", "branch.alpha", "norm.weight", "activation.prelu.weight"} <= set(unit.state_dict())
