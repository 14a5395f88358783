# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Give the graph channels-last inputs and outputs, as the streams are."""

from __future__ import annotations

from onnx import ValueInfoProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.graph_edit import CHANNELS_FIRST, CHANNELS_LAST, attribute, replace_input


class ChannelsLastBoundary(Transformation):
    """Drop the Transposes at the graph's input and output: the host delivers and takes NHWC frames."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rewrite input and output together, once.

        Raises:
            ModelError: the input or output is used in another layout too.
        """
        (source,), (result,) = model.graph.input, model.graph.output
        readers = model.find_consumers(source.name)
        if not any(node.op_type == "Transpose" for node in readers):
            return model, False
        last = model.find_producer(result.name)
        others = [node for node in readers if attribute(node, "perm") != CHANNELS_LAST]
        if others:
            names = [f"{node.op_type} {node.name or node.output[0]}" for node in others]
            raise ModelError(f"input {source.name} feeds {names} channels first; only streams may read it")
        if last.op_type != "Transpose" or attribute(last, "perm") != CHANNELS_FIRST:
            raise ModelError(f"output {result.name} is made by {last.op_type} {last.name}, not by a stream")
        for node in readers:
            for consumer in model.find_consumers(node.output[0]):
                replace_input(consumer, node.output[0], source.name)
            model.graph.node.remove(node)
        model.find_producer(last.input[0]).output[0] = result.name
        model.graph.node.remove(last)
        for tensor in (source, result):
            _reorder(tensor)
        return model, True


def _reorder(tensor: ValueInfoProto) -> None:
    dimensions = tensor.type.tensor_type.shape.dim
    sizes = [dimensions[axis].dim_value for axis in CHANNELS_LAST]
    for dimension, size in zip(dimensions, sizes, strict=True):
        dimension.dim_value = size
