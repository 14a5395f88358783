# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold up-sampling operators: bilinear up-sampling and DepthToSpace."""

from __future__ import annotations

import numpy as np
from onnx import NodeProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.numerics import bilinear_unit
from bbcu_fpga.transformation.bilinear_pattern import (
    BilinearUpsampling,
    linear_resize,
    mean_of_repeated,
)
from bbcu_fpga.transformation.graph_edit import (
    CHANNELS_FIRST,
    CHANNELS_LAST,
    attribute,
    frame_attributes,
    hardware_node,
    new_constant,
    new_tensor,
    remove_nodes,
    transposed,
)


class FoldBilinearResize(Transformation):
    """``bilinear_r(p) = shuffle(kernel(windows(p))) / D**2``, exact: D is `bilinear_unit`."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold one bilinear up-sampling.

        Raises:
            UnsupportedOperatorError: another mode, factor, alignment or a signed input.
        """
        for node in model.get_nodes_by_op_type("Resize"):
            found = mean_of_repeated(model, node) or linear_resize(model, node)
            reason = found if isinstance(found, str) else _refusal(model, node)
            if isinstance(found, str) or reason:
                raise UnsupportedOperatorError(f"node {node.name} (Resize): {reason}")
            _rewrite_bilinear(model, found)
            return model, True
        return model, False


def _refusal(model: ModelWrapper, node: NodeProto) -> str | None:
    kind = model.get_tensor_datatype(node.input[0])
    if not kind.is_integer() or kind.signed():
        return f"input is {kind.name}; supported are unsigned integers"
    return None


def _rewrite_bilinear(model: ModelWrapper, found: BilinearUpsampling) -> None:
    source, result, factor = found.nodes[0].input[0], found.nodes[-1].output[0], found.factor
    _, channels, height, width = model.get_tensor_shape(source)
    frame, kind = frame_attributes(model, source), model.get_tensor_datatype(source).name
    unit = bilinear_unit(factor) ** 2
    parts_kind = integer_type(0, unit * int(model.get_tensor_datatype(source).max()))
    windows = new_tensor(model, [1, height, width, 9 * channels])
    parts = new_tensor(model, [1, height, width, factor**2 * channels])
    large = new_tensor(model, [1, factor * height, factor * width, channels])
    pixels = transposed(model, source, CHANNELS_LAST)
    common = {**frame, "channels": channels, "datatype": kind}
    name = "skip"
    kernel = hardware_node("BilinearKernel", [windows], parts, f"{name}_bilinear", **common, factor=factor)
    model.graph.node.extend(
        [
            hardware_node("WindowGenerator", [pixels], windows, f"{name}_window", kernel=3, flag=1, **common),
            kernel,
            _shuffle_node(parts, large, name, frame, channels, factor, parts_kind.name),
        ]
    )
    for tensor in (parts, large):
        model.set_tensor_datatype(tensor, parts_kind)
    integers = new_tensor(model, [1, channels, factor * height, factor * width])
    transposed(model, large, CHANNELS_FIRST, integers)
    model.set_tensor_datatype(integers, parts_kind)
    scale = new_constant(model, np.array(1 / unit, dtype=np.float32))
    model.graph.node.append(helper.make_node("Mul", [integers, scale], [result]))
    remove_nodes(model, found.nodes)


class FoldDepthToSpace(Transformation):
    """DepthToSpace with sub-pixel-major channels becomes a pixel shuffle; exact, values only move."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold one DepthToSpace of mode DCR."""
        for node in model.get_nodes_by_op_type("DepthToSpace"):
            source, result, factor = node.input[0], node.output[0], attribute(node, "blocksize")
            kind = model.get_tensor_datatype(source)
            shape = model.get_tensor_shape(result)
            large = new_tensor(model, [shape[axis] for axis in CHANNELS_LAST], like=source)
            pixels = transposed(model, source, CHANNELS_LAST)
            frame = frame_attributes(model, source)
            model.graph.node.append(
                _shuffle_node(
                    pixels, large, _producer_layer(model, source), frame, shape[1], factor, kind.name
                )
            )
            transposed(model, large, CHANNELS_FIRST, result)
            model.set_tensor_datatype(result, kind)
            model.graph.node.remove(node)
            return model, True
        return model, False


def _shuffle_node(
    source: str, result: str, layer: str, frame: dict[str, int], channels: int, factor: int, datatype: str
) -> NodeProto:
    name = f"{layer}_shuffle"
    sizes = {**frame, "channels": channels, "factor": factor, "datatype": datatype}
    return hardware_node("PixelShuffle", [source], result, name, **sizes)


def _producer_layer(model: ModelWrapper, tensor: str) -> str:
    """Return the layer in front of the shuffle."""
    node = model.find_producer(tensor)
    while node is not None and node.op_type == "Transpose":
        node = model.find_producer(node.input[0])
    return node.name.removesuffix("_epilogue") if node is not None and node.name else "pixel"
