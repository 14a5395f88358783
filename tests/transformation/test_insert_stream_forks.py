# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""InsertStreamForks: every tensor gets one reader."""

from __future__ import annotations

import pytest
from onnx import helper

from bbcu_fpga.transformation.graph_edit import HARDWARE_DOMAIN
from bbcu_fpga.transformation.insert_stream_forks import InsertStreamForks
from tests.transformation.graphs import Network, assert_equal_values, rewrite


@pytest.mark.parametrize("readers", [1, 2, 3, 4])
def test_each_reader_gets_its_copy(readers: int) -> None:
    network = Network(channels=6, height=4, width=5, datatype="INT9")  # NHWC, as the streams are: 5 channels
    total = network.elementwise("Mul", "in0", 1.0)
    for gain in range(2, readers + 1):
        total = network.node("Add", total, network.elementwise("Mul", "in0", float(gain)))
    model = network.model(total)
    forked, count = rewrite(model, InsertStreamForks())
    assert count == readers - 1
    forks = forked.get_nodes_by_op_type("StreamFork")
    assert sorted(node.name for node in forks) == ["input_fork" + "_fork" * i for i in range(readers - 1)]
    tensors = ["in0"] + [name for node in forked.graph.node for name in node.output]
    assert all(len(forked.find_consumers(name)) <= 1 for name in tensors)
    assert {forked.get_tensor_datatype(name).name for node in forks for name in node.output} <= {"INT9"}
    assert_equal_values(model, forked)


def test_a_fork_is_named_after_the_layer_before_it() -> None:
    network = Network()
    model = network.model(network.node("Add", *[network.elementwise("Mul", "in0", x) for x in (2.0, 3.0)]))
    sizes = {
        "height": 3,
        "width": 5,
        "channels": 6,
        "factor": 1,
        "datatype": "UINT8",
        "backend": "fpgadataflow",
    }
    shuffle = helper.make_node(
        "PixelShuffle", ["in0"], ["made"], "body_epilogue", domain=HARDWARE_DOMAIN, **sizes
    )
    for node in model.graph.node[:2]:
        node.input[0] = "made"
    model.graph.node.insert(0, shuffle)
    model.set_tensor_shape("made", [1, 3, 5, 6])
    forked, count = rewrite(model, InsertStreamForks())
    assert count == 1
    assert forked.get_nodes_by_op_type("StreamFork")[0].name == "body_fork"


def test_what_no_hardware_makes_is_not_forked() -> None:
    network = Network()
    scaled = network.elementwise("Mul", "in0", 0.5)
    model = network.model(network.node("Concat", scaled, network.sign(scaled), axis=1))
    _, count = rewrite(model, InsertStreamForks())
    assert count == 0, "a fork would round its numbers"
