# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldConvolutions: conv(x, w) = unit(windows(x), w)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from tests.transformation.graphs import (
    Network,
    assert_equal_values,
    binary_weights,
    integer_weights,
    operators,
    rewrite,
)


def convolution(
    weights: np.ndarray, source: str = "UINT8", datatype: str = "INT8", **how: Any
) -> ModelWrapper:
    network = Network(channels=3, datatype=source)
    return network.model(network.convolution("in0", weights, datatype, **how))


@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize(
    ("source", "weights", "unit"),
    [
        ("BIPOLAR", "BIPOLAR", "XnorPopcountMVU"),
        ("UINT8", "INT8", "IntegerMVU"),
        ("INT6", "INT8", "IntegerMVU"),
        ("UINT8", "BIPOLAR", "IntegerMVU"),
    ],
)
def test_a_convolution_becomes_windows_and_a_matrix(
    source: str, weights: str, unit: str, kernel: int
) -> None:
    numbers = (binary_weights if weights == "BIPOLAR" else integer_weights)(4, 3, kernel)
    model = convolution(numbers, source, weights)
    folded, count = rewrite(model, FoldConvolutions())
    assert count == 1
    assert operators(folded) == {"Transpose": 2, "WindowGenerator": 1, unit: 1}
    assert [node.name for node in folded.graph.node][1:3] == ["Conv_0_window", "Conv_0_mvu"]
    assert_equal_values(model, folded)
    folded.transform(InferDataTypes())  # every node accepts the datatypes at its inputs


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize(("source", "weights"), [("BIPOLAR", "BIPOLAR"), ("UINT8", "INT8"), ("INT6", "INT8")])
def test_a_depthwise_convolution_becomes_windows_and_a_depthwise_unit(
    source: str, weights: str, kernel: int
) -> None:
    numbers = (binary_weights if weights == "BIPOLAR" else integer_weights)(3, 1, kernel)
    model = convolution(numbers, source, weights, group=3)
    folded, count = rewrite(model, FoldConvolutions())
    assert count == 1
    assert operators(folded) == {"Transpose": 2, "WindowGenerator": 1, "DepthwiseUnit": 1}
    assert [node.name for node in folded.graph.node][1:3] == ["Conv_0_window", "Conv_0_unit"]
    assert_equal_values(model, folded)
    folded.transform(InferDataTypes())
    (unit,) = folded.get_nodes_by_op_type("DepthwiseUnit")
    np.testing.assert_array_equal(folded.get_initializer(unit.input[1]), numbers.reshape(3, -1))


def test_the_matrix_has_one_row_per_output_and_columns_by_tap_then_channel() -> None:
    weights = integer_weights(4, 3)
    folded, _ = rewrite(convolution(weights), FoldConvolutions())
    mvu = folded.get_nodes_by_op_type("IntegerMVU")[0]
    expected = [[weights[m, c, y, x] for y in range(3) for x in range(3) for c in range(3)] for m in range(4)]
    np.testing.assert_array_equal(folded.get_initializer(mvu.input[1]), expected)


def test_the_accumulator_holds_the_extremes_and_no_bit_more() -> None:
    weights = np.zeros((2, 3, 3, 3), np.int64)
    weights[0, 0], weights[1, 1] = 7, -7
    for source, expected in (("UINT8", "INT15"), ("INT8", "INT14")):  # 63 * 255 = 16065; 63 * 128 = 8064
        folded, _ = rewrite(convolution(weights, source), FoldConvolutions())
        operator = getCustomOp(folded.get_nodes_by_op_type("IntegerMVU")[0])
        assert operator.get_nodeattr("accumulator_datatype") == expected
        assert operator.get_nodeattr("weight_datatype") == "INT4"


def test_weights_above_zero_keep_their_width() -> None:
    weights = np.full((4, 3, 3, 3), 100)
    weights[0, 0, 0, 0] = 1
    folded, _ = rewrite(convolution(weights), FoldConvolutions())
    operator = getCustomOp(folded.get_nodes_by_op_type("IntegerMVU")[0])
    assert operator.get_nodeattr("weight_datatype") == "INT8"


