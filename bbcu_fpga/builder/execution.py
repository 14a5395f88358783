# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Running QONNX and hardware graphs on pictures, of any size."""

from __future__ import annotations

from math import prod

import numpy as np
from finn.util.fpgadataflow import is_fpgadataflow_node
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.infer_shapes import InferShapes

from bbcu_fpga.builder.graph_runner import GraphRunner, Memory
from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.graph_edit import attribute

Frames = NDArray[np.uint8]

COLOURS = (1, 3)  # channels of a picture: Y, or RGB


def execute(model: ModelWrapper, frames: Frames, memory: Memory | None = None) -> Frames:
    """Execute a graph frame by frame: uint8 [N, H, W, C] -> uint8 [N, s*H, s*W, C].

    The graph may be channels first (QONNX) or channels last (streams). `memory` is for graphs that have most
    nodes in common with the one before, on the same frame.

    Raises:
        ModelError: the graph was built for another frame size, or its output is no 8-bit picture.
    """
    source, result = model.graph.input[0].name, model.graph.output[0].name
    shape = model.get_tensor_shape(source)
    channels_last = is_channels_last(model)
    runner, outputs = GraphRunner(model), []
    for frame in frames:
        tensor = frame[None].astype(np.float32)
        tensor = tensor if channels_last else tensor.transpose(0, 3, 1, 2)
        if list(tensor.shape) != shape:
            raise ModelError(f"the graph takes {shape}, the frame is {list(tensor.shape)}")
        output = runner.run({source: np.ascontiguousarray(tensor)}, memory)[result]
        output = output if channels_last else output.transpose(0, 2, 3, 1)
        restored = output[0].astype(np.uint8)
        if (restored != output[0]).any():
            raise ModelError(
                f"output {result} is not made of integers in 0..255: quantize it to unsigned 8 bits"
            )
        outputs.append(restored)
    return np.stack(outputs)


def check_reference(model: ModelWrapper, source: str) -> None:
    """Check that a graph is one this compiler can start from: one picture in, one out, finite numbers.

    Raises:
        ModelError: it is not; names the file, what is wrong and where.
    """
    if len(model.graph.input) != 1 or len(model.graph.output) != 1:
        raise ModelError(f"{source}: the graph must have one input and one output")
    shape = model.get_tensor_shape(model.graph.input[0].name)
    if shape is None or len(shape) != 4 or shape[0] != 1 or shape[1] not in COLOURS:
        raise ModelError(
            f"{source}: the input has shape {shape}; a picture (1, C, height, width) with 3 channels (RGB) or"
            " 1 (Y) is expected"
        )
    for tensor in model.graph.initializer:
        values = model.get_initializer(tensor.name)
        if not np.isfinite(values).all():
            raise ModelError(
                f"{source}: the constant {tensor.name} is not finite; the network's training went wrong"
            )


def is_channels_last(model: ModelWrapper) -> bool:
    """Tell whether the graph's input is NHWC: streaming operators read it, and nothing else does."""
    readers = model.find_consumers(model.graph.input[0].name)
    return bool(readers) and all(is_fpgadataflow_node(node) for node in readers)


def colours(model: ModelWrapper) -> int:
    """Return the channels of a graph's input."""
    shape = model.get_tensor_shape(model.graph.input[0].name)
    return int(shape[3] if is_channels_last(model) else shape[1])


def block_size(model: ModelWrapper) -> int:
    """Return the side of the blocks of pixels that a QONNX graph packs; a frame is made of them."""
    return prod(attribute(node, "blocksize") for node in model.get_nodes_by_op_type("SpaceToDepth"))


def with_frame_size(model: ModelWrapper, height: int, width: int) -> ModelWrapper:
    """Return a copy of a QONNX graph (NCHW, before any pass) for another frame size.

    Raises:
        ModelError: the network packs blocks of pixels, and the frame is not made of them.
    """
    block = block_size(model)
    if height % block or width % block:
        raise ModelError(
            f"a frame of {height}x{width} is not made of blocks of {block}x{block} pixels, which this network"
            f" packs; choose multiples of {block}"
        )
    resized = ModelWrapper(model.model, make_deepcopy=True)
    dimensions = resized.graph.input[0].type.tensor_type.shape.dim
    dimensions[2].dim_value, dimensions[3].dim_value = height, width
    # the shapes of all activations follow; datatypes are kept apart, in the quantization annotations
    constants = {tensor.name for tensor in resized.graph.initializer}
    kept = [info for info in resized.graph.value_info if info.name in constants]
    del resized.graph.value_info[:]
    resized.graph.value_info.extend(kept)
    for output in resized.graph.output:
        output.type.tensor_type.ClearField("shape")
    return resized.transform(InferShapes())


def set_hardware_frame(model: ModelWrapper, height: int, width: int) -> ModelWrapper:
    """Set the frame size of a graph of streaming operators, in place.

    Every operator's size follows from its input. Nothing that the passes compute (thresholds, epilogues,
    weights) depends on the frame size.
    """
    shape = model.get_tensor_shape(model.graph.input[0].name)
    model.set_tensor_shape(model.graph.input[0].name, [1, height, width, shape[3]])
    for node in model.graph.node:
        operator = getCustomOp(node)
        _, rows, columns, _ = model.get_tensor_shape(node.input[0])
        operator.set_nodeattr("height", rows)
        operator.set_nodeattr("width", columns)
        for index, name in enumerate(node.output):
            model.set_tensor_shape(name, operator.get_normal_output_shape(index))
    return model
