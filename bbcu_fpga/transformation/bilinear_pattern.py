# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Recognize bilinear up-sampling: a linear Resize, or the mean of repeated pixels."""

from __future__ import annotations

from dataclasses import dataclass

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.transformation.elementwise_chain import only_consumer
from bbcu_fpga.transformation.graph_edit import attribute

_HALF_PIXEL = ("half_pixel", "pytorch_half_pixel")


@dataclass(frozen=True)
class BilinearUpsampling:
    """The nodes of an up-sampling by `factor`, in order; the first reads, the last gives the result."""

    nodes: tuple[NodeProto, ...]
    factor: int


def integer_factor(model: ModelWrapper, resize: NodeProto) -> int | None:
    """Return the factor of a Resize if it is one integer above 1 for both axes."""
    shape, large = (model.get_tensor_shape(name) for name in (resize.input[0], resize.output[0]))
    factor = large[2] // shape[2]
    return factor if factor > 1 and [shape[2] * factor, shape[3] * factor] == large[2:] else None


def mean_of_repeated(model: ModelWrapper, resize: NodeProto) -> BilinearUpsampling | None:
    """Return what begins with a nearest Resize if it is bilinear, else None.

    For an odd r, bilinear up-sampling is the mean of r x r pixels of the image with every pixel repeated r*r
    times, the last row and column going on at the border: Resize, Pad (edge), AveragePool.
    """
    factor = integer_factor(model, resize)
    if attribute(resize, "mode", "nearest") != "nearest" or factor is None or factor % 2 == 0:
        return None
    pad = only_consumer(model, resize.output[0])
    if pad is None or pad.op_type != "Pad" or attribute(pad, "mode", "constant") != "edge":
        return None
    margins = model.get_initializer(pad.input[1]) if len(pad.input) in (2, 3) else None
    if margins is None or margins.tolist() != [0, 0, factor // 2, factor // 2] * 2:
        return None
    mean = only_consumer(model, pad.output[0])
    if mean is None or mean.op_type != "AveragePool" or not _is_dense(mean, factor):
        return None
    return BilinearUpsampling((resize, pad, mean), factor)


def linear_resize(model: ModelWrapper, resize: NodeProto) -> BilinearUpsampling | str:
    """Return the up-sampling that a Resize of mode linear is, or why it has no exact form."""
    mode, factor = attribute(resize, "mode", "nearest"), integer_factor(model, resize)
    if mode != "linear" or attribute(resize, "antialias", 0):
        return f"mode {mode}; supported are nearest, and linear without antialiasing"
    if factor is None:
        shape, large = (model.get_tensor_shape(name)[2:] for name in (resize.input[0], resize.output[0]))
        return f"from {shape} to {large}; supported is one integer factor"
    if attribute(resize, "coordinate_transformation_mode", "half_pixel") not in _HALF_PIXEL:
        return "corners are aligned; use align_corners=False"
    if factor & (factor - 1):
        return (
            f"linear by {factor}, no power of two: its positions are rounded, so that samples far from the"
            " border differ from their fractions; use brevitas_models.units.bilinear"
        )
    return BilinearUpsampling((resize,), factor)


def _is_dense(pool: NodeProto, size: int) -> bool:
    """Tell whether a pooling takes every size x size square inside its input."""
    expected = {"kernel_shape": [size] * 2, "strides": [1, 1], "pads": [0] * 4, "dilations": [1, 1]}
    defaults = {"kernel_shape": None, "strides": [1, 1], "pads": [0] * 4, "dilations": [1, 1]}
    plain = attribute(pool, "auto_pad", "NOTSET") == "NOTSET" and not attribute(pool, "ceil_mode", 0)
    return plain and all(attribute(pool, name, defaults[name]) == value for name, value in expected.items())
