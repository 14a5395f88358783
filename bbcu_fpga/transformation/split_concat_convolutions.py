# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Split convolutions of concatenated tensors into one convolution per tensor."""

from __future__ import annotations

import numpy as np
from onnx import NodeProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.graph_edit import (
    QUANTIZERS,
    attribute,
    is_unread,
    new_constant,
    new_tensor,
)


class SplitConcatConvolutions(Transformation):
    """``conv(q(cat(a, b)), [u v]) = conv(q(a), u) + conv(q(b), v)``, exact: the same products, integer sums.

    q is a quantizer with scalar constants, or nothing. Dense connections become sums of accumulators, which
    need neither a concatenated stream nor more weights or line buffers than it would.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Split one convolution; a Concat that nobody reads any more goes."""
        for conv in model.get_nodes_by_op_type("Conv"):
            quantizer = _quantizer_before(model, conv)
            sources = _sources(model, (quantizer or conv).input[0])
            if len(sources) > 1 and attribute(conv, "group", 1) == 1 and len(conv.input) == 2:
                _split(model, conv, quantizer, sources)
                return model, True
        return model, False


def _quantizer_before(model: ModelWrapper, conv: NodeProto) -> NodeProto | None:
    """Return the quantizer between Concat and convolution, if each tensor can have its copy."""
    node = model.find_producer(conv.input[0])
    if node is None or node.op_type not in QUANTIZERS:
        return None
    constants = [model.get_initializer(name) for name in node.input[1:]]
    return node if all(value is not None and value.size == 1 for value in constants) else None


def _sources(model: ModelWrapper, tensor: str) -> list[str]:
    """Return the tensors that Concats over channels put together here, in order."""
    node = model.find_producer(tensor)
    if node is None or node.op_type != "Concat" or attribute(node, "axis") not in (1, -3):
        return [tensor]
    return [source for name in node.input for source in _sources(model, name)]


def _split(model: ModelWrapper, conv: NodeProto, quantizer: NodeProto | None, sources: list[str]) -> None:
    weights = model.get_initializer(conv.input[1])
    widths = [model.get_tensor_shape(source)[1] for source in sources]
    parts = np.split(weights, np.cumsum(widths)[:-1], axis=1)
    sums = [
        _part(model, conv, quantizer, source, part, index)
        for index, (source, part) in enumerate(zip(sources, parts, strict=True))
    ]
    total = sums[0]
    for index, term in enumerate(sums[1:], 1):
        is_last = index == len(sums) - 1
        result = conv.output[0] if is_last else new_tensor(model, model.get_tensor_shape(conv.output[0]))
        model.graph.node.append(
            helper.make_node("Add", [total, term], [result], name=f"{conv.name}_sum{index}")
        )
        total = result
    model.graph.node.remove(conv)
    _remove_unread(model, conv.input[0])


def _part(
    model: ModelWrapper,
    conv: NodeProto,
    quantizer: NodeProto | None,
    source: str,
    weights: np.ndarray,
    index: int,
) -> str:
    """Append the convolution of one source and return its result."""
    if quantizer is not None:
        copy = NodeProto()
        copy.CopyFrom(quantizer)
        copy.name = f"{quantizer.name}_part{index}"
        copy.input[0], copy.output[0] = source, new_tensor(model, model.get_tensor_shape(source))
        model.graph.node.append(copy)
        model.set_tensor_datatype(copy.output[0], model.get_tensor_datatype(quantizer.output[0]))
        source = copy.output[0]
    kind = model.get_tensor_datatype(conv.input[1]).name
    result = new_tensor(model, model.get_tensor_shape(conv.output[0]))
    copy = NodeProto()
    copy.CopyFrom(conv)
    copy.name = f"{conv.name}_part{index}"
    copy.input[0], copy.input[1], copy.output[0] = source, new_constant(model, weights, kind), result
    model.graph.node.append(copy)
    return result


def _remove_unread(model: ModelWrapper, tensor: str) -> None:
    """Remove the quantizers and Concats whose result nobody reads any more, upwards from here."""
    node = model.find_producer(tensor)
    if node is None or node.op_type not in (*QUANTIZERS, "Concat") or not is_unread(model, tensor):
        return
    model.graph.node.remove(node)
    for name in node.input if node.op_type == "Concat" else node.input[:1]:
        _remove_unread(model, name)
