# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""SetFolding: lanes that divide, or an error that says which would; narrow epilogues that keep pace."""

from __future__ import annotations

import pytest
from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.errors import FoldingError
from bbcu_fpga.transformation.lane_groups import LaneGroup, lane_groups
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding, layer_foldings, layer_names
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
        "head_epilogue": {"PE": 1},
        "head_fork": {"PE": 1},
        "body_threshold": {"PE": 1},
        "body_window": {"SIMD": 2},
        "body_mvu": {"PE": 4, "SIMD": 2},
        "body_epilogue": {"PE": 1},
        "tail_window": {"SIMD": 1},
        "tail_mvu": {"PE": 3, "SIMD": 1},
        "tail_epilogue": {"PE": 1},
        "tail_shuffle": {"PE": 1},
    }
    assert_equal_values(network, folded)


@pytest.mark.parametrize(
    ("layer", "folding", "message"),
    [
        ("body", LayerFolding(3, 1), r"^layer body_mvu: PE=3 does not divide 4; possible: \[1, 2, 4\]"),
        ("body", LayerFolding(1, 8), r"^layer body_window: SIMD=8 does not divide 4; possible: \[1, 2, 4\]"),
        ("head", LayerFolding(1, 0), r"^layer head_window: SIMD=0 does not divide 3; possible: \[1, 3\]"),
        ("tail", LayerFolding(4, 1, 4), r"^layer tail: lanes=4 does not divide 3; possible: \[1, 3\]"),
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


def test_lanes_that_are_given_are_taken(network: ModelWrapper) -> None:
    folded = network.transform(SetFolding({**FOLDING, "head": LayerFolding(2, 3, 4)}))
    assert [lanes(folded)[name]["PE"] for name in ("head_mvu", "head_epilogue", "body_threshold")] == [
        2,
        4,
        4,
    ]
    assert_equal_values(network, folded)


def test_lanes_are_the_fewest_that_keep_pace(network: ModelWrapper) -> None:
    (group,) = [group for group in lane_groups(network) if group.layer == "head"]
    assert group.elements == 120, "30 pixels of 4 channels"
    assert group.fewest_lanes(90, producer_lanes=4) == 2
    assert group.fewest_lanes(120, producer_lanes=4) == 1
    assert group.fewest_lanes(59, producer_lanes=4) == 4
    assert group.fewest_lanes(10, producer_lanes=4) == 4, "the most there are"


def test_a_repeated_residual_comes_with_the_lanes_that_take_it(tiny_hardware: ModelWrapper) -> None:
    """Its whole pixel is taken in a burst, during the first repetition."""
    names = layer_names(tiny_hardware)
    fastest = {name: LayerFolding(4, 16) for name in names}
    fastest |= {names[0]: LayerFolding(4, 3), names[-1]: LayerFolding(3, 16)}
    fastest |= dict.fromkeys(("upsampling", "fine"), LayerFolding(16, 16))
    folded = lanes(tiny_hardware.transform(SetFolding(fastest)))
    assert folded["upsampling_epilogue"]["PE"] == 2, "32 words of 36 cycles"
    assert [folded[f"{name}_epilogue"]["PE"] for name in ("body_2", "body_3")] == [1, 2]


def test_lanes_that_one_converter_reaches_go_first() -> None:
    group = LaneGroup("wide", (), dimension=12, elements=12, given=None)
    assert group.fewest_lanes(5, producer_lanes=3) == 3
    assert group.fewest_lanes(5, producer_lanes=4) == 4
    assert group.fewest_lanes(3, producer_lanes=6) == 6
    assert group.fewest_lanes(3, producer_lanes=3) == 4, "no divisor of the producer's keeps pace"


def test_a_finished_graph_tells_its_folding(network: ModelWrapper) -> None:
    folding = {**FOLDING, "head": LayerFolding(2, 3, 4)}
    folded = network.transform(SetFolding(folding)).transform(InsertDWC())
    expected = {**folding, "body": LayerFolding(4, 2, 1), "tail": LayerFolding(3, 1, 1)}
    assert layer_foldings(folded) == expected
