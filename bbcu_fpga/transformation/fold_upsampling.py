# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold up-sampling operators: bilinear Resize and DepthToSpace."""

from __future__ import annotations

import numpy as np
from onnx import NodeProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.graph_edit import (
    CHANNELS_FIRST,
    CHANNELS_LAST,
    attribute,
    frame_attributes,
    hardware_node,
    new_constant,
    new_tensor,
    transposed,
)

_HALF_PIXEL = ("half_pixel", "pytorch_half_pixel")


class FoldBilinearResize(Transformation):
    """``Resize_x2(p) = shuffle(kernel(windows(p))) / 16``, exact: weights are 9, 3, 3, 1 sixteenths."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold one bilinear Resize.

        Raises:
            UnsupportedOperatorError: another mode, factor, alignment or a signed input.
        """
        for node in model.get_nodes_by_op_type("Resize"):
            reason = _refusal(model, node)
            if reason:
                raise UnsupportedOperatorError(f"node {node.name} (Resize): {reason}")
            _rewrite_resize(model, node)
            return model, True
        return model, False


def _refusal(model: ModelWrapper, node: NodeProto) -> str | None:
    shape, large = (model.get_tensor_shape(name) for name in (node.input[0], node.output[0]))
    if attribute(node, "mode", "nearest") != "linear" or attribute(node, "antialias", 0):
        mode = attribute(node, "mode", "nearest")
        return f"mode {mode}; supported are nearest, and linear without antialiasing"
    if [2 * shape[2], 2 * shape[3]] != large[2:]:
        return f"from {shape[2:]} to {large[2:]}; linear supports x2"
    if attribute(node, "coordinate_transformation_mode", "half_pixel") not in _HALF_PIXEL:
        return "corners are aligned; use align_corners=False"
    kind = model.get_tensor_datatype(node.input[0])
    if not kind.is_integer() or kind.signed():
        return f"input is {kind.name}; supported are unsigned integers"
    return None


def _rewrite_resize(model: ModelWrapper, node: NodeProto) -> None:
    source, result = node.input[0], node.output[0]
    _, channels, height, width = model.get_tensor_shape(source)
    frame, kind = frame_attributes(model, source), model.get_tensor_datatype(source).name
    sixteenths = integer_type(0, 16 * int(model.get_tensor_datatype(source).max()))
    windows = new_tensor(model, [1, height, width, 9 * channels])
    parts = new_tensor(model, [1, height, width, 4 * channels])
    large = new_tensor(model, [1, 2 * height, 2 * width, channels])
    pixels = transposed(model, source, CHANNELS_LAST)
    common = {**frame, "channels": channels, "datatype": kind}
    name = "skip"
    model.graph.node.extend(
        [
            hardware_node("WindowGenerator", [pixels], windows, f"{name}_window", kernel=3, flag=1, **common),
            hardware_node("BilinearKernel", [windows], parts, f"{name}_bilinear", **common),
            _shuffle_node(parts, large, name, frame, channels, 2, sixteenths.name),
        ]
    )
    for tensor in (parts, large):
        model.set_tensor_datatype(tensor, sixteenths)
    integers = new_tensor(model, [1, channels, 2 * height, 2 * width])
    transposed(model, large, CHANNELS_FIRST, integers)
    model.set_tensor_datatype(integers, sixteenths)
    scale = new_constant(model, np.array(1 / 16, dtype=np.float32))
    model.graph.node.append(helper.make_node("Mul", [integers, scale], [result]))
    model.graph.node.remove(node)


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