def test_what_is_left_out_is_as_onnx_says() -> None:
    network = Network(channels=3)
    weights = network.constant(integer_weights(2, 3, 1), "INT8")
    model = network.model(network.node("Conv", "in0", weights, kernel_shape=[1, 1]))
    folded, count = rewrite(model, FoldConvolutions())
    assert count == 1
    assert_equal_values(model, folded)


def test_every_convolution_is_folded() -> None:
    network = Network(datatype="INT8")
    tensor = network.quant(network.convolution("in0", integer_weights(4, 3, limit=1)), bits=6)
    model = network.model(network.convolution(tensor, integer_weights(2, 4, 1)))
    folded, count = rewrite(model, FoldConvolutions())
    assert count == 2
    assert_equal_values(model, folded)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "stride": ({"strides": [2, 2]}, r"strides \[2, 2\]; supported is \[1, 1\]"),
    "stride of rows": ({"strides": [2, 1]}, r"strides \[2, 1\]"),
    "stride of columns": ({"strides": [1, 2]}, r"strides \[1, 2\]"),
    "dilation of rows": ({"dilations": [2, 1]}, r"dilations \[2, 1\]"),
    "dilation of columns": ({"dilations": [1, 2]}, r"dilations \[1, 2\]"),
    "dilation": ({"dilations": [2, 2], "pads": [1, 1, 1, 1]}, r"dilations \[2, 2\]"),
    "pads": ({"pads": [0, 0, 0, 0]}, r"pads \[0, 0, 0, 0\]; supported is 1 on all sides"),
    "uneven pads": ({"pads": [2, 1, 0, 1]}, r"pads \[2, 1, 0, 1\]"),
    "group": (
        {"group": 3, "weights": integer_weights(6, 1)},
        r"group 3 of 3 channels; supported are 1, and one per channel \(depthwise\)",
    ),
    "even kernel": ({"weights": integer_weights(3, 3, 2)}, r"kernel \(2, 2\) is not odd and square"),
    "oblong kernel": ({"weights": np.ones((3, 3, 1, 3)), "pads": [0, 1, 0, 1]}, r"kernel \(1, 3\) is not"),
    "float weights": (
        {"datatype": "FLOAT32"},
        "input is UINT8 and weights are FLOAT32; both must be quantized",
    ),
    "float input": ({"source": "FLOAT32"}, "input is FLOAT32 and weights are INT8; both must be quantized"),
    "binary input": ({"source": "BIPOLAR"}, "binary input with INT8 weights; binarize the weights too"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(case: str) -> None:
    arguments, reason = REFUSED[case]
    model = convolution(**{"weights": integer_weights(3, 3), **arguments})
    with pytest.raises(UnsupportedOperatorError, match=rf"^node Conv_0 \(Conv\): {reason}"):
        rewrite(model, FoldConvolutions())


def test_computed_weights_and_biases_are_refused() -> None:
    network = Network()
    weights = network.quant(network.constant(integer_weights(2, 3)), bits=4)
    model = network.model(network.node("Conv", "in0", weights, kernel_shape=[3, 3], pads=[1] * 4))
    with pytest.raises(UnsupportedOperatorError, match="its weights must be constant"):
        rewrite(model, FoldConvolutions())
    network = Network()
    weights, bias = network.constant(integer_weights(2, 3), "INT8"), network.constant([1.0, 2.0])
    model = network.model(network.node("Conv", "in0", weights, bias, kernel_shape=[3, 3], pads=[1] * 4))
    with pytest.raises(UnsupportedOperatorError, match="its bias a separate addition"):
        rewrite(model, FoldConvolutions())


def test_a_one_dimensional_convolution_is_refused() -> None:
    network = Network()
    network.shape = [1, 3, 8]
    weights = network.constant(np.ones((2, 3, 3)), "INT8")
    model = network.model(network.node("Conv", "in0", weights, kernel_shape=[3], pads=[1, 1]))
    with pytest.raises(UnsupportedOperatorError, match=r"kernel \(3,\) is not odd and square"):
        rewrite(model, FoldConvolutions())
