# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Channel order before a pixel shuffle: DepthToSpace of mode DCR, and Gathers that move up to the weights."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.transformation.graph_edit import attribute
from bbcu_fpga.transformation.subpixel_major_order import MoveChannelGatherUp, SubpixelMajorDepthToSpace
from tests.transformation.graphs import Network, assert_equal_values, integer_weights, operators, rewrite

ORDER = np.array([5, 0, 3, 1, 4, 2])


def gathered(network: Network, x: str, order: np.ndarray = ORDER) -> str:
    return network.node("Gather", x, network.constant(order, "INT64"), axis=1)


@pytest.mark.parametrize("factor", [2, 3])
def test_a_shuffle_takes_subpixel_major_channels(factor: int) -> None:
    network = Network(channels=2 * factor**2)
    model = network.model(network.node("DepthToSpace", "in0", blocksize=factor, mode="CRD"))
    ordered, count = rewrite(model, SubpixelMajorDepthToSpace())
    assert count == 1
    assert [node.op_type for node in ordered.graph.node] == ["Gather", "DepthToSpace"]
    assert attribute(ordered.graph.node[1], "mode") == "DCR"
    assert_equal_values(model, ordered)
    assert rewrite(ordered, SubpixelMajorDepthToSpace())[1] == 0


def test_an_order_moves_up_to_the_weights() -> None:
    random = np.random.default_rng(1)
    network = Network(channels=2)
    tensor = network.convolution("in0", integer_weights(6, 2))
    for operator in ("Mul", "Add", "PRelu"):
        tensor = network.elementwise(operator, tensor, random.uniform(0.1, 1.0, 6))
    tensor = network.elementwise("Div", network.quant(network.elementwise("Mul", tensor, 0.125)), 2.0)
    model = network.model(gathered(network, tensor))
    moved, count = rewrite(model, MoveChannelGatherUp())
    assert count == 7
    assert operators(moved) == {"Conv": 1, "Mul": 2, "Add": 1, "PRelu": 1, "Quant": 1, "Div": 1}
    assert moved.get_tensor_datatype(moved.get_nodes_by_op_type("Conv")[0].input[1]).name == "INT8"
    assert_equal_values(model, moved)


def test_both_sides_of_an_addition_are_ordered() -> None:
    network = Network(channels=2)
    branch = network.quant(network.elementwise("Mul", network.convolution("in0", integer_weights(6, 2)), 0.1))
    trunk = network.quant(network.convolution("in0", integer_weights(6, 2, 1, seed=1)))
    network.quant(trunk)  # another reader: the order cannot pass the trunk
    model = network.model(gathered(network, network.node("Add", branch, trunk)))
    moved, _ = rewrite(model, MoveChannelGatherUp())
    (gather,) = moved.get_nodes_by_op_type("Gather")
    assert gather.input[0] == trunk
    assert_equal_values(model, moved)


def test_two_orders_become_one() -> None:
    network = Network(channels=6)
    selection = np.array([1, 1, 0, 5])
    model = network.model(gathered(network, gathered(network, "in0"), selection))
    merged, count = rewrite(model, MoveChannelGatherUp())
    assert count == 1
    (gather,) = merged.graph.node
    np.testing.assert_array_equal(merged.get_initializer(gather.input[1]), ORDER[selection])
    assert_equal_values(model, merged)


def test_an_order_stays_behind_other_operators_and_axes() -> None:
    network = Network(channels=6)
    pooled = network.node("MaxPool", "in0", kernel_shape=[1, 1])
    assert rewrite(network.model(gathered(network, pooled)), MoveChannelGatherUp())[1] == 0
    network = Network(height=6)
    rows = network.node("Gather", network.quant("in0"), network.constant(ORDER, "INT64"), axis=2)
    assert rewrite(network.model(rows), MoveChannelGatherUp())[1] == 0
