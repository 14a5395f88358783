# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""SetFolding and folding_for: lanes that divide, or an error that says which would."""

from __future__ import annotations

import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.errors import FoldingError
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding, folding_for, layer_names
from bbcu_fpga.transformation.size_fifos import frame_cycles
from tests.transformation.graphs import assert_equal_values
from tests.transformation.streaming_graphs import residual_network

FOLDING = {"head": LayerFolding(2, 3), "body": LayerFolding(4, 2), "tail": LayerFolding(3, 1)}


@pytest.fixture(scope="module")
def network() -> ModelWrapper:
    return residual_network()


def lanes(model: ModelWrapper) -> dict[str, dict[str, int]]:
    result = {}
    for node in model.graph.node:
        operator = getCustomOp(node)
        names = {"PE", "SIMD"} & operator.get_nodeattr_types().keys()
        result[node.name] = {name: operator.get_nodeattr(name) for name in names}
    return result


def test_layers_are_listed_in_stream_order(network: ModelWrapper, tiny_streams: ModelWrapper) -> None:
    assert layer_names(network) == ["head", "body", "tail"]
    nodes = [node.name for node in tiny_streams.graph.node if node.name.endswith("_mvu")]
    assert [f"{layer}_mvu" for layer in layer_names(tiny_streams)] == nodes
    assert len(nodes) == 8


def test_neighbours_follow_their_unit(network: ModelWrapper) -> None:
    folded = network.transform(SetFolding(FOLDING))
    assert lanes(folded) == {
        "head_window": {"SIMD": 3},
        "head_mvu": {"PE": 2, "SIMD": 3},
        "head_epilogue": {"PE": 2},
        "head_fork": {"PE": 2},
        "body_threshold": {"PE": 2},
        "body_window": {"SIMD": 2},
        "body_mvu": {"PE": 4, "SIMD": 2},
        "body_epilogue": {"PE": 4},
        "tail_window": {"SIMD": 1},
        "tail_mvu": {"PE": 3, "SIMD": 1},
        "tail_epilogue": {"PE": 3},
        "tail_shuffle": {"PE": 3},
    }
    assert_equal_values(network, folded)


@pytest.mark.parametrize(
    ("layer", "folding", "message"),
    [
        ("body", LayerFolding(3, 1), r"^layer body_mvu: PE=3 does not divide 4; possible: \[1, 2, 4\]"),
        ("body", LayerFolding(1, 8), r"^layer body_window: SIMD=8 does not divide 4; possible: \[1, 2, 4\]"),
        ("head", LayerFolding(1, 0), r"^layer head_window: SIMD=0 does not divide 3; possible: \[1, 3\]"),
        ("tail", LayerFolding(4, 1), r"^layer tail_shuffle: PE=4 does not divide 3; possible: \[1, 3\]"),
    ],
)
def test_lanes_that_do_not_divide_are_refused(
    network: ModelWrapper, layer: str, folding: LayerFolding, message: str
) -> None:
    with pytest.raises(FoldingError, match=message):
        network.transform(SetFolding({**FOLDING, layer: folding}))


def test_unknown_and_missing_layers_are_named(network: ModelWrapper) -> None:
    wrong = {"head": LayerFolding(1, 1), "neck": LayerFolding(1, 1), "tail": LayerFolding(1, 1)}
    message = (
        r"unknown layers \['neck'\] and missing layers \['body'\]; the layers are \['head', 'body', 'tail'\]"
    )
    with pytest.raises(FoldingError, match=message):
        network.transform(SetFolding(wrong))


@pytest.mark.parametrize("cycles", [1080, 2000, 10_000, 10**9])
def test_the_target_is_met_with_lanes_that_fit(network: ModelWrapper, cycles: int) -> None:
    folding = folding_for(network, cycles)
    folded = network.transform(SetFolding(folding))
    units = [node for node in folded.graph.node if node.op_type.endswith("MVU")]
    assert max(getCustomOp(node).get_exp_cycles() for node in units) <= cycles
    assert folding["tail"].PE in (1, 3), "the shuffle behind the tail has three channels"
    assert frame_cycles(folded) == max(getCustomOp(node).get_exp_cycles() for node in folded.graph.node)


def test_the_fewest_lanes_that_meet_the_target_are_chosen(network: ModelWrapper) -> None:
    # body: 5 * 6 pixels of 4 x 36 weights
    assert folding_for(network, 1080)["body"] == LayerFolding(1, 4), "among equals more SIMD"
    assert folding_for(network, 2160)["body"] == LayerFolding(1, 2)
    assert folding_for(network, 4320)["body"] == LayerFolding(1, 1)


def test_an_infeasible_target_is_refused(network: ModelWrapper) -> None:
    # head: 9 words per pixel at SIMD=3, 30 pixels
    message = (
        r"^layer head: 269 cycles .*with PE=4 and SIMD=3 it still needs 270; lower target_fps or the frame"
    )
    with pytest.raises(FoldingError, match=message):
        folding_for(network, 269)


def test_the_repeated_residual_limits_the_lanes(tiny_hardware: ModelWrapper) -> None:
    (epilogue,) = [
        node
        for node in tiny_hardware.get_nodes_by_op_type("Epilogue")
        if getCustomOp(node).get_nodeattr("repeat") > 1
    ]
    operator, layer = getCustomOp(epilogue), epilogue.name.removesuffix("_epilogue")
    shared = operator.get_nodeattr("channels") // operator.get_nodeattr("repeat")
    least = (
        operator.get_nodeattr("height") * operator.get_nodeattr("width") * 9 * operator.get_nodeattr("repeat")
    )
    assert folding_for(tiny_hardware, least)[layer] == LayerFolding(shared, shared)
