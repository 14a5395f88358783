# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""ChainWidthConverters: lanes of which neither divides the other meet at their least common multiple."""

from __future__ import annotations

import pytest
from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.general import SortGraph

from bbcu_fpga.transformation.chain_width_converters import CONVERTER, ChainWidthConverters
from bbcu_fpga.transformation.name_nodes import NameNodes
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding
from tests.transformation.graphs import rewrite
from tests.transformation.streaming_graphs import residual_network


def converters(head_lanes: int) -> tuple[ModelWrapper, int]:
    folding = {
        "head": LayerFolding(6, 3, head_lanes),
        "body": LayerFolding(6, 6, 3),
        "tail": LayerFolding(3, 6, 3),
    }
    network = residual_network(channels=6).transform(SetFolding(folding))
    return rewrite(network.transform(InsertDWC()), ChainWidthConverters())


def widths(model: ModelWrapper) -> dict[str, tuple[int, int]]:
    named = model.transform(SortGraph()).transform(NameNodes())
    nodes = {node.name: getCustomOp(node) for node in named.get_nodes_by_op_type(CONVERTER)}
    return {name: (op.get_nodeattr("inWidth"), op.get_nodeattr("outWidth")) for name, op in nodes.items()}


def test_two_converters_meet_at_the_least_common_multiple() -> None:
    model, count = converters(head_lanes=2)  # the residual is taken three lanes at a time
    assert count == 1
    found = widths(model)
    assert found["body_residual_pack_dwc"] == (2 * 9, 6 * 9)
    assert found["body_residual_dwc"] == (6 * 9, 3 * 9)
    assert all(max(pair) % min(pair) == 0 for pair in found.values())


@pytest.mark.parametrize("lanes", [1, 3, 6])
def test_widths_that_divide_stay(lanes: int) -> None:
    model, count = converters(lanes)
    assert count == 0
    assert not [name for name in widths(model) if "pack" in name]
