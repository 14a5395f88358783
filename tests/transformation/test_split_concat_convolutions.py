# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""SplitConcatConvolutions: conv(cat(a, b)) = conv(a) + conv(b)."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from bbcu_fpga.transformation.split_concat_convolutions import SplitConcatConvolutions
from tests.transformation.graphs import (
    Network,
    assert_equal_values,
    binary_weights,
    integer_weights,
    operators,
    rewrite,
)


def streams(network: Network, *widths: int) -> list[str]:
    """Return streams of these many channels."""
    return [
        network.quant(network.convolution("in0", integer_weights(width, 3, seed=width)), bits=12)
        for width in widths
    ]


@pytest.mark.parametrize("kernel", [1, 3])
def test_a_binary_convolution_of_nested_concats_becomes_a_sum(kernel: int) -> None:
    network = Network()
    a, b, c = streams(network, 2, 3, 4)
    inner = network.node("Concat", a, b, axis=1)
    bits = network.sign(network.node("Concat", inner, c, axis=1))
    model = network.model(network.convolution(bits, binary_weights(5, 9, kernel), "BIPOLAR"))
    split, count = rewrite(model, SplitConcatConvolutions())
    assert count == 1
    assert operators(split) == {"Conv": 6, "Quant": 3, "BipolarQuant": 3, "Add": 2}
    assert_equal_values(model, split)
    folded = rewrite(split.transform(InferDataTypes()), FoldConvolutions())[0]
    assert operators(folded)["XnorPopcountMVU"] == 3
    assert_equal_values(model, folded)
    (name,) = (n.name for n in model.graph.node if n.output[0] == model.graph.output[0].name)
    assert {n.name for n in split.graph.node} >= {f"{name}_part{i}" for i in range(3)}


def test_a_concat_that_is_read_elsewhere_stays() -> None:
    network = Network()
    together = network.node("Concat", *streams(network, 2, 3), axis=1)
    sums = network.convolution(network.quant(together, bits=8), integer_weights(5, 5))
    model = network.model(network.node("Add", sums, together))
    split, count = rewrite(model, SplitConcatConvolutions())
    assert count == 1
    assert operators(split)["Concat"] == 1
    assert operators(split)["Quant"] == 4
    assert_equal_values(model, split)


@pytest.mark.parametrize("obstacle", ["group", "axis", "scales", "quantizer"])
def test_what_is_no_sum_of_convolutions_stays(obstacle: str) -> None:
    network = Network(width=6, height=4)
    axis = 2 if obstacle == "axis" else 1
    together = network.node("Concat", *streams(network, 3, 3), axis=axis)
    channels = 3 if axis == 2 else 6
    if obstacle == "scales":
        together = network.elementwise("Mul", together, np.arange(1.0, 7.0))
    if obstacle == "quantizer":
        together = network.quant(together, scale=np.arange(1.0, 7.0).reshape(1, 6, 1, 1))
    group = 3 if obstacle == "group" else 1
    weights = integer_weights(6, channels // group)
    model = network.model(network.convolution(together, weights, group=group))
    split, count = rewrite(model, SplitConcatConvolutions())
    assert count == 0
    assert operators(split) == operators(model)
