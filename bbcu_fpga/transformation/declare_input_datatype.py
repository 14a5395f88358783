# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Take the quantizer at the input as a promise of the host."""

from __future__ import annotations

from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.elementwise_chain import only_consumer
from bbcu_fpga.transformation.graph_edit import scalar_constant


class DeclareInputDatatype(Transformation):
    """Annotate the graph input with the type of the quantizer behind it: the host delivers such integers.

    The quantizer changes nothing on them, and `RemoveIdentityChains` takes it away.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Annotate the input.

        Raises:
            ModelError: the graph has several inputs or outputs, or no integer quantizer at its input.
        """
        if len(model.graph.input) != 1 or len(model.graph.output) != 1:
            raise ModelError("the graph must have one input and one output")
        name = model.graph.input[0].name
        node = only_consumer(model, name)
        if node is None or node.op_type != "Quant" or scalar_constant(model, node.input[1]) != 1:
            raise ModelError(f"input {name} must go through one Quant of scale 1 (unsigned 8 bit for pixels)")
        model.set_tensor_datatype(name, getCustomOp(node).get_integer_datatype(model))
        return model, False
