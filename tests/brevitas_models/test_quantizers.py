# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
from brevitas.nn import QuantConv2d, QuantIdentity
from hypothesis import given
from hypothesis import strategies as st

from brevitas_models.quantizers import (
    BinaryActivation,
    BinaryWeight,
    ClippedActivation,
    ClippedSign,
    IdentitySign,
    IdentityWeight,
    PowerOfTwoActivation,
    PowerOfTwoQuant,
    SaturatingRound,
    TanhActivation,
    TanhSign,
    TanhWeight,
    TriangleSign,
    set_sharpness,
)

POINTS = [-2.0, -1.0, -0.75, -0.25, 0.0, 0.25, 0.5, 1.0, 1.5]


def gradient(function, points, *arguments):
    x = torch.tensor(points, requires_grad=True)
    weights = torch.arange(1.0, len(points) + 1)  # each point with an upstream gradient of its own
    (function.apply(x, *arguments) * weights).sum().backward()
    return (x.grad / weights).numpy()


@pytest.mark.parametrize(
    ("function", "arguments"), [(TriangleSign, ()), (ClippedSign, ()), (IdentitySign, ()), (TanhSign, (3.0,))]
)
def test_sign_of_zero_is_plus_one(function, arguments):
    signs = function.apply(torch.tensor([-2.0, -1e-30, -0.0, 0.0, 1e-30, 3.0]), *arguments)
    np.testing.assert_array_equal(signs.numpy(), [-1, -1, 1, 1, 1, 1])


def test_gradient_of_activation_sign_is_a_triangle():
    expected = [max(2 - 2 * abs(x), 0) for x in POINTS]
    np.testing.assert_array_equal(gradient(TriangleSign, POINTS), np.float32(expected))


def test_gradient_of_weight_sign_is_clipped():
    np.testing.assert_array_equal(gradient(ClippedSign, POINTS), [float(abs(x) <= 1) for x in POINTS])


def test_gradient_of_identity_sign_is_one():
    np.testing.assert_array_equal(gradient(IdentitySign, POINTS), np.ones(len(POINTS)))


@pytest.mark.parametrize("t", [0.1, 1.0, 10.0])
def test_gradient_of_tanh_sign_sharpens_with_t(t):
    expected = max(1, 1 / t) * t * (1 - np.tanh(t * np.array(POINTS)) ** 2)
    np.testing.assert_allclose(gradient(TanhSign, POINTS, t), expected, rtol=1e-4, atol=1e-6)


def triangle(x):
    return np.maximum(2 - 2 * np.abs(x), 0)


def clipped(x):
    return (np.abs(x) <= 1).astype(float)


def identity(x):
    return np.ones_like(x)


def tanh_at_half(x):
    return 2 * 0.5 * (1 - np.tanh(0.5 * x) ** 2)


# t = 10^(2 p - 1) = 1/2
HALFWAY = (1 + np.log10(0.5)) / 2


@pytest.mark.parametrize(
    ("quantizer", "slope"),
    [(BinaryActivation, triangle), (ClippedActivation, clipped), (TanhActivation, tanh_at_half)],
)
def test_activation_quantizers_have_the_gradients_of_their_papers(quantizer, slope):
    layer = QuantIdentity(act_quant=quantizer)
    set_sharpness(layer, HALFWAY)
    x = torch.tensor(POINTS, requires_grad=True)
    signs = layer(x)
    signs.sum().backward()
    np.testing.assert_array_equal(signs.detach(), [1 if point >= 0 else -1 for point in POINTS])
    np.testing.assert_allclose(x.grad, slope(np.array(POINTS)), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("quantizer", "slope"), [(BinaryWeight, clipped), (IdentityWeight, identity), (TanhWeight, tanh_at_half)]
)
def test_weight_quantizers_have_the_gradients_of_their_papers(quantizer, slope):
    layer = QuantConv2d(1, len(POINTS), 1, bias=False, weight_quant=quantizer)
    set_sharpness(layer, HALFWAY)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(POINTS).reshape(-1, 1, 1, 1))
    layer(torch.ones(1, 1, 1, 1)).sum().backward()
    np.testing.assert_allclose(layer.weight.grad.ravel(), slope(np.array(POINTS)), rtol=1e-4, atol=1e-6)


def test_sharpness_grows_from_a_tenth_to_ten():
    layer = QuantIdentity(act_quant=TanhActivation)
    found = []
    for progress in (0.0, 0.5, 1.0):
        set_sharpness(layer, progress)
        x = torch.zeros(1, requires_grad=True)
        layer(x).sum().backward()
        found.append(float(x.grad))
    np.testing.assert_allclose(found, [1.0, 1.0, 10.0], rtol=1e-5)  # k t


def test_gradient_of_rounding_is_one_in_range_only():
    points = [-0.51, -0.5, -0.1, 0.0, 0.06, 0.4375, 0.45]
    found = gradient(SaturatingRound, points, 0.0625, -8, 7)
    np.testing.assert_array_equal(found, [0, 1, 1, 1, 1, 1, 0])


@given(
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=50),
    st.integers(-8, 4),
    st.integers(2, 16),
    st.booleans(),
)
def test_rounding_is_half_to_even_and_saturates(values, exponent, bits, signed):
    step = 2.0**exponent
    low = -(2 ** (bits - 1)) if signed else 0
    expected = np.clip(np.rint(np.float64(np.float32(values)) / step), low, low + 2**bits - 1) * step
    found, scale, zero_point, bit_width = PowerOfTwoQuant(step, bits, signed)(torch.tensor(values))
    np.testing.assert_array_equal(found.numpy(), np.float32(expected))
    assert (float(scale), float(zero_point), float(bit_width)) == (step, 0, bits)


def test_ties_go_to_even():
    ties = torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
    np.testing.assert_array_equal(PowerOfTwoQuant(1.0, 8, True)(ties)[0], [-2, -2, 0, 0, 2, 2])


@pytest.mark.parametrize("step", [0.0, -0.5, 0.3, 3.0, float("inf"), float("nan")])
def test_step_must_be_a_power_of_two(step):
    with pytest.raises(ValueError, match="power of two"):
        PowerOfTwoQuant(step, 8, True)


@pytest.mark.parametrize("bits", [1, 25])
def test_bits_must_fit_float32(bits):
    with pytest.raises(ValueError, match="bit width"):
        PowerOfTwoQuant(1.0, bits, True)


def test_brevitas_reports_what_an_export_needs():
    binary = QuantIdentity(act_quant=BinaryActivation, return_quant_tensor=True)(torch.randn(2, 3))
    assert (float(binary.scale), float(binary.bit_width), float(binary.zero_point)) == (1, 1, 0)
    layer = QuantIdentity(
        act_quant=PowerOfTwoActivation, step=0.125, bit_width=11, signed=True, return_quant_tensor=True
    )
    trunk = layer(torch.randn(2, 3))
    assert (float(trunk.scale), float(trunk.bit_width), bool(trunk.signed)) == (0.125, 11, True)
    np.testing.assert_array_equal(trunk.int(), torch.round(trunk.value / 0.125))
