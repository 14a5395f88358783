# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""MoveConcatPastChannelwise: f(cat(a, b)) = cat(f(a), f(b)) where f mixes no channels."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.transformation.move_concat_past_channelwise import MoveConcatPastChannelwise
from tests.transformation.graphs import (
    Network,
    assert_equal_values,
    binary_weights,
    integer_weights,
    operators,
    rewrite,
)


def concatenated(network: Network) -> str:
    """Return two streams of 2 and 3 channels, put together."""
    streams = [
        network.quant(network.convolution("in0", integer_weights(n, 3, seed=n)), bits=12) for n in (2, 3)
    ]
    return network.node("Concat", *streams, axis=1)


def test_a_concat_moves_down_to_the_convolution_that_mixes_channels() -> None:
    network = Network()
    x = network.elementwise("Mul", concatenated(network), np.linspace(-1, 2, 5))
    x = network.elementwise("PRelu", network.elementwise("Add", x, 0.5), np.linspace(0, 1, 5))
    x = network.convolution(network.sign(x), binary_weights(5, 1), "BIPOLAR", group=5)
    model = network.model(network.convolution(network.sign(x), binary_weights(4, 5, 1), "BIPOLAR"))
    moved, count = rewrite(model, MoveConcatPastChannelwise())
    assert count == 6
    assert operators(moved) == {
        "Conv": 5,
        "Quant": 2,
        "Concat": 1,
        **dict.fromkeys(("Mul", "Add", "PRelu"), 2),
        "BipolarQuant": 4,
    }
    (concat,) = moved.get_nodes_by_op_type("Concat")
    (reader,) = moved.find_consumers(concat.output[0])
    assert reader.name == model.find_producer(model.graph.output[0].name).name
    assert_equal_values(model, moved)


@pytest.mark.parametrize("obstacle", ["readers", "axis", "stream", "groups"])
def test_what_stays(obstacle: str) -> None:
    network = Network(channels=4, height=4, width=4)
    axis = 2 if obstacle == "axis" else 1
    streams = [network.quant("in0", bits=bits) for bits in (8, 6)]
    together = network.node("Concat", *streams, axis=axis)
    if obstacle == "groups":
        result = network.convolution(together, integer_weights(8, 4), group=2)
    elif obstacle == "stream":
        result = network.node(
            "Mul", together, network.quant(network.convolution("in0", integer_weights(8, 4)))
        )
    else:
        result = network.quant(together, bits=5)
    if obstacle == "readers":
        result = network.node("Add", result, together)
    model = network.model(result)
    assert rewrite(model, MoveConcatPastChannelwise())[1] == 0
