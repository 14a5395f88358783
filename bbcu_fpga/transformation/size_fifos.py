# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FIFO depths from a constant-rate schedule of the dataflow graph.

In steady state pixel k of a tensor passes at ``offset + k * period``, with one period per tensor such that a
frame takes as long everywhere as in the slowest layer. A node starts when the latest of its inputs allows it;
where a fork's branches meet again, the faster one waits, and its FIFO holds what arrives meanwhile. A
schedule that respects these capacities exists by construction, and a self-timed dataflow graph with the same
capacities is never slower than it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil, lcm

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.base import StreamOperator
from bbcu_fpga.custom_op.stream import Stream
from bbcu_fpga.transformation.graph_edit import ACCUMULATING
from bbcu_fpga.transformation.name_nodes import fifo_name

# Clock cycles from taking a word to giving one, pipeline registers included; generous, a cycle is cheap.
_PIPELINE_CYCLES = {
    "WindowGenerator": 8,
    "XnorPopcountMVU": 12,
    "IntegerMVU": 12,
    "DepthwiseUnit": 12,
    "Epilogue": 20,
    "LightCurve": 12,
    "BilinearKernel": 16,
}
_JOINS = ("Epilogue", "LightCurve")
_OTHER_PIPELINE_CYCLES = 4
_CUT_DEPTH = 4  # behind an epilogue: registers cut the combinational path of ready
_FINN_NO_FIFO = 0
MINIMUM_KEY = "bbcu_fpga.fifo_minimum"  # model metadata: FIFO name -> least depth, as JSON


@dataclass(frozen=True)
class FifoSize:
    """Depth of the FIFO on one stream, in words; below `minimum` the graph is sure to deadlock.

    `cut` marks one that holds no waiting pixels: it only cuts a combinational path.
    """

    depth: int
    minimum: int
    cut: bool = False


def frame_cycles(model: ModelWrapper) -> int:
    """Return the cycles per frame of the slowest node: the bound on the frame rate."""
    return max(int(getCustomOp(node).get_exp_cycles()) for node in model.graph.node)


def _pixels(stream: Stream) -> int:
    return stream.shape[1] * stream.shape[2]


