# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldThresholds: sign(s*x + m_c) = (x >= t_c)."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from bbcu_fpga.transformation.fold_thresholds import FoldThresholds
from tests.transformation.graphs import (
    Network,
    assert_equal_values,
    binary_weights,
    integer_weights,
    operators,
    rewrite,
)

SHIFTS = np.array([3.3, -200.0, 500.0, -0.5])


def shifted_sign(network: Network, x: str) -> str:
    return network.sign(network.elementwise("Add", network.elementwise("Mul", x, 0.25), SHIFTS))


@pytest.mark.parametrize("datatype", ["INT12", "UINT8"])
def test_a_shifted_sign_is_a_threshold(datatype: str) -> None:
    network = Network(channels=4, datatype=datatype)
    model = network.model(shifted_sign(network, "in0"))
    folded, count = rewrite(model, FoldThresholds())
    assert count == 1
    assert operators(folded) == {"Transpose": 2, "Threshold": 1}
    assert_equal_values(model, folded)
    folded.transform(InferDataTypes())
    levels = folded.get_initializer(folded.get_nodes_by_op_type("Threshold")[0].input[1])
    expected = [-13, 800, -2000, 2] if datatype == "INT12" else [0, 256, 0, 2]
    assert levels.tolist() == expected


def test_thresholds_are_signed_even_where_none_is_negative() -> None:
    network = Network(channels=4, datatype="UINT8")
    model = network.model(network.sign(network.elementwise("Add", "in0", [-1.0, -2.0, -3.0, -200.0])))
    folded, _ = rewrite(model, FoldThresholds())
    (node,) = folded.get_nodes_by_op_type("Threshold")
    assert folded.get_initializer(node.input[1]).tolist() == [1, 2, 3, 200]
    assert getCustomOp(node).get_nodeattr("threshold_datatype") == "INT9"


def test_batch_normalized_accumulators_need_no_epilogue() -> None:
    network = Network(channels=3)
    sums = network.convolution("in0", integer_weights(4, 3, limit=1))
    model = network.model(shifted_sign(network, sums))
    folded, _ = rewrite(rewrite(model, FoldConvolutions())[0], FoldThresholds())
    assert operators(folded)["Threshold"] == 1
    assert_equal_values(model, folded)


def test_the_threshold_is_named_after_the_layer_it_feeds() -> None:
    network = Network(channels=4, datatype="INT12")
    model = network.model(network.convolution(shifted_sign(network, "in0"), binary_weights(2, 4), "BIPOLAR"))
    folded, count = rewrite(rewrite(model, FoldConvolutions())[0], FoldThresholds())
    assert count == 1
    assert folded.get_nodes_by_op_type("Threshold")[0].name == "Conv_3_threshold"
    assert_equal_values(model, folded)


# one channel falls, one is constant, and the zero of a flat channel is +1
SCALES = [1.0, -0.5, 0.0, -2.0]


def falling_sign(network: Network) -> str:
    return network.sign(network.elementwise("Add", network.elementwise("Mul", "in0", SCALES), SHIFTS))


@pytest.mark.parametrize("kernel", [1, 3])
def test_a_falling_sign_moves_into_the_weights_of_all_its_readers(kernel: int) -> None:
    network = Network(channels=4, datatype="INT12")
    bits = falling_sign(network)
    sums = [network.convolution(bits, binary_weights(2, 4, kernel, seed), "BIPOLAR") for seed in (0, 1)]
    model = network.model(network.node("Add", *sums))
    unfolded = rewrite(model, FoldConvolutions())[0]
    folded, count = rewrite(unfolded, FoldThresholds())
    assert count == 1
    assert_equal_values(model, folded)
    for before, after in zip(
        *(m.get_nodes_by_op_type("XnorPopcountMVU") for m in (unfolded, folded)), strict=True
    ):
        old, new = unfolded.get_initializer(before.input[1]), folded.get_initializer(after.input[1])
        np.testing.assert_array_equal(new, old * np.tile([1, -1, 1, -1], kernel * kernel))


def test_a_falling_sign_moves_into_the_channels_of_a_depthwise_convolution() -> None:
    network = Network(channels=4, datatype="INT12")
    model = network.model(
        network.convolution(falling_sign(network), binary_weights(4, 1), "BIPOLAR", group=4)
    )
    folded = rewrite(rewrite(model, FoldConvolutions())[0], FoldThresholds())[0]
    assert_equal_values(model, folded)
    (unit,) = folded.get_nodes_by_op_type("DepthwiseUnit")
    expected = binary_weights(4, 1).reshape(4, -1) * np.array([[1], [-1], [1], [-1]])
    np.testing.assert_array_equal(folded.get_initializer(unit.input[1]), expected)


@pytest.mark.parametrize("where", ["the graph's output", "MaxPool_3"])
def test_a_falling_sign_that_feeds_no_binary_convolution_is_refused(where: str) -> None:
    network = Network(channels=4, datatype="INT12")
    bits = falling_sign(network)
    if where != "the graph's output":
        bits = network.node("MaxPool", bits, kernel_shape=[1, 1])
    with pytest.raises(ExactnessError, match=f"^node BipolarQuant_2, channel 1: its sign falls, and {where}"):
        rewrite(network.model(bits), FoldThresholds())


def test_a_sign_that_changes_twice_is_refused() -> None:
    network = Network(channels=4, datatype="INT8")
    bent = network.elementwise("PRelu", "in0", [-1.0, 1.0, 1.0, 1.0])
    model = network.model(network.sign(network.elementwise("Add", bent, -5.0)))
    with pytest.raises(ExactnessError, match=r"^node BipolarQuant_2, channel 0: .* it changes at \[-4, 5\]"):
        rewrite(model, FoldThresholds())


def test_a_bend_that_does_not_change_the_sign_is_no_obstacle() -> None:
    network = Network(channels=4, datatype="INT8")
    bent = network.elementwise("PRelu", "in0", [0.25, 0.5, 2.0, 1.0])
    model = network.model(network.sign(network.elementwise("Add", bent, [-5.0, 5.0, 20.0, 0.0])))
    folded, _ = rewrite(model, FoldThresholds())
    assert_equal_values(model, folded)


def test_a_sign_of_real_numbers_stays() -> None:
    network = Network(datatype="FLOAT32")
    assert rewrite(network.model(network.sign("in0")), FoldThresholds())[1] == 0
