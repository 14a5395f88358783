# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Recognize a space to depth in the reshapes that PyTorch exports for it."""

import numpy as np
from onnx import NodeProto, TensorProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation
from qonnx.util.basic import get_by_name

_SUBPIXELS_TO_CHANNELS = [0, 1, 3, 5, 2, 4]
Nodes = tuple[NodeProto, NodeProto, NodeProto]


class ReshapesToSpaceToDepth(Transformation):
    """``reshape(transpose(reshape(x))) = SpaceToDepth(x)[order]``, exact: values only move.

    The reshapes hold the frame size, the operator fits any. ONNX orders channels (row, column, channel),
    PyTorch (channel, row, column); a Gather changes one into the other.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rewrite one group of three nodes."""
        for first in model.get_nodes_by_op_type("Reshape"):
            nodes = _group(model, first)
            factor = 0 if nodes is None else _factor(model, nodes)
            if nodes is not None and factor:
                _rewrite(model, nodes, factor)
                return model, True
        return model, False


def _group(model: ModelWrapper, first: NodeProto) -> Nodes | None:
    """Return a Reshape with the Transpose and the Reshape that alone read it, or None."""
    nodes = [first]
    for operator in ("Transpose", "Reshape"):
        readers = model.find_consumers(nodes[-1].output[0])
        if len(readers) != 1 or readers[0].op_type != operator:
            return None
        nodes.append(readers[0])
    return nodes[0], nodes[1], nodes[2]


def _factor(model: ModelWrapper, nodes: Nodes) -> int:
    """Return the side of the blocks that three nodes turn into channels, or 0."""
    first, transpose, last = nodes
    source, split, result = (
        list(model.get_tensor_shape(name)) for name in (first.input[0], first.output[0], last.output[0])
    )
    if list(get_by_name(transpose.attribute, "perm").ints) != _SUBPIXELS_TO_CHANNELS or len(source) != 4:
        return 0
    factor = int(split[3])
    batch, channels, height, width = source
    blocks = [batch, channels, height // factor, factor, width // factor, factor]
    packed = [batch, channels * factor**2, height // factor, width // factor]
    return factor if factor > 1 and split == blocks and result == packed else 0


def _rewrite(model: ModelWrapper, nodes: Nodes, factor: int) -> None:
    source, result = nodes[0].input[0], nodes[2].output[0]
    packed, order = f"{result}_packed", f"{result}_order"
    shape = model.get_tensor_shape(result)
    model.graph.value_info.append(helper.make_tensor_value_info(packed, TensorProto.FLOAT, shape))
    model.set_initializer(order, np.arange(shape[1]).reshape(factor**2, -1).T.reshape(-1))
    number = len(model.get_nodes_by_op_type("SpaceToDepth"))
    name = f"unshuffle_{number}" if number else "unshuffle"
    model.graph.node.extend(
        [
            helper.make_node("SpaceToDepth", [source], [packed], name, blocksize=factor),
            helper.make_node("Gather", [packed, order], [result], f"{name}_order", axis=1),
        ]
    )
    for node in nodes:
        model.graph.node.remove(node)
