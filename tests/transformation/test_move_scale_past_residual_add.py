# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""MoveScalePastResidualAdd: s*a + s*b = s*(a + b)."""

from __future__ import annotations

import pytest

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.move_scale_past_residual_add import MoveScalePastResidualAdd
from tests.transformation.graphs import Network, assert_equal_values, operators, rewrite


def branches(steps: tuple[float, float]) -> tuple[Network, list[str]]:
    """Return a network with two quantized branches in these steps."""
    network = Network(datatype="INT8")
    integers = [network.quant(network.elementwise("Mul", "in0", gain)) for gain in (0.3, -0.7)]
    sides = [network.elementwise("Mul", x, step) for x, step in zip(integers, steps, strict=True)]
    return network, sides


def test_a_shared_step_moves_behind_the_addition() -> None:
    network, sides = branches((0.25, 0.25))
    model = network.model(network.node("Add", *sides))
    moved, count = rewrite(model, MoveScalePastResidualAdd())
    assert count == 1
    assert operators(moved) == {"Mul": 3, "Quant": 2, "Add": 1}
    assert [node.op_type for node in moved.graph.node][-2:] == ["Add", "Mul"]
    assert_equal_values(model, moved)


def test_additions_in_a_row_move_together() -> None:
    network, (left, right) = branches((0.5, 0.5))
    third = network.elementwise("Mul", network.quant("in0"), 0.5)
    model = network.model(network.node("Add", network.node("Add", left, right), third))
    moved, count = rewrite(model, MoveScalePastResidualAdd())
    assert count == 2
    assert [node.op_type for node in moved.graph.node][-3:] == ["Add", "Add", "Mul"]
    assert_equal_values(model, moved)


@pytest.mark.parametrize("side", [0, 1])
def test_a_scale_that_others_read_stays_for_them(side: int) -> None:
    network, sides = branches((0.5, 0.5))
    elsewhere = network.elementwise("Sub", sides[side], 1.0)
    total = network.elementwise("Sub", network.node("Add", *sides), 3.0)
    model = network.model(network.node("Mul", total, elsewhere))
    moved, count = rewrite(model, MoveScalePastResidualAdd())
    assert count == 1
    assert_equal_values(model, moved)


def test_a_tensor_is_added_to_itself() -> None:
    network, (left, _) = branches((0.5, 0.5))
    model = network.model(network.node("Add", left, left))
    moved, count = rewrite(model, MoveScalePastResidualAdd())
    assert count == 1
    assert_equal_values(model, moved)


@pytest.mark.parametrize("steps", [(0.25, 0.5), (0.5, 0.25)])
def test_two_steps_are_refused(steps: tuple[float, float]) -> None:
    network, sides = branches(steps)
    model = network.model(network.node("Add", *sides))
    message = (
        rf"^node Add_6: one side of the addition has step {steps[0]}, the other {steps[1]}; quantize both"
    )
    with pytest.raises(ModelError, match=message):
        rewrite(model, MoveScalePastResidualAdd())


def test_a_scaled_branch_on_an_unscaled_trunk_is_refused() -> None:
    network, (left, _) = branches((0.5, 0.5))
    model = network.model(network.node("Add", "in0", left))
    with pytest.raises(ModelError, match=r"step 1\.0, the other 0\.5"):
        rewrite(model, MoveScalePastResidualAdd())


def test_biases_and_integer_additions_stay() -> None:
    network, (left, _) = branches((0.5, 0.5))
    biased = network.elementwise("Add", left, [1.0, 2.0, 3.0])
    model = network.model(network.node("Add", network.quant(biased), "in0"))
    assert rewrite(model, MoveScalePastResidualAdd())[1] == 0
