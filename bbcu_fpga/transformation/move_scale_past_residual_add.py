# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Move the trunk's step behind the residual addition, which then adds integers."""

from __future__ import annotations

from onnx import NodeProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.graph_edit import is_unread, new_tensor, scalar_constant


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
            scales = [model.find_producer(name) for name in add.input]
            constant = any(model.get_initializer(name) is not None for name in add.input)
            if constant or not any(_is_scale(model, node) for node in scales):
                continue
            steps = [_step(model, node) for node in scales]
            if steps[0] != steps[1]:
                raise ModelError(
                    f"node {add.name or add.output[0]}: one side of the addition has step {steps[0]}, the"
                    f" other {steps[1]}; quantize both with one shared trunk quantizer"
                )
            if all(_is_scale(model, node) for node in scales):
                _move(model, add, scales)
                return model, True
        return model, False


def _move(model: ModelWrapper, add: NodeProto, scales: list[NodeProto]) -> None:
    result, factor = add.output[0], scales[0].input[1]
    total = new_tensor(model, model.get_tensor_shape(result))
    for index, scale in enumerate(scales):
        add.input[index] = scale.input[0]
    add.output[0] = total
    model.graph.node.append(helper.make_node("Mul", [total, factor], [result]))
    for scale in {node.output[0]: node for node in scales}.values():
        if is_unread(model, scale.output[0]):
            model.graph.node.remove(scale)


def _is_scale(model: ModelWrapper, node: NodeProto | None) -> bool:
    return node is not None and node.op_type == "Mul" and scalar_constant(model, node.input[1]) is not None


def _step(model: ModelWrapper, node: NodeProto | None) -> float | None:
    return scalar_constant(model, node.input[1]) if node is not None and _is_scale(model, node) else 1.0
