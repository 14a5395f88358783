# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Give every use of shared weights its own copy."""

from __future__ import annotations

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.graph_edit import QUANTIZERS, new_constant, new_tensor


class UnshareWeights(Transformation):
    """``f(q(w)), g(q(w)) = f(q(w)), g(q(w'))`` with a copy w' of the constant w, exact.

    A recurrent network unrolled in the graph quantizes its weights once and reads them in every pass. In
    hardware each pass is a layer with a memory of its own, whose integers and scales move on their own.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Copy every quantizer of a constant for each of its readers but the first, in one sweep."""
        for quantizer in [node for node in model.graph.node if node.op_type in QUANTIZERS]:
            if model.get_initializer(quantizer.input[0]) is None:
                continue
            readers = [(node, index) for node in model.graph.node for index in _uses(node, quantizer)]
            for reader, index in readers[1:]:
                reader.input[index] = _copy(model, quantizer)
        return model, False


def _uses(node: NodeProto, quantizer: NodeProto) -> list[int]:
    return [index for index, name in enumerate(node.input) if name == quantizer.output[0]]


def _copy(model: ModelWrapper, quantizer: NodeProto) -> str:
    """Append a copy of a quantizer and of its constants, and return its output."""
    inputs = [
        new_constant(model, model.get_initializer(name), model.get_tensor_datatype(name).name)
        for name in quantizer.input
    ]
    shape = model.get_tensor_shape(quantizer.output[0])
    copy = NodeProto()
    copy.CopyFrom(quantizer)
    del copy.input[:]
    copy.input.extend(inputs)
    copy.output[0] = new_tensor(model, shape, like=quantizer.output[0])
    copy.name = f"{quantizer.name}_{copy.output[0]}"
    model.graph.node.append(copy)
    return str(copy.output[0])
