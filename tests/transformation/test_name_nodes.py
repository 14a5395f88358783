# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""NameNodes and set_fifo_depths: names that stay when FINN adds nodes."""

from __future__ import annotations

from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.transformation.graph_edit import attribute
from bbcu_fpga.transformation.name_nodes import NameNodes, set_fifo_depths
from bbcu_fpga.transformation.set_folding import layer_names
from tests.transformation.graphs import copied


def names(model: ModelWrapper, kind: str) -> set[str]:
    return {node.name for node in model.graph.node if node.op_type.startswith(kind)}


def test_every_node_has_one_name_of_its_own(tiny_streams: ModelWrapper) -> None:
    found = [node.name for node in tiny_streams.graph.node]
    assert len(set(found)) == len(found)
    layers = [attribute(node, "layer") for node in tiny_streams.graph.node if attribute(node, "layer")]
    assert [name for name in found if name in layers] == layers


def test_inserted_nodes_are_named_after_what_they_feed(tiny_streams: ModelWrapper) -> None:
    fifos, converters = (
        names(tiny_streams, "StreamingFIFO"),
        names(tiny_streams, "StreamingDataWidthConverter"),
    )
    # every binary unit adds a residual; the head has none, the tail's is the skip, which waits further up
    assert {f"{name}_residual_fifo" for name in layer_names(tiny_streams)[1:-1]} <= fifos
    assert "skip_window_fifo" in fifos
    assert all(name.endswith("_fifo") for name in fifos)
    assert converters
    assert all(name.endswith(("_dwc", "_residual_dwc")) for name in converters)
    for node in tiny_streams.graph.node:
        if node.name in fifos:
            target = tiny_streams.find_consumers(node.output[0])[0].name
            base = node.name.removesuffix("_fifo")
            assert target in (base, f"{base}_dwc") or target == f"{base.removesuffix('_residual')}_epilogue"


def test_names_survive_numbering_by_position(tiny_streams: ModelWrapper) -> None:
    model = copied(tiny_streams)
    expected = [node.name for node in model.graph.node]
    for index, node in enumerate(model.graph.node):
        node.name = f"{node.op_type}_{index}"
    assert [node.name for node in model.transform(NameNodes()).graph.node] == expected


def test_depths_are_overridden_by_name(tiny_streams: ModelWrapper) -> None:
    model = copied(tiny_streams)
    layer = layer_names(model)[2]
    fifo, unit = f"{layer}_residual_fifo", f"{layer}_mvu"
    assert set_fifo_depths(model, {fifo: 77, "nowhere_fifo": 3, unit: 4}) == sorted([unit, "nowhere_fifo"])
    depths = {
        node.name: getCustomOp(node).get_nodeattr("depth")
        for node in model.get_nodes_by_op_type("StreamingFIFO_rtl")
    }
    before = {
        node.name: getCustomOp(node).get_nodeattr("depth")
        for node in tiny_streams.get_nodes_by_op_type("StreamingFIFO_rtl")
    }
    assert depths == {**before, fifo: 77}
