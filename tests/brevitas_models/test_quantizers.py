# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
from brevitas.nn import QuantIdentity
from hypothesis import given
from hypothesis import strategies as st

from brevitas_models.quantizers import (
    BinaryActivation,
    ClippedSign,
    PowerOfTwoActivation,
    PowerOfTwoQuant,
    SaturatingRound,
    TriangleSign,
)

POINTS = [-2.0, -1.0, -0.75, -0.25, 0.0, 0.25, 0.5, 1.0, 1.5]


def gradient(function, points, *arguments):
    x = torch.tensor(points, requires_grad=True)
    weights = torch.arange(1.0, len(points) + 1)  # each point with an upstream gradient of its own
    (function.apply(x, *arguments) * weights).sum().backward()
    return (x.grad / weights).numpy()


@pytest.mark.parametrize("function", [TriangleSign, ClippedSign])
def test_sign_of_zero_is_plus_one(function):
    signs = function.apply(torch.tensor([-2.0, -1e-30, -0.0, 0.0, 1e-30, 3.0]))
    np.testing.assert_array_equal(signs.numpy(), [-1, -1, 1, 1, 1, 1])


def test_gradient_of_activation_sign_is_a_triangle():
    expected = [max(2 - 2 * abs(x), 0) for x in POINTS]
    np.testing.assert_array_equal(gradient(TriangleSign, POINTS), np.float32(expected))


def test_gradient_of_weight_sign_is_clipped():
    np.testing.assert_array_equal(gradient(ClippedSign, POINTS), [float(abs(x) <= 1) for x in POINTS])


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
