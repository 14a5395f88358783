# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Move pixel shuffles behind additions and quantizers, so that an accumulator's epilogue comes first."""

from __future__ import annotations

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.elementwise_chain import ELEMENTWISE, only_consumer
from bbcu_fpga.transformation.graph_edit import attribute, new_tensor, scalar_constant


class MoveDepthToSpacePastElementwise(Transformation):
    """``shuffle(a) + shuffle(b) = shuffle(a + b)`` and ``f(shuffle(a)) = shuffle(f(a))`` for a scalar f.

    Exact: the same operations on the same values, elsewhere. Per-channel operators stay behind the shuffle.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Move one DepthToSpace over one consumer."""
        for shuffle in model.get_nodes_by_op_type("DepthToSpace"):
            consumer = only_consumer(model, shuffle.output[0])
            if consumer is None:
                continue
            shuffles = [shuffle] if _is_scalar(model, consumer) else self._joined_shuffles(model, consumer)
            if not shuffles:
                continue
            result = consumer.output[0]
            deep = new_tensor(model, model.get_tensor_shape(shuffle.input[0]))
            for node in shuffles:
                consumer.input[list(consumer.input).index(node.output[0])] = node.input[0]
            for node in shuffles[1:]:
                model.graph.node.remove(node)
            consumer.output[0] = deep
            shuffle.input[0], shuffle.output[0] = deep, result
            return model, True
        return model, False

    def _joined_shuffles(self, model: ModelWrapper, consumer: NodeProto) -> list[NodeProto]:
        """Return the two equal shuffles that an addition joins, or nothing."""
        producers = [model.find_producer(name) for name in consumer.input]
        if consumer.op_type != "Add" or any(p is None or p.op_type != "DepthToSpace" for p in producers):
            return []
        kinds = [(attribute(node, "blocksize"), attribute(node, "mode", "DCR")) for node in producers]
        alone = all(only_consumer(model, node.output[0]) is not None for node in producers)
        return producers if kinds[0] == kinds[1] and alone else []


def _is_scalar(model: ModelWrapper, node: NodeProto) -> bool:
    scalars = all(scalar_constant(model, name) is not None for name in node.input[1:])
    return (
        scalars and node.op_type in (*ELEMENTWISE, "Quant") and model.get_initializer(node.input[0]) is None
    )