def needed_index(node: NodeProto, operator: StreamOperator, index: int) -> int:
    """Return the index of the last input pixel that a node needs for its output pixel `index`."""
    if node.op_type == "WindowGenerator":
        reach, width = operator.attribute("kernel") // 2, operator.attribute("width")
        return int(min(index + reach * (width + 1), _pixels(operator.input_streams()[0]) - 1))
    if node.op_type == "PixelShuffle":
        factor, width = operator.attribute("factor"), operator.attribute("width")
        row, column = divmod(index, factor * width)
        return int((row // factor) * width + (column // factor if row % factor == 0 else width - 1))
    if node.op_type == "PixelUnshuffle":
        factor, width = operator.attribute("factor"), operator.attribute("width")
        row, column = divmod(index, width // factor)
        return int((row * factor + factor - 1) * width + (column + 1) * factor - 1)
    return index


class SizeFifos(Transformation):
    """Write the computed depths into FINN's `outFIFODepths`, where FINN's InsertFIFO reads them.

    The least depths go into the model's metadata. To be applied before width converters are inserted: the
    nodes must be ours, in stream order.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Annotate every node."""
        sizes = fifo_sizes(model)
        minimums = {}
        for node in model.graph.node:
            for name in sizes.keys() & set(node.output):
                consumer = model.find_consumers(name)[0]
                minimums[fifo_name(consumer, name)] = sizes[name].minimum
            depths = [sizes[name].depth if name in sizes else _FINN_NO_FIFO for name in node.output]
            operator = getCustomOp(node)
            operator.set_nodeattr("outFIFODepths", depths)
            operator.set_nodeattr("inFIFODepths", [_FINN_NO_FIFO] * len(operator.input_streams()))
        model.set_metadata_prop(MINIMUM_KEY, json.dumps(minimums))
        return model, False


def fifo_sizes(model: ModelWrapper) -> dict[str, FifoSize]:
    """Return the FIFOs by the name of the tensor they carry."""
    schedule = _Schedule(model)
    sizes = {}
    for node in model.graph.node:
        operator = getCustomOp(node)
        for name, stream in zip(node.output, operator.output_streams(), strict=True):
            wait = schedule.wait(name)
            words_per_pixel = stream.words // _pixels(stream)
            if wait > 0:
                # two pixels more: the one being written and the one being read are in the FIFO, too
                depth = (ceil(wait / schedule.period(stream)) + 2) * words_per_pixel
                sizes[name] = FifoSize(depth, schedule.least_depth(name, stream))
            elif node.op_type == "Epilogue" and model.find_consumers(name):
                sizes[name] = FifoSize(_CUT_DEPTH, 1, cut=True)
    return sizes


class _Schedule:
    """Start (`take`) and output (`give`) offsets of every node, in cycles."""

    def __init__(self, model: ModelWrapper) -> None:
        self.model = model
        self.cycles = frame_cycles(model)
        self.take: dict[str, float] = {}
        self.give: dict[str, float] = {}
        self.operators: dict[str, StreamOperator] = {
            node.name: getCustomOp(node) for node in model.graph.node
        }
        for node in model.graph.node:
            self.take[node.name] = max((self._available(name) for name in node.input), default=0.0)
            self.give[node.name] = self.take[node.name] + self._delay(node)
        self._delay_cheap_branches()

    def period(self, stream: Stream) -> float:
        """Return the cycles per pixel of a stream."""
        return self.cycles / _pixels(stream)

    def wait(self, tensor: str) -> float:
        """Return how many cycles a pixel of `tensor` waits for its consumer."""
        consumers = self.model.find_consumers(tensor)
        return self.take[consumers[0].name] - self._available(tensor) if consumers else 0.0

    def least_depth(self, tensor: str, stream: Stream) -> int:
        """Return the words this branch must hold for the first output behind the join to become possible.

        The other branch needs some pixels before it gives its first one. Of their words, the fork itself
        keeps the last, and what the nodes on this branch hold need not be in the FIFO. Exact for a plain
        residual; a lower bound on a branch with a line buffer of its own.
        """
        first = self.model.find_consumers(tensor)[0]
        path = self._path_to_join(first)
        needed = self._pixels_of_the_other_branch(tensor, path[-1])
        if needed is None:
            return 1
        held = sum(self._held_pixels(node) for node in path[:-1])
        words = (needed - held) * stream.words // _pixels(stream) - 1
        return max(1, words - self._held_words(tensor, stream, first))

    def _pixels_of_the_other_branch(self, tensor: str, join: NodeProto) -> int | None:
        """Return the pixels that the nearest other branch needs before `join` gets its first one.

        Forks in a row copy one stream, and only some of their outputs lead to this join; None if no other.
        """
        fork = self.model.find_producer(tensor)
        while fork is not None and fork.op_type == "StreamFork":
            (other,) = (name for name in fork.output if name != tensor)
            needed = self._pixels_needed(self.model.find_consumers(other)[0], join)
            if needed is not None:
                return needed
            tensor = fork.input[0]
            fork = self.model.find_producer(tensor)
        return None

    def _held_words(self, tensor: str, stream: Stream, consumer: NodeProto) -> int:
        """Return the words that an epilogue's input register and width converter take out of the FIFO."""
        if consumer.op_type != "Epilogue":
            return 0
        position = list(consumer.input).index(tensor)
        lanes = self.operators[consumer.name].input_streams()[position].lanes
        # a packing converter collects a word while the register, or a splitting converter, holds another
        wide = lcm(lanes, stream.lanes)
        return 2 * wide // stream.lanes if wide > stream.lanes else 1

    def _path_to_join(self, node: NodeProto) -> list[NodeProto]:
        """Return the nodes from here to the operator that joins the branches, that one included."""
        path = [node]
        while path[-1].op_type not in _JOINS:
            path.append(self.model.find_consumers(path[-1].output[0])[0])
        return path

    def _held_pixels(self, node: NodeProto) -> int:
        """Return how many input pixels a node can take without giving any, rounded up."""
        operator = self.operators[node.name]
        if node.op_type == "WindowGenerator":
            channels = operator.buffer_words * operator.attribute("SIMD")
            return int(channels // operator.attribute("channels") + 1)
        if node.op_type == "PixelShuffle":
            return int(operator.attribute("width") + 1)
        if node.op_type == "PixelUnshuffle":
            rows_before = (operator.attribute("factor") - 1) * operator.attribute("width")
            return int(rows_before + operator.fifo_depths()[-1] // operator.folds + 1)
        return 2

    def _pixels_needed(self, first: NodeProto, join: NodeProto) -> int | None:
        """Return the pixels that must enter `first` before `join` gets its first one; None: it is no way."""
        index = {join.name: 0}
        for node in reversed(list(self.model.graph.node)):
            behind = [c.name for name in node.output for c in self.model.find_consumers(name)]
            indices = [index[name] for name in behind if name in index]
            if indices and node.name != join.name:
                index[node.name] = needed_index(node, self.operators[node.name], max(indices))
        return index[first.name] + 1 if first.name in index else None

    def _available(self, tensor: str) -> float:
        producer = self.model.find_producer(tensor)
        return 0.0 if producer is None else self.give[producer.name]

    def _delay(self, node: NodeProto) -> float:
        """Return the cycles from taking pixel 0 of a constant-rate input to giving pixel 0 of the output."""
        operator = self.operators[node.name]
        period = self.period(operator.input_streams()[0])
        delay: float = _PIPELINE_CYCLES.get(node.op_type, _OTHER_PIPELINE_CYCLES)
        if node.op_type == "Epilogue":
            # with fewer lanes than the unit before it, its last word of a pixel is later than the unit's
            delay += operator.get_exp_cycles() / _pixels(operator.input_streams()[0])
        if node.op_type == "WindowGenerator":
            # the window of pixel k ends a row and a pixel further on, and that pixel takes a period to arrive
            reach = operator.attribute("kernel") // 2
            delay += (reach * (operator.attribute("width") + 1) + 1) * period
        elif node.op_type in (*ACCUMULATING, "BilinearKernel"):
            delay += operator.get_exp_cycles() / _pixels(operator.input_streams()[0])
        elif node.op_type == "PixelShuffle":
            # the first output row passes while its input row still arrives, factor times slower
            factor = operator.attribute("factor")
            delay += (factor - 1) / factor * operator.attribute("width") * period + period
        elif node.op_type == "PixelUnshuffle":
            # the first block is whole when its part of the last row has come
            factor = operator.attribute("factor")
            delay += ((factor - 1) * operator.attribute("width") + factor) * period
        return delay

    def _delay_cheap_branches(self) -> None:
        """Shift nodes to as late as possible, where the wait costs fewer bits before than behind."""
        for node in reversed(list(self.model.graph.node)):
            operator = self.operators[node.name]
            if len(node.output) != 1 or not self.model.find_consumers(node.output[0]):
                continue
            slack = self.wait(node.output[0])
            before, behind = operator.input_streams(), operator.output_streams()
            # windows are never stored: what follows a window generator waits together with it
            cheaper = before[0].flag_bits or self._bits(before[0]) <= self._bits(behind[0])
            if len(before) == 1 and slack > 0 and cheaper:
                self.take[node.name] += slack
                self.give[node.name] += slack

    @staticmethod
    def _bits(stream: Stream) -> int:
        return stream.words * stream.width
