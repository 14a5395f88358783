# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The least latency that a folded data-flow graph can have, whatever its FIFOs and pipelines.

Per output pixel k of a node: ``done(k) = max(done(k - 1) + period, done_before(needed(k)) + rest)``. A node
takes `period` cycles per pixel, cannot complete a pixel before the last input pixel that it depends on, and a
matrix-vector unit, which computes its row groups one after the other, has all but the first before it then.
Memories are without limit and registers cost nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.base import StreamOperator
from bbcu_fpga.transformation.graph_edit import ACCUMULATING
from bbcu_fpga.transformation.size_fifos import needed_index

Cycles = NDArray[np.float64]


def latency_bound(model: ModelWrapper) -> int:
    """Return the least cycles from the first input word of a frame to the last word of its result.

    `model` holds folded operators in stream order, as the build step `fold` leaves them; the input delivers
    a word per cycle.
    """
    done = {model.graph.input[0].name: _source(getCustomOp(model.graph.node[0]))}
    for node in model.graph.node:
        operator = getCustomOp(node)
        inputs = [done[name] for name in node.input[: len(operator.input_streams())]]
        cycles = _completed(node, operator, inputs)
        done |= dict.fromkeys(node.output, cycles)
    return int(np.ceil(done[model.graph.output[0].name][-1]))


def _source(first: StreamOperator) -> Cycles:
    """Return when each input pixel is complete; the first word arrives in cycle 0."""
    (stream,) = first.input_streams()
    pixels = stream.shape[1] * stream.shape[2]
    return np.arange(1, pixels + 1, dtype=np.float64) * (stream.words / pixels) - 1


def _completed(node: NodeProto, operator: StreamOperator, inputs: list[Cycles]) -> Cycles:
    """Return when each output pixel of a node is complete."""
    _, height, width, _ = operator.output_streams()[0].shape
    pixels = height * width
    needed = [_needed(node, operator, index) for index in range(pixels)]
    period = operator.get_exp_cycles() / pixels
    ready = np.max([cycles[needed] for cycles in inputs], axis=0) + _rest(node, operator)
    # the recurrence of the module's docstring, solved: the latest ready pixel delays all behind it
    steps = period * np.arange(pixels)
    return np.asarray(np.maximum.accumulate(np.maximum(ready - steps, period - 1)) + steps)


def _needed(node: NodeProto, operator: StreamOperator, index: int) -> int:
    """Return the index of the last input pixel that output pixel `index` depends on, exact at the borders."""
    if node.op_type != "WindowGenerator":
        return needed_index(node, operator, index)
    height, width, reach = (operator.attribute(name) for name in ("height", "width", "kernel"))
    row, column = divmod(index, width)
    return int(min(row + reach // 2, height - 1) * width + min(column + reach // 2, width - 1))


def _rest(node: NodeProto, operator: StreamOperator) -> int:
    """Return the cycles that a node works on a pixel at least after all its inputs are there."""
    if node.op_type not in ACCUMULATING:
        return 0
    stream = operator.input_streams()[0]
    words_per_pixel = stream.words // (stream.shape[1] * stream.shape[2])
    return max(0, operator.get_exp_cycles() // (stream.shape[1] * stream.shape[2]) - words_per_pixel)
