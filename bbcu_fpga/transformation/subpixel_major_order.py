# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Order the channels before a pixel shuffle so that a sub-pixel is contiguous in the stream."""

from __future__ import annotations

import numpy as np
from onnx import NodeProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.elementwise_chain import ELEMENTWISE, only_consumer
from bbcu_fpga.transformation.graph_edit import attribute, new_constant, new_tensor


class SubpixelMajorDepthToSpace(Transformation):
    """``DepthToSpace_CRD(x) = DepthToSpace_DCR(x[order])``: (channel, row, column) -> (row, column, channel).

    Exact: a permutation. The Gather it leaves is absorbed by `MoveChannelGatherUp`.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rewrite one DepthToSpace of mode CRD."""
        for node in model.get_nodes_by_op_type("DepthToSpace"):
            if attribute(node, "mode", "DCR") == "DCR":
                continue
            source, factor = node.input[0], attribute(node, "blocksize")
            shape = model.get_tensor_shape(source)
            order = np.arange(shape[1]).reshape(-1, factor**2).T.reshape(-1)
            permuted = new_tensor(model, shape, like=source)
            gather = helper.make_node("Gather", [source, new_constant(model, order)], [permuted], axis=1)
            shuffle = helper.make_node(
                "DepthToSpace", [permuted], list(node.output), blocksize=factor, mode="DCR", name=node.name
            )
            model.graph.node.extend([gather, shuffle])
            model.graph.node.remove(node)
            return model, True
        return model, False


class MoveChannelGatherUp(Transformation):
    """Move a selection of channels towards the weights: ``f(x)[order] = f[order](x[order])``, exact.

    Stops at a tensor that others read too; at a convolution it reorders the rows of the weights and vanishes;
    two in a row become one.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Move one Gather over its producer."""
        for gather in model.get_nodes_by_op_type("Gather"):
            producer = model.find_producer(gather.input[0])
            order = model.get_initializer(gather.input[1])
            if order is None or attribute(gather, "axis", 0) != 1 or producer is None:
                continue
            if only_consumer(model, producer.output[0]) is None:
                continue
            if self._absorb(model, gather, producer, order) or self._swap(model, gather, producer, order):
                return model, True
        return model, False

    def _absorb(self, model: ModelWrapper, gather: NodeProto, producer: NodeProto, order: np.ndarray) -> bool:
        if producer.op_type == "Gather" and model.get_initializer(producer.input[1]) is not None:
            indices = model.get_initializer(producer.input[1])
            producer.input[1] = new_constant(model, indices[order])
        elif producer.op_type == "Conv" and len(producer.input) == 2:
            weights, kind = (
                model.get_initializer(producer.input[1]),
                model.get_tensor_datatype(producer.input[1]),
            )
            producer.input[1] = new_constant(model, weights[order], kind.name)
        else:
            return False
        producer.output[0] = gather.output[0]
        model.graph.node.remove(gather)
        return True

    def _swap(self, model: ModelWrapper, gather: NodeProto, producer: NodeProto, order: np.ndarray) -> bool:
        if producer.op_type not in (*ELEMENTWISE, "Quant"):
            return False
        result, channels = gather.output[0], model.get_tensor_shape(gather.input[0])[1]
        for index, name in enumerate(producer.input):
            constant = model.get_initializer(name)
            if constant is None:
                shape = model.get_tensor_shape(name)
                picked = new_tensor(model, [1, order.size, *shape[2:]], like=name)
                model.graph.node.append(helper.make_node("Gather", [name, gather.input[1]], [picked], axis=1))
                producer.input[index] = picked
            elif constant.size == channels > 1:
                producer.input[index] = new_constant(model, constant.reshape(1, channels, 1, 1)[:, order])
        producer.output[0] = result
        model.graph.node.remove(gather)
        return True
