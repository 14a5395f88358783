# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldGatherIntoConvolution: a selection of channels goes into the weights."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.transformation.fold_gather_into_convolution import FoldGatherIntoConvolution
from tests.transformation.graphs import (
    Network,
    assert_equal_values,
    binary_weights,
    integer_weights,
    operators,
    rewrite,
)


def _gathered(network: Network, order: list[int], axis: int = 1) -> str:
    return network.node("Gather", "in0", network.constant(np.array(order), "INT64"), axis=axis)


@pytest.mark.parametrize(
    "order",
    [[2, 0, 1], [0, 1, 2, 0, 1, 2], [1, 1, 1], [2], [0, 2]],
    ids=lambda order: "".join(map(str, order)),
)
def test_weights_of_one_channel_are_added(order: list[int]) -> None:
    network = Network()
    weights = integer_weights(4, len(order), limit=127)
    model = network.model(network.convolution(_gathered(network, order), weights))
    folded, count = rewrite(model, FoldGatherIntoConvolution())
    assert count == 1
    assert operators(folded) == {"Conv": 1}
    (conv,) = folded.graph.node
    assert folded.get_initializer(conv.input[1]).shape == (4, 3, 3, 3)
    kind = folded.get_tensor_datatype(conv.input[1])
    assert all(kind.allowed(value) for value in folded.get_initializer(conv.input[1]).reshape(-1))
    assert_equal_values(model, folded)


def test_a_selection_read_elsewhere_stays_for_the_other_reader() -> None:
    network = Network()
    picked = _gathered(network, [0, 2, 2])
    sums = network.convolution(picked, integer_weights(3, 3))
    model = network.model(network.node("Add", sums, picked))
    folded, count = rewrite(model, FoldGatherIntoConvolution())
    assert count == 1
    assert operators(folded) == {"Gather": 1, "Conv": 1, "Add": 1}
    assert_equal_values(model, folded)


@pytest.mark.parametrize("obstacle", ["axis", "group", "binary"])
def test_what_stays(obstacle: str) -> None:
    network = Network(height=3, width=6)
    picked = _gathered(network, [2, 0, 1], axis=2 if obstacle == "axis" else 1)
    group = 3 if obstacle == "group" else 1
    weights = binary_weights(3, 3 // group) if obstacle == "binary" else integer_weights(3, 3 // group)
    kind = "BIPOLAR" if obstacle == "binary" else "INT8"
    model = network.model(network.convolution(picked, weights, kind, group=group))
    assert rewrite(model, FoldGatherIntoConvolution())[1] == 0
