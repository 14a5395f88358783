# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Chains of per-channel elementwise operators, and their value on every integer that can reach them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.general.quant import max_int, min_int
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.numerics import IntArray, sign
from bbcu_fpga.transformation.fit_piecewise_linear import StepTable
from bbcu_fpga.transformation.graph_edit import QUANTIZERS, is_output

ELEMENTWISE = ("Mul", "Div", "Add", "Sub", "PRelu", "LeakyRelu", "Relu", "Clip")
_ACTIVATIONS = ("PRelu", "LeakyRelu", "Relu")
_CHUNK = 1 << 15
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ElementwiseChain:
    """Elementwise nodes with constant second operands, from an integer tensor to a quantizer of scale 1.

    `nodes` excludes the quantizer. Every value of the chain is a function of one channel and one integer, so
    the chain is a table.
    """

    model: ModelWrapper
    start: str
    nodes: tuple[NodeProto, ...]
    quantizer: NodeProto

    @property
    def all_nodes(self) -> tuple[NodeProto, ...]:
        """The nodes with the quantizer."""
        return (*self.nodes, self.quantizer)

    @property
    def end(self) -> str:
        """Name of the quantized tensor."""
        return str(self.quantizer.output[0])

    @property
    def is_binary(self) -> bool:
        """Tell whether the chain ends in a sign."""
        return bool(self.quantizer.op_type == "BipolarQuant")

    @property
    def output_range(self) -> tuple[int, int]:
        """Lowest and highest integer of the quantizer."""
        if self.is_binary:
            return -1, 1
        operator = getCustomOp(self.quantizer)
        signed, narrow = bool(operator.get_nodeattr("signed")), bool(operator.get_nodeattr("narrow"))
        bits = int(self.model.get_initializer(self.quantizer.input[3]).item())
        low, high = self._clip_bounds()
        return int(max(low, min_int(signed, narrow, bits))), int(min(high, max_int(signed, narrow, bits)))

    @property
    def clips(self) -> bool:
        """Tell whether a Clip makes the range narrower than the quantizer's type."""
        return any(node.op_type == "Clip" for node in self.nodes)

    def _clip_bounds(self) -> tuple[float, float]:
        """Return the integers at which a Clip saturates the chain; behind it only factors keep them."""
        bounds = np.array([-np.inf, np.inf], np.float32)
        for node in self.nodes:
            constants = [self.model.get_initializer(name) for name in node.input[1:]]
            if node.op_type == "Clip":
                bounds = np.array([-np.inf, np.inf], np.float32)
                for index, constant in enumerate(constants):
                    bounds[index] = constant.item()
            elif node.op_type in ("Mul", "Div") and _is_positive_scalar(constants[0]):
                # in float32, as the chain itself is evaluated
                factor = np.float32(constants[0].item())
                bounds = bounds * factor if node.op_type == "Mul" else bounds / factor
            else:
                bounds = np.array([-np.inf, np.inf], np.float32)
        low, high = np.rint(bounds).tolist()
        return low, high

    def tables(self, channels: int, low: IntArray, high: IntArray) -> list[StepTable]:
        """Return each channel's step table over the inputs ``low[c]..high[c]`` (all of them are evaluated).

        Raises:
            ExactnessError: a channel bends more than once, which one breakpoint cannot follow.
        """
        builders = [_TableBuilder(int(a), int(b)) for a, b in zip(low, high, strict=True)]
        for first, levels, pieces in self._evaluate(channels, int(low.min()), int(high.max())):
            for channel, builder in enumerate(builders):
                builder.extend(first, levels[channel], pieces[channel])
        return [builder.finish(self.quantizer.name, channel) for channel, builder in enumerate(builders)]

    def _evaluate(self, channels: int, low: int, high: int) -> Iterator[tuple[int, IntArray, IntArray]]:
        """Yield (first input, results [C, L], index of the linear piece [C, L]) for chunks of L inputs."""
        bends = [node.input[0] for node in self.nodes if node.op_type in _ACTIVATIONS]
        run = self._runner(channels, [self.quantizer.input[0], *bends])
        quantize = sign if self.is_binary else lambda value: np.clip(np.rint(value), *self.output_range)
        for first in range(low, high + 1, _CHUNK):
            values = np.arange(first, min(first + _CHUNK, high + 1), dtype=np.float32)
            grid = np.ascontiguousarray(np.broadcast_to(values, (1, channels, 1, values.size)))
            result, *bent = run(grid)
            piece = np.zeros((channels, values.size), np.int64)
            for index, tensor in enumerate(bent):
                piece += (np.broadcast_to(tensor, grid.shape)[0, :, 0, :] >= 0).astype(np.int64) << index
            levels = np.broadcast_to(quantize(result), grid.shape)[0, :, 0, :].astype(np.int64)
            yield first, levels, piece

    def _runner(self, channels: int, names: list[str]) -> Callable[[Floats], list[Floats]]:
        """Return a function that maps the start tensor, float32 [1, C, 1, L], to tensors of the chain."""
        computed = [name for name in names if name != self.start]
        if not computed:
            return lambda grid: [grid] * len(names)
        session = self._session(channels, computed)

        def run(grid: Floats) -> list[Floats]:
            tensors = dict(zip(computed, session.run(computed, {self.start: grid}), strict=True))
            return [tensors.get(name, grid) for name in names]

        return run

    def _session(self, channels: int, names: list[str]) -> ort.InferenceSession:
        """Return ONNX Runtime on the chain before the quantizer, with these tensors as outputs."""
        constants = [
            x for x in self.model.graph.initializer if any(x.name in node.input for node in self.nodes)
        ]
        shape = (1, channels, 1, None)
        graph = helper.make_graph(
            list(self.nodes),
            "chain",
            [helper.make_tensor_value_info(self.start, TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names],
            initializer=constants,
        )
        standard = [entry for entry in self.model.model.opset_import if entry.domain in ("", "ai.onnx")]
        model = helper.make_model(graph, opset_imports=standard, ir_version=self.model.model.ir_version)
        return ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


class _TableBuilder:
    """Collects one channel's runs from consecutive chunks."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high
        self.starts: list[IntArray] = []
        self.levels: list[IntArray] = []
        self.bends: list[int] = []
        self._last: tuple[int, int] | None = None

    def extend(self, first: int, level: IntArray, piece: IntArray) -> None:
        begin, end = max(self.low, first) - first, min(self.high, first + level.size - 1) - first + 1
        if begin >= end:
            return
        level, piece = level[begin:end], piece[begin:end]
        # the very first value always starts a run
        previous = self._last or (int(level[0]) + 1, int(piece[0]))
        bend = np.diff(piece, prepend=previous[1]) != 0
        step = np.flatnonzero((np.diff(level, prepend=previous[0]) != 0) | bend)
        self.starts.append(step + first + begin)
        self.levels.append(level[step])
        self.bends += (np.flatnonzero(bend) + first + begin).tolist()
        self._last = int(level[-1]), int(piece[-1])

    def finish(self, name: str, channel: int) -> StepTable:
        if len(self.bends) > 1:
            raise ExactnessError(
                f"node {name}, channel {channel}: bends at {self.bends[:4]}, one breakpoint is supported"
            )
        first, level = np.concatenate(self.starts), np.concatenate(self.levels)
        last = np.append(first[1:] - 1, self.high)
        return StepTable(first, last, level, self.bends[0] if self.bends else self.low)


def _is_positive_scalar(constant: Floats | None) -> bool:
    return constant is not None and constant.size == 1 and constant.item() > 0


def chain_from(model: ModelWrapper, start: str, consumer: NodeProto | None = None) -> ElementwiseChain | None:
    """Return the chain that begins at tensor `start` with `consumer` (default: the only one), or None."""
    nodes: list[NodeProto] = []
    tensor, node = start, consumer if consumer is not None else only_consumer(model, start)
    while node is not None:
        if node.op_type in QUANTIZERS:
            return ElementwiseChain(model, start, tuple(nodes), node)
        others = [name for name in node.input if name != tensor]
        if node.op_type not in ELEMENTWISE or any(model.get_initializer(name) is None for name in others):
            return None
        nodes.append(node)
        tensor = node.output[0]
        node = only_consumer(model, tensor)
    return None


def only_consumer(model: ModelWrapper, tensor: str) -> NodeProto | None:
    """Return the one consumer of a tensor; None if there are several, or none, or it is a graph output."""
    consumers = model.find_consumers(tensor)
    return consumers[0] if len(consumers) == 1 and not is_output(model, tensor) else None


def thresholds(tables: list[StepTable], name: str) -> tuple[IntArray, NDArray[np.bool_]]:
    """Return per channel the least input at which the sign changes, and whether it falls there.

    A constant channel rises: at its first input if it is +1, one beyond its last if it is -1.

    Raises:
        ExactnessError: a channel's sign changes more than once, so no single threshold describes it.
    """
    levels, falling = [], []
    for channel, table in enumerate(tables):
        change = table.first[1:][np.diff(table.level) != 0].tolist()
        if len(change) > 1:
            raise ExactnessError(
                f"node {name}, channel {channel}: its sign is no single threshold of the input; it changes"
                f" at {change[:4]}"
            )
        falling.append(bool(change) and int(table.level[-1]) < 0)
        constant = table.first[0] if table.level[0] > 0 else table.last[-1] + 1
        levels.append(change[0] if change else int(constant))
    return np.array(levels, dtype=np.int64), np.array(falling)
