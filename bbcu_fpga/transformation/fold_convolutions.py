# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold convolutions with integer weights into a window generator and a matrix-vector unit."""

from __future__ import annotations

import numpy as np
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
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
from bbcu_fpga.transformation.value_range import accumulator_range, accumulator_type, value_range


class FoldConvolutions(Transformation):
    """``conv(x, w) = unit(windows(x), w)``, exact: integer sums of the taps inside the image.

    Binary input and weights become an XNOR-popcount MVU, integer ones a multiply-accumulate MVU, and a
    depthwise convolution of either kind a depthwise unit. The zero
    padding of a binary layer is exact: a tap outside contributes nothing (FINN's bipolar padding would turn
    it into -1).
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold one convolution.

        Raises:
            UnsupportedOperatorError: a geometry or datatype without hardware form; names node and reason.
        """
        convolutions = model.get_nodes_by_op_type("Conv")
        if not convolutions:
            return model, False
        node = convolutions[0]
        reason = _refusal(model, node)
        if reason:
            raise UnsupportedOperatorError(f"node {node.name} (Conv): {reason}")
        _rewrite(model, node)
        return model, True


def _refusal(model: ModelWrapper, node: NodeProto) -> str | None:
    """Return why a convolution cannot be folded, or None."""
    weights = model.get_initializer(node.input[1])
    if weights is None or len(node.input) > 2:
        return "its weights must be constant and its bias a separate addition"
    kernel = weights.shape[2:]
    pads = attribute(node, "pads", [0, 0, 0, 0])
    if len(kernel) != 2 or kernel[0] != kernel[1] or kernel[0] % 2 == 0:
        return f"kernel {kernel} is not odd and square"
    if pads != [kernel[0] // 2] * 4:
        return f"pads {pads}; supported is {kernel[0] // 2} on all sides (output as large as the input)"
    for name, expected in (("strides", [1, 1]), ("dilations", [1, 1])):
        if attribute(node, name, expected) != expected:
            return f"{name} {attribute(node, name)}; supported is {expected}"
    group, (_, channels, _, _) = attribute(node, "group", 1), model.get_tensor_shape(node.input[0])
    if group != 1 and not channels == group == weights.shape[0]:
        return f"group {group} of {channels} channels; supported are 1, and one per channel (depthwise)"
    source, kind = (model.get_tensor_datatype(name) for name in node.input)
    if not (source.is_integer() and kind.is_integer()):
        return f"input is {source.name} and weights are {kind.name}; both must be quantized to integers"
    if source.name == "BIPOLAR" != kind.name:
        return f"binary input with {kind.name} weights; binarize the weights too"
    return None


def _rewrite(model: ModelWrapper, node: NodeProto) -> None:
    source, result = node.input[0], node.output[0]
    weights = np.rint(model.get_initializer(node.input[1])).astype(np.int64)
    rows, kernel = weights.shape[0], weights.shape[2]
    channels, kind = model.get_tensor_shape(source)[1], model.get_tensor_datatype(source).name
    binary, depthwise = kind == "BIPOLAR", attribute(node, "group", 1) != 1
    frame = frame_attributes(model, source)
    matrix = weights.transpose(0, 2, 3, 1).reshape(rows, -1)  # columns (tap row, tap column, channel)
    low, high = accumulator_range(matrix, *value_range(model, source))
    weight_kind = "BIPOLAR" if binary else integer_type(min(int(matrix.min()), -1), int(matrix.max())).name

    pixels = transposed(model, source, CHANNELS_LAST)
    windows = new_tensor(model, [1, frame["height"], frame["width"], kernel**2 * channels])
    window = hardware_node(
        "WindowGenerator",
        [pixels],
        windows,
        f"{node.name}_window",
        **frame,
        channels=channels,
        kernel=kernel,
        flag=int(binary),
        datatype=kind,
    )
    sums = new_tensor(model, [1, frame["height"], frame["width"], rows])
    inputs = [windows, new_constant(model, matrix.astype(np.float32), weight_kind)]
    sizes = {"taps": kernel**2} if depthwise else {"MW": matrix.shape[1], "MH": rows}
    unit = hardware_node(
        _unit(binary, depthwise),
        inputs,
        sums,
        f"{node.name}_{'unit' if depthwise else 'mvu'}",
        **frame,
        **sizes,
        channels=channels,
        input_datatype=kind,
        weight_datatype=weight_kind,
        accumulator_datatype=accumulator_type(low, high).name,
    )
    for hardware in (window, unit):
        model.graph.node.append(hardware)
        getCustomOp(hardware).infer_node_datatype(model)
    transposed(model, sums, CHANNELS_FIRST, result)
    model.set_tensor_datatype(result, model.get_tensor_datatype(sums))
    model.graph.node.remove(node)


def _unit(binary: bool, depthwise: bool) -> str:
    if depthwise:
        return "DepthwiseUnit"
    return "XnorPopcountMVU" if binary else "IntegerMVU"
