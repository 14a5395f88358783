# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""MoveDepthToSpacePastElementwise: shuffles move behind scalar operators and join behind additions."""

from __future__ import annotations

from bbcu_fpga.transformation.move_depth_to_space_past_elementwise import MoveDepthToSpacePastElementwise
from tests.transformation.graphs import Network, assert_equal_values, operators, rewrite


def shuffled(network: Network, x: str, mode: str = "CRD") -> str:
    return network.node("DepthToSpace", x, blocksize=2, mode=mode)


def test_scalar_operators_come_first() -> None:
    network = Network(channels=8, datatype="INT8")
    tensor = network.elementwise("Mul", shuffled(network, "in0"), 0.3)
    model = network.model(network.quant(network.node("LeakyRelu", tensor, alpha=0.125)))
    moved, count = rewrite(model, MoveDepthToSpacePastElementwise())
    assert count == 3
    assert [node.op_type for node in moved.graph.node] == ["Mul", "LeakyRelu", "Quant", "DepthToSpace"]
    assert_equal_values(model, moved)


def test_two_shuffles_join_behind_an_addition() -> None:
    network = Network(channels=8, datatype="INT8")
    sides = [shuffled(network, network.elementwise("Mul", "in0", gain)) for gain in (0.5, 3.0)]
    model = network.model(network.quant(network.node("Add", *sides), bits=6))
    moved, count = rewrite(model, MoveDepthToSpacePastElementwise())
    assert count == 2
    assert operators(moved) == {"Mul": 2, "Add": 1, "Quant": 1, "DepthToSpace": 1}
    assert moved.graph.node[-1].op_type == "DepthToSpace"
    assert_equal_values(model, moved)


def test_what_is_not_the_same_on_both_sides_stays() -> None:
    network = Network(channels=8, datatype="INT8")
    sides = [shuffled(network, network.elementwise("Mul", "in0", 0.5), mode) for mode in ("CRD", "DCR")]
    assert rewrite(network.model(network.node("Add", *sides)), MoveDepthToSpacePastElementwise())[1] == 0


def test_operators_per_channel_and_shared_shuffles_stay() -> None:
    network = Network(channels=8, datatype="INT8")
    model = network.model(network.elementwise("PRelu", shuffled(network, "in0"), [0.5, 0.25]))
    assert rewrite(model, MoveDepthToSpacePastElementwise())[1] == 0
    network = Network(channels=8, datatype="INT8")
    tensor = shuffled(network, "in0")
    model = network.model(network.node("Add", network.elementwise("Mul", tensor, 2.0), tensor))
    assert rewrite(model, MoveDepthToSpacePastElementwise())[1] == 0
