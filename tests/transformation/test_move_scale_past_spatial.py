# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""MoveScalePastSpatial: spatial(s * x) = s * spatial(x)."""

from __future__ import annotations

import pytest
from numpy.typing import ArrayLike

from bbcu_fpga.transformation.move_scale_past_spatial import MoveScalePastSpatial
from tests.transformation.graphs import Network, assert_equal_values, rewrite

SPATIAL = ("DepthToSpace", "nearest", "linear")


def scaled(spatial: str, scale: ArrayLike) -> tuple[Network, str]:
    network = Network(channels=8)
    tensor = network.elementwise("Mul", "in0", scale)
    if spatial == "DepthToSpace":
        return network, network.node("DepthToSpace", tensor, blocksize=2, mode="CRD")
    return network, network.resize(tensor, 2.0, spatial)


@pytest.mark.parametrize("spatial", SPATIAL)
def test_a_power_of_two_moves(spatial: str) -> None:
    network, result = scaled(spatial, 0.125)
    model = network.model(result)
    moved, count = rewrite(model, MoveScalePastSpatial())
    assert count == 1
    assert [node.op_type for node in moved.graph.node] == [network.nodes[1].op_type, "Mul"]
    assert moved.get_tensor_shape(moved.graph.node[0].output[0]) == model.get_tensor_shape(result)
    assert_equal_values(model, moved)


@pytest.mark.parametrize(("spatial", "expected"), [("DepthToSpace", 1), ("nearest", 1), ("linear", 0)])
def test_any_factor_moves_past_copies_but_not_past_interpolation(spatial: str, expected: int) -> None:
    network, result = scaled(spatial, 0.3)
    model = network.model(result)
    moved, count = rewrite(model, MoveScalePastSpatial())
    assert count == expected
    assert_equal_values(model, moved)


def test_factors_per_channel_and_shared_factors_stay() -> None:
    network, result = scaled("nearest", [0.5] * 8)
    assert rewrite(network.model(result), MoveScalePastSpatial())[1] == 0
    network, result = scaled("nearest", 0.5)
    network.quant(network.nodes[0].output[0])  # a second reader of the product
    assert rewrite(network.model(result), MoveScalePastSpatial())[1] == 0
