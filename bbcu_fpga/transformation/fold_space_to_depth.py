# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold SpaceToDepth into a pixel unshuffle."""

from __future__ import annotations

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.graph_edit import (
    CHANNELS_FIRST,
    CHANNELS_LAST,
    attribute,
    frame_attributes,
    hardware_node,
    new_tensor,
    transposed,
)


class FoldSpaceToDepth(Transformation):
    """SpaceToDepth becomes a pixel unshuffle; exact, values only move."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold one SpaceToDepth.

        Raises:
            UnsupportedOperatorError: its input is not quantized.
        """
        for node in model.get_nodes_by_op_type("SpaceToDepth"):
            kind = model.get_tensor_datatype(node.input[0])
            if not kind.is_integer():
                raise UnsupportedOperatorError(
                    f"node {node.name} (SpaceToDepth): input is {kind.name}; it must be quantized to integers"
                )
            _rewrite(model, node)
            return model, True
        return model, False


def _rewrite(model: ModelWrapper, node: NodeProto) -> None:
    source, result = node.input[0], node.output[0]
    shape, kind = model.get_tensor_shape(result), model.get_tensor_datatype(source)
    packed = new_tensor(model, [shape[axis] for axis in CHANNELS_LAST], like=source)
    model.graph.node.append(
        hardware_node(
            "PixelUnshuffle",
            [transposed(model, source, CHANNELS_LAST)],
            packed,
            node.name or f"{result}_unshuffle",
            **frame_attributes(model, source),
            channels=model.get_tensor_shape(source)[1],
            factor=attribute(node, "blocksize"),
            datatype=kind.name,
        )
    )
    transposed(model, packed, CHANNELS_FIRST, result)
    model.set_tensor_datatype(result, kind)
    model.graph.node.remove(node)
