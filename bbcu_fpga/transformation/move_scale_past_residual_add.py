# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Move the trunk's step behind the residual addition, which then adds integers."""

from __future__ import annotations

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.elementwise_chain import only_consumer
from bbcu_fpga.transformation.graph_edit import new_tensor, scalar_constant


class MoveScalePastResidualAdd(Transformation):
    """``s*a + s*b = s*(a + b)``, exact for a power of two s.

    The two sides must carry the same step: with two steps the sum is no integer in either.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rewrite one residual addition.

        Raises:
            ModelError: the sides have different steps; names the node and both steps.
        """
        for add in model.get_nodes_by_op_type("Add"):
            producers = [model.find_producer(name) for name in add.input]
            dynamic = [model.get_initializer(name) is None for name in add.input]
            if not all(dynamic) or not any(_is_scale(model, node) for node in producers):
                continue
            steps = [scalar_constant(model, node.input[1]) if _is_scale(model, node) else 1.0 for node in producers]
            if steps[0] != steps[1]:
                raise ModelError(
                    f"node {add.name or add.output[0]}: the residual has step {steps[0]} and the branch {steps[1]};"
                    " quantize both with one shared trunk quantizer"
                )
            mul = producers[0]
            result = add.output[0]
            total = new_tensor(model, model.get_tensor_shape(result))
            for index, node in enumerate(producers):
                add.input[index] = node.input[0]
                if index and only_consumer(model, node.output[0]) is None and not model.find_consumers(node.output[0]):
                    model.graph.node.remove(node)
            add.output[0] = total
            mul.input[0], mul.output[0] = total, result
            return model, True
        return model, False


def _is_scale(model: ModelWrapper, node: NodeProto | None) -> bool:
    return node is not None and node.op_type == "Mul" and scalar_constant(model, node.input[1]) is not None
