# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Epilogue: its formula in exact fractions, and parameter words that unpack to the functions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bbcu_fpga.custom_op.epilogue import field_bits, function_from_tensor, function_tensor
from bbcu_fpga.custom_op.rtl_variants import RtlOperator
from bbcu_fpga.numerics import PiecewiseLinear
from tests.custom_op.operators import execute, fields, memory_words, random_tensor, single_node

CHANNELS = 8


def function(seed: int, shift: int, low: int, high: int) -> PiecewiseLinear:
    """Return a function with slopes, offsets and breakpoints of different sizes and signs."""
    random = np.random.default_rng(seed)
    limits = np.array([60, 40, 900, 25, 1200])[:, None]
    rows = random.integers(-limits, limits + 1, (5, CHANNELS))
    return function_from_tensor(rows, shift, low, high)


PRE, POST = function(1, 5, -120, 100), function(2, 3, 0, 63)
KINDS: dict[str, dict[str, Any]] = {
    "bare": {},
    "residual": {"residual": 1},
    "post": {"post": 1},
    "everything": {"residual": 1, "repeat": 4, "post": 1, "PE": 2},
}


def attributes(residual: int = 0, repeat: int = 1, post: int = 0, **others: int) -> dict[str, Any]:
    last = POST if post else PRE
    return {
        "channels": CHANNELS,
        "accumulator_datatype": "INT8",
        "residual": residual,
        "residual_datatype": "INT7" if residual else "",
        "repeat": repeat,
        "pre_shift": PRE.shift,
        "sum_low": PRE.low,
        "sum_high": PRE.high,
        "post": post,
        "post_shift": POST.shift if post else 0,
        "out_low": last.low,
        "out_high": last.high,
        **others,
    }


def tensors(post: int) -> dict[str, np.ndarray]:
    used = {"pre": PRE, "post": POST} if post else {"pre": PRE}
    return {name: function_tensor(value).astype(np.float32) for name, value in used.items()}


def evaluate(of: PiecewiseLinear, channel: int, x: int) -> int:
    above = x >= of.breakpoint[channel]
    slope = int((of.slope_above if above else of.slope_below)[channel])
    offset = int((of.offset_above if above else of.offset_below)[channel])
    return max(of.low, min(of.high, round(Fraction(slope * x + offset, 1 << of.shift))))


@pytest.mark.parametrize("kind", KINDS)
def test_the_formula(kind: str) -> None:
    options = attributes(**KINDS[kind])
    model, operator = single_node("Epilogue", tensors(options["post"]), **options)
    values = [random_tensor(operator, index, seed=index) for index in range(1 + options["residual"])]
    result = execute(model, *values)
    for (place, y, x, channel), actual in np.ndenumerate(result):
        total = evaluate(PRE, channel, int(values[0][place, y, x, channel]))
        if options["residual"]:
            skip = int(values[1][place, y, x, channel % (CHANNELS // options["repeat"])])
            total = max(PRE.low, min(PRE.high, total + skip))
        assert actual == (evaluate(POST, channel, total) if options["post"] else total)


def test_functions_survive_the_tensor() -> None:
    tensor = function_tensor(PRE)
    assert tensor.shape == (5, CHANNELS)
    again = function_from_tensor(tensor, PRE.shift, PRE.low, PRE.high)
    np.testing.assert_array_equal(function_tensor(again), tensor)
    assert (again.shift, again.low, again.high) == (PRE.shift, PRE.low, PRE.high)


def test_fields_are_as_wide_as_their_numbers() -> None:
    rows = np.array([[0, 1], [-2, 1], [-1, 2], [127, -128], [128, 0]])
    assert field_bits(rows) == [2, 2, 3, 8, 9]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pe", [1, 2])
def test_parameter_words_unpack_to_the_functions(kind: str, pe: int) -> None:
    options = {**attributes(**KINDS[kind]), "PE": pe}
    model, operator = single_node("Epilogue_rtl", tensors(options["post"]), **options)
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    functions = {"PRE": PRE, "POST": POST} if options["post"] else {"PRE": PRE}
    widths = [
        module.parameters[f"{prefix}_{name}_BITS"]
        for prefix in functions
        for name in ("BREAK", "SLOPE", "OFFSET", "SLOPE", "OFFSET")
    ]
    words = memory_words(module.memories["PARAM_FILE"])
    assert len(words) == CHANNELS // pe
    for fold, word in enumerate(words):
        numbers = np.array(fields(word, widths * pe)).reshape(pe, len(functions), 5)
        for lane in range(pe):
            expected = [function_tensor(value)[:, fold * pe + lane] for value in functions.values()]
            for numbers_of, function in zip(expected, functions.values(), strict=True):
                numbers_of[[2, 4]] += (1 << function.shift) // 2  # what rounding adds
            np.testing.assert_array_equal(numbers[lane], expected)


def test_module_parameters() -> None:
    model, operator = single_node("Epilogue_rtl", tensors(1), **attributes(**KINDS["everything"]))
    assert isinstance(operator, RtlOperator)
    parameters = operator.rtl_module(model).parameters
    expected = {"PE": 2, "CHANNELS": CHANNELS, "ACC_BITS": 8, "RESIDUAL": 1, "RESIDUAL_BITS": 7, "REPEAT": 4}
    expected |= {"ACC_SIGNED": 1}
    expected |= {"RESIDUAL_SIGNED": 1, "SUM_BITS": 8, "SUM_LOW": -120, "SUM_HIGH": 100, "POST": 1}
    expected |= {
        "PRE_SHIFT": 5,
        "POST_SHIFT": 3,
        "OUT_BITS": 6,
        "OUT_LOW": 0,
        "OUT_HIGH": 63,
        "PARAM_STYLE": 2,
    }
    assert {name: parameters[name] for name in expected} == expected
    assert set(parameters) - set(expected) == {
        f"{prefix}_{name}_BITS" for prefix in ("PRE", "POST") for name in ("BREAK", "SLOPE", "OFFSET")
    }
