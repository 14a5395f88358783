# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Names of the nodes that FINN inserts, and of those it renames."""

from __future__ import annotations

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.graph_edit import attribute


class NameNodes(Transformation):
    """Name every node after its layer, and FIFOs and width converters after the input they feed.

    FINN numbers nodes by position, so that an added node would silently rename others; configs and reports
    need names that stay. A FIFO of a residual is called ``<layer>_residual_fifo``.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rename all nodes; changes nothing else."""
        for node in reversed(list(model.graph.node)):  # consumers first, inserted nodes take their names
            node.name = attribute(node, "layer") or self._inserted_name(model, node)
        return model, False

    @staticmethod
    def _inserted_name(model: ModelWrapper, node: NodeProto) -> str:
        consumers = model.find_consumers(node.output[0])
        is_fifo = node.op_type.startswith("StreamingFIFO")
        if not consumers:
            return "output_fifo" if is_fifo else "output_dwc"
        if is_fifo:
            return fifo_name(consumers[0], node.output[0])
        # of two converters in a row (see ChainWidthConverters) the first packs
        step = "_pack" if consumers[0].op_type.startswith("StreamingDataWidthConverter") else ""
        return f"{_input_name(consumers[0], node.output[0])}{step}_dwc"


def fifo_name(consumer: NodeProto, tensor: str) -> str:
    """Return the name of the FIFO that feeds `tensor` to a named node."""
    return f"{_input_name(consumer, tensor)}_fifo"


def _input_name(consumer: NodeProto, tensor: str) -> str:
    is_residual = list(consumer.input).index(tensor) == 1 and consumer.name.endswith("_epilogue")
    name = f"{consumer.name.removesuffix('_epilogue')}_residual" if is_residual else consumer.name
    return name.removesuffix("_dwc").removesuffix("_pack")


def set_fifo_depths(model: ModelWrapper, depths: dict[str, int]) -> list[str]:
    """Override FIFO depths by name; returns the names that do not exist."""
    known = {node.name: node for node in model.graph.node if node.op_type.startswith("StreamingFIFO")}
    for name in known.keys() & depths.keys():
        getCustomOp(known[name]).set_nodeattr("depth", depths[name])
    return sorted(depths.keys() - known.keys())
