# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Move a concatenation behind operators that treat every channel on its own."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.elementwise_chain import ELEMENTWISE, only_consumer
from bbcu_fpga.transformation.graph_edit import QUANTIZERS, attribute, new_constant, new_tensor


class MoveConcatPastChannelwise(Transformation):
    """``f(cat(a, b)) = cat(f_a(a), f_b(b))``, exact: f_a and f_b are f on the channels of a and of b.

    f is an elementwise operator with constants, a quantizer, or a depthwise convolution. A concatenation
    that so arrives at a convolution is split there (`SplitConcatConvolutions`).
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Move one Concat past the operator that alone reads it."""
        for concat in model.get_nodes_by_op_type("Concat"):
            reader = only_consumer(model, concat.output[0])
            if reader is not None and attribute(concat, "axis") in (1, -3) and _is_channelwise(model, reader):
                _swap(model, concat, reader)
                return model, True
        return model, False


def _is_channelwise(model: ModelWrapper, node: NodeProto) -> bool:
    constants = [model.get_initializer(name) for name in node.input[1:]]
    if any(constant is None for constant in constants):
        return False
    channels = model.get_tensor_shape(node.input[0])[1]
    if node.op_type == "Conv":
        return bool(len(constants) == 1 and attribute(node, "group", 1) == channels == len(constants[0]))
    if node.op_type not in (*ELEMENTWISE, *QUANTIZERS):
        return False
    return all(constant.size == 1 or _is_per_channel(constant, channels) for constant in constants)


def _is_per_channel(constant: np.ndarray, channels: int) -> bool:
    return constant.ndim >= 3 and constant.shape[-3] == channels == constant.size


def _swap(model: ModelWrapper, concat: NodeProto, node: NodeProto) -> None:
    widths = [model.get_tensor_shape(name)[1] for name in concat.input]
    results = [
        _part(model, node, name, index, end - width, end)
        for index, (name, width, end) in enumerate(zip(concat.input, widths, accumulate(widths), strict=True))
    ]
    del concat.input[:]
    concat.input.extend(results)
    concat.output[0] = node.output[0]
    model.graph.node.remove(node)


def _part(model: ModelWrapper, node: NodeProto, source: str, index: int, begin: int, end: int) -> str:
    """Append the operator for channels ``begin..end`` and return its result."""
    part = NodeProto()
    part.CopyFrom(node)
    part.name = f"{node.name}_part{index}" if node.name else ""
    part.input[0] = source
    for position, name in enumerate(node.input[1:], 1):
        constant = model.get_initializer(name)
        if constant.size > 1:
            axis = 0 if node.op_type == "Conv" else -3
            piece = np.take(constant, range(begin, end), axis=axis)
            part.input[position] = new_constant(model, piece, model.get_tensor_datatype(name).name)
    if node.op_type == "Conv":
        for entry in part.attribute:
            if entry.name == "group":
                entry.i = end - begin
    _, _, *size = model.get_tensor_shape(node.output[0])
    part.output[0] = new_tensor(model, [1, end - begin, *size], like=node.output[0])
    model.graph.node.append(part)
    return str(part.output[0])
