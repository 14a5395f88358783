# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Ranges of integer tensors, as far as the graph tells."""

from __future__ import annotations

import numpy as np
from qonnx.core.datatype import BaseDataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.numerics import IntArray

_VALUE_PRESERVING = (
    "Transpose",
    "WindowGenerator",
    "StreamFork",
    "PixelShuffle",
    "PixelUnshuffle",
    "DepthToSpace",
    "Gather",
)


def value_range(model: ModelWrapper, tensor: str) -> tuple[int, int]:
    """Return the lowest and highest integer a tensor can hold.

    Follows value-preserving nodes back to an epilogue, whose reachable range is known; otherwise the datatype
    decides.
    """
    node = model.find_producer(tensor)
    while node is not None and node.op_type in _VALUE_PRESERVING:
        tensor = node.input[0]
        node = model.find_producer(tensor)
    if node is not None and node.op_type == "Epilogue":
        operator = getCustomOp(node)
        return operator.get_nodeattr("out_low"), operator.get_nodeattr("out_high")
    kind = model.get_tensor_datatype(tensor)
    return int(kind.min()), int(kind.max())


def accumulator_range(weights: IntArray, low: int, high: int) -> tuple[IntArray, IntArray]:
    """Return per row the extremes of ``weights @ x`` over inputs in ``[low, high]``, or 0 outside the image.

    `weights` is int64 [M, K]; the results are int64 [M].
    """
    low, high = min(low, 0), max(high, 0)
    positive, negative = np.maximum(weights, 0).sum(axis=1), np.minimum(weights, 0).sum(axis=1)
    return positive * low + negative * high, positive * high + negative * low


def accumulator_type(low: IntArray, high: IntArray) -> BaseDataType:
    """Return the type of accumulators in ``[low[m], high[m]]``: signed, even if no sum is negative."""
    return integer_type(min(int(low.min()), -1), int(high.max()))
