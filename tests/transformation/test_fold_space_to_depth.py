# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldSpaceToDepth: blocks of pixels become channels."""

from __future__ import annotations

import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.builder.describe import halo
from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.fold_space_to_depth import FoldSpaceToDepth
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding
from bbcu_fpga.transformation.size_fifos import fifo_sizes
from tests.transformation.graphs import (
    Network,
    assert_equal_values,
    binary_weights,
    integer_weights,
    operators,
    rewrite,
)
from tests.transformation.streaming_graphs import to_hardware


@pytest.mark.parametrize("factor", [2, 3])
def test_a_space_to_depth_becomes_hardware(factor: int) -> None:
    network = Network(channels=2, height=2 * factor, width=3 * factor, datatype="INT5")
    model = network.model(network.node("SpaceToDepth", "in0", blocksize=factor))
    folded, count = rewrite(model, FoldSpaceToDepth())
    assert count == 1
    assert operators(folded) == {"Transpose": 2, "PixelUnshuffle": 1}
    assert_equal_values(model, folded)
    assert folded.get_tensor_datatype(folded.graph.output[0].name).name == "INT5"


def test_floats_are_refused() -> None:
    network = Network(height=4, width=6, datatype="FLOAT32")
    model = network.model(network.node("SpaceToDepth", "in0", blocksize=2))
    with pytest.raises(UnsupportedOperatorError, match=r"^node SpaceToDepth_0 .*: input is FLOAT32"):
        rewrite(model, FoldSpaceToDepth())


def packed_network(width: int) -> ModelWrapper:
    """Return a head and a binary unit with a residual at half the resolution, and a tail that shuffles."""
    network = Network(3, 6, width)
    packed = network.node("SpaceToDepth", "in0", blocksize=2)
    head = network.elementwise("Mul", network.convolution(packed, integer_weights(4, 12)), 0.0625)
    trunk = network.quant(head, bits=9)
    branch = network.quant(network.convolution(network.sign(trunk), binary_weights(4, 4), "BIPOLAR"), bits=9)
    total = network.quant(network.node("Add", branch, trunk), bits=9)
    tail = network.elementwise("Mul", network.convolution(total, integer_weights(12, 4)), 0.0625)
    pixels = network.quant(tail, bits=8, signed=False)
    model = network.model(network.node("DepthToSpace", pixels, blocksize=2, mode="DCR"))
    for node, name in zip(model.get_nodes_by_op_type("Conv"), ("head", "body", "tail"), strict=True):
        node.name = name
    return to_hardware(model)


def test_a_packed_network_streams() -> None:
    model = packed_network(10)
    assert operators(model)["PixelUnshuffle"] == operators(model)["PixelShuffle"] == 1
    # three windows of a pixel each way at half the resolution, and the other pixel of the last block
    assert halo(model) == 2 * 3 + 1


def test_the_residual_waits_for_a_row_of_blocks() -> None:
    def depth(width: int) -> int:
        lanes = {"head": (4, 12, 4), "body": (4, 4, 4), "tail": (3, 4, 3)}
        folding = {name: LayerFolding(*numbers) for name, numbers in lanes.items()}
        model = packed_network(width).transform(SetFolding(folding))
        (size,) = (
            size
            for name, size in fifo_sizes(model).items()
            if model.find_producer(name).op_type == "StreamFork"
        )
        return size.depth

    assert depth(40) - depth(20) == 10
