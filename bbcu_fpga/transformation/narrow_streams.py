# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Give windows of integers and residuals the type that really arrives."""

from __future__ import annotations

from onnx import NodeProto
from qonnx.core.datatype import BaseDataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.transformation.elementwise_chain import only_consumer
from bbcu_fpga.transformation.graph_edit import ACCUMULATING
from bbcu_fpga.transformation.value_range import value_range


class NarrowStreams(Transformation):
    """``windows(x)`` and the residual x carry the integers that x reaches; exact, only types change.

    A convolution is folded before the epilogue in front of it, and an addition perhaps before the epilogue of
    its other side, both from the quantizer's type. An epilogue knows which integers it reaches, and these may
    need fewer bits or no sign.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Retype every window generator in front of an integer unit, and every residual."""
        for window in model.get_nodes_by_op_type("WindowGenerator"):
            unit = only_consumer(model, window.output[0])
            if unit is not None and unit.op_type in ACCUMULATING and not _is_binary(unit):
                _retype_window(model, window, unit)
        for node in model.get_nodes_by_op_type("Epilogue"):
            operator = getCustomOp(node)
            if operator.get_nodeattr("residual"):
                operator.set_nodeattr("residual_datatype", _narrowed(model, node.input[1]).name)
        return model, False


def _retype_window(model: ModelWrapper, window: NodeProto, unit: NodeProto) -> None:
    kind = _narrowed(model, window.input[0])
    getCustomOp(window).set_nodeattr("datatype", kind.name)
    getCustomOp(unit).set_nodeattr("input_datatype", kind.name)
    model.set_tensor_datatype(window.output[0], kind)


def _is_binary(unit: NodeProto) -> bool:
    return bool(getCustomOp(unit).get_nodeattr("input_datatype") == "BIPOLAR")


def _narrowed(model: ModelWrapper, tensor: str) -> BaseDataType:
    kind = integer_type(*value_range(model, tensor))
    model.set_tensor_datatype(tensor, kind)
    return kind
