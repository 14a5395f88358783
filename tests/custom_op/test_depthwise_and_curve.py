# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Depthwise unit and light curve: values, modules and memories."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.custom_op.rtl_variants import RtlOperator
from tests.custom_op.operators import execute, fields, memory_words, random_tensor, single_node

TYPES = {
    "binary": {"input_datatype": "BIPOLAR", "weight_datatype": "BIPOLAR", "accumulator_datatype": "INT5"},
    "integer": {"input_datatype": "UINT8", "weight_datatype": "INT4", "accumulator_datatype": "INT16"},
}
WEIGHTS = {
    "binary": np.random.default_rng(1).choice(np.float32([-1, 1]), (3, 9)),
    "integer": np.random.default_rng(2).integers(-8, 8, (3, 9)).astype(np.float32),
}


@pytest.mark.parametrize("kind", TYPES)
def test_every_channel_sums_its_own_taps(kind: str) -> None:
    model, operator = single_node(
        "DepthwiseUnit", {"weights": WEIGHTS[kind]}, channels=3, taps=9, **TYPES[kind]
    )
    values = random_tensor(operator)
    taps = values.reshape(*values.shape[:3], 9, 3)
    expected = np.einsum("nhwtc,ct->nhwc", taps, WEIGHTS[kind].astype(np.int64))
    np.testing.assert_array_equal(execute(model, values), expected)


@pytest.mark.parametrize("kind", TYPES)
def test_a_word_of_the_depthwise_module_is_a_tap_of_all_channels(kind: str) -> None:
    weights, binary = WEIGHTS[kind], kind == "binary"
    model, operator = single_node(
        "DepthwiseUnit_rtl", {"weights": weights}, channels=3, taps=9, **TYPES[kind]
    )
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    bits = {"IN_BITS": 1, "IN_SIGNED": 1, "WEIGHT_BITS": 1, "ACC_BITS": 5}
    if not binary:
        bits = {"IN_BITS": 8, "IN_SIGNED": 0, "WEIGHT_BITS": 4, "ACC_BITS": 16}
    assert module.name == "depthwise_unit"
    assert module.parameters == {"CHANNELS": 3, "TAPS": 9, "BINARY": int(binary), **bits}
    words = memory_words(module.memories["WEIGHT_FILE"])
    assert len(words) == 9
    for tap, word in enumerate(words):
        lanes = [word >> c & 1 for c in range(3)] if binary else fields(word, [4] * 3)
        expected = (weights[:, tap] > 0) if binary else weights[:, tap]
        np.testing.assert_array_equal(lanes, expected)


def test_the_curve_brightens_and_darkens() -> None:
    model, operator = single_node("LightCurve", channels=1, light_bits=8, parameter_bits=8, in_shift=0)
    light, parameter = random_tensor(operator, 0), random_tensor(operator, 1)
    result = execute(model, light, parameter).astype(np.int64)
    x, r = light / 256, parameter / 128
    assert np.abs(result - np.clip(256 * (x + r * (x * x - x)), 0, 255)).max() <= 1, "two roundings of 1/2"
    assert (result[parameter < 0] >= light[parameter < 0]).all()
    assert (result[parameter > 0] <= light[parameter > 0]).all()


def test_the_curve_module() -> None:
    fixed_point = {"light_bits": 12, "parameter_bits": 8, "in_shift": 4, "out_shift": 0}
    model, operator = single_node("LightCurve_rtl", channels=3, PE=3, **fixed_point)
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    expected = {"PE": 3, "LIGHT_BITS": 12, "PARAMETER_BITS": 8, "IN_SHIFT": 4, "OUT_SHIFT": 0}
    assert (module.name, module.parameters, module.memories) == ("light_curve", expected, {})
