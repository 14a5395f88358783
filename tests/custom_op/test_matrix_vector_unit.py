# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Window generators and matrix-vector units: PyTorch's convolution, and weights where the RTL reads them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from bbcu_fpga.custom_op.rtl_variants import RtlOperator
from bbcu_fpga.errors import FoldingError
from bbcu_fpga.numerics import IntArray
from tests.custom_op.operators import HEIGHT, WIDTH, execute, memory_words, random_tensor, single_node

CHANNELS, ROWS = 4, 6
RANDOM = np.random.default_rng(1)


def matrix_of(weights: IntArray) -> np.ndarray:
    """Return [M, C, K, K] as the MVU's matrix, columns by (tap row, tap column, channel)."""
    return weights.transpose(0, 2, 3, 1).reshape(len(weights), -1).astype(np.float32)


def convolved(image: IntArray, weights: IntArray) -> np.ndarray:
    """Convolve NHWC with zero padding in PyTorch."""
    pixels = torch.from_numpy(image.transpose(0, 3, 1, 2).astype(np.float64))
    kernel = torch.from_numpy(weights.astype(np.float64))
    return functional.conv2d(pixels, kernel, padding=weights.shape[2] // 2).numpy().transpose(0, 2, 3, 1)


@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize(
    ("unit", "source", "low", "high"),
    [
        ("XnorPopcountMVU", "BIPOLAR", -1, 1),
        ("IntegerMVU", "UINT8", -8, 7),
        ("IntegerMVU", "INT5", -128, 127),
    ],
)
def test_windows_and_a_unit_are_a_convolution(
    unit: str, source: str, low: int, high: int, kernel: int
) -> None:
    binary = unit == "XnorPopcountMVU"
    choices = [-1, 1] if binary else np.arange(low, high + 1)
    weights = RANDOM.choice(choices, (ROWS, CHANNELS, kernel, kernel))
    columns = CHANNELS * kernel**2
    window, generator = single_node(
        "WindowGenerator", channels=CHANNELS, kernel=kernel, flag=int(binary), datatype=source
    )
    kinds = {"input_datatype": source, "weight_datatype": "BIPOLAR" if binary else "INT8"}
    product, _ = single_node(
        unit,
        {"weights": matrix_of(weights)},
        MW=columns,
        MH=ROWS,
        channels=CHANNELS,
        accumulator_datatype="INT24",
        **kinds,
    )
    image = random_tensor(generator)
    taps = execute(window, image)
    np.testing.assert_array_equal(execute(product, taps), convolved(image, weights))


def test_a_tap_outside_the_image_is_zero_even_between_bits() -> None:
    window, generator = single_node("WindowGenerator", channels=1, kernel=3, flag=1, datatype="BIPOLAR")
    taps = execute(window, np.ones(generator.input_streams()[0].shape, np.int64))
    assert taps[0, 0, 0].tolist() == [0, 0, 0, 0, 1, 1, 0, 1, 1]
    assert generator.output_streams()[0].tensor_datatype.name == "TERNARY"
    assert generator.output_streams()[0].datatype.name == "BIPOLAR"


def mvu(
    unit: str, weight_kind: str, pe: int, simd: int
) -> tuple[np.ndarray, RtlOperator, list[int], dict[str, int]]:
    """Return the weights, the operator, its memory words and parameters."""
    choices = [-1, 1] if weight_kind == "BIPOLAR" else np.arange(-8, 8)
    weights = RANDOM.choice(choices, (ROWS, 9 * CHANNELS)).astype(np.float32)
    source = "BIPOLAR" if unit == "XnorPopcountMVU" else "INT9"
    model, operator = single_node(
        f"{unit}_rtl",
        {"weights": weights},
        MW=9 * CHANNELS,
        MH=ROWS,
        channels=CHANNELS,
        PE=pe,
        SIMD=simd,
        input_datatype=source,
        weight_datatype=weight_kind,
        accumulator_datatype="INT13",
    )
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    assert list(module.memories) == ["WEIGHT_FILE"]
    return weights, operator, memory_words(module.memories["WEIGHT_FILE"]), module.parameters


FOLDINGS = [(1, 1), (2, 4), (6, 2), (3, 1)]


@pytest.mark.parametrize(("pe", "simd"), FOLDINGS)
def test_the_binary_memory_unpacks_to_the_weights(pe: int, simd: int) -> None:
    weights, operator, words, parameters = mvu("XnorPopcountMVU", "BIPOLAR", pe, simd)
    forms = {"DSP": 0, "WEIGHT_STYLE": 0}
    assert parameters == {"PE": pe, "SIMD": simd, "MW": 36, "MH": ROWS, "ACC_BITS": 13, **forms}
    synapse_fold = 36 // simd
    assert len(words) == ROWS // pe * synapse_fold == operator.get_exp_cycles() // (HEIGHT * WIDTH)
    for row in range(ROWS):
        for column in range(36):
            word = words[row // pe * synapse_fold + column // simd]
            bit = word >> (row % pe * simd + column % simd) & 1
            assert 2 * bit - 1 == weights[row, column]


@pytest.mark.parametrize(("pe", "simd"), FOLDINGS)
def test_the_integer_memory_unpacks_to_the_weights(pe: int, simd: int) -> None:
    weights, _, words, parameters = mvu("IntegerMVU", "INT4", pe, simd)
    types = {"IN_BITS": 9, "IN_SIGNED": 1, "WEIGHT_BITS": 4, "ACC_BITS": 13, "WEIGHT_STYLE": 0}
    assert parameters == {"PE": pe, "SIMD": simd, "MW": 36, "MH": ROWS, **types}
    for row in range(ROWS):
        for column in range(36):
            word = words[row // pe * (36 // simd) + column // simd]
            nibble = word >> 4 * (row % pe * simd + column % simd) & 15
            assert (nibble ^ 8) - 8 == weights[row, column]


def test_lanes_must_not_straddle_taps() -> None:
    """SIMD=12 divides the 36 columns, but not the 4 channels of a tap."""
    _, operator, _, _ = mvu("IntegerMVU", "INT4", 1, 1)
    operator.set_nodeattr("SIMD", 12)
    with pytest.raises(FoldingError, match=r"SIMD=12 does not divide 4; possible: \[1, 2, 4\]"):
        operator.check_folding()


def test_counts_in_finns_format() -> None:
    _, operator, _, _ = mvu("IntegerMVU", "INT4", 2, 2)
    counts = {"op_mac_9b_4b": HEIGHT * WIDTH * 36 * ROWS, "param_weight_4b": 36 * ROWS}
    assert operator.get_op_and_param_counts() == counts


def test_the_window_module_has_the_frame() -> None:
    model, operator = single_node(
        "WindowGenerator_rtl", channels=6, kernel=5, SIMD=3, flag=0, datatype="INT9"
    )
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    frame = {"HEIGHT": HEIGHT, "WIDTH": WIDTH, "CHANNELS": 6}
    assert module.name == "window_generator"
    assert module.parameters == {"BITS": 9, "SIMD": 3, "KERNEL": 5, "FLAG": 0, **frame}
    assert module.memories == {}
