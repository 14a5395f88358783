# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The folding program of a graph: every choice of every layer, with cycles and estimated resources.

A layer chooses PE and SIMD of its matrix-vector unit, and the lanes of the operators behind it. Its window
generator follows SIMD. Where two layers meet, at a window generator or the residual input of an epilogue, a
width converter costs what the lanes on either side make it cost.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.resources import Resources, converter_resources, fifo_resources, node_resources
from bbcu_fpga.custom_op.stream import Stream
from bbcu_fpga.errors import FoldingError
from bbcu_fpga.transformation.folding_program import Choices, Coupling, FoldingProgram, IntArray
from bbcu_fpga.transformation.lane_groups import (
    LaneGroup,
    divisors,
    is_mvu,
    is_repeated_residual,
    lane_groups,
    layer_of,
)
from bbcu_fpga.transformation.set_folding import LayerFolding
from bbcu_fpga.transformation.size_fifos import fifo_sizes

_FORBIDDEN = Resources(LUT=10**6)  # more than any device has
_ANY_PART = ""  # the estimates are those of all 7-series devices


class FifoNeed(NamedTuple):
    """Depth of the FIFO on a tensor: a number of pixels, or of words whatever their width."""

    pixels: int
    words: int

    def depth(self, words_per_pixel: int) -> int:
        """Return the depth in words."""
        return max(self.words, self.pixels * words_per_pixel)

    def within(self, other: FifoNeed | None) -> bool:
        """Tell whether `other` holds at least as much."""
        return other is not None and self.pixels <= other.pixels and self.words <= other.words

    def merged(self, other: FifoNeed | None) -> FifoNeed:
        """Return what serves both."""
        return self if other is None else FifoNeed(*map(max, zip(self, other, strict=True)))


class _End(NamedTuple):
    """One end of a stream: which layer's choice sets its lanes (`kind` of `layer`), or the lanes it has."""

    layer: str | None
    kind: str = ""
    lanes: int = 0


@dataclass(frozen=True)
class _Edge:
    tensor: str
    stream: Stream
    producer: _End
    consumer: _End
    is_repeated: bool


def fifo_needs(model: ModelWrapper) -> dict[str, FifoNeed]:
    """Return what the FIFOs of a folded graph need, by tensor, in terms that another folding can use."""
    needs = {}
    streams = {
        name: stream
        for node in model.graph.node
        for name, stream in zip(node.output, getCustomOp(node).output_streams(), strict=True)
    }
    for tensor, size in fifo_sizes(model).items():
        words = streams[tensor].shape[-1] // streams[tensor].lanes
        needs[tensor] = FifoNeed(0, size.depth) if size.cut else FifoNeed(-(-size.depth // words), 0)
    return needs


class FoldingCosts:
    """Tables of what each choice of each layer costs; `program` turns them into an integer program."""

    def __init__(self, model: ModelWrapper) -> None:
        """Estimate every choice of every layer of a graph of operators that are not specialized yet."""
        self.model = copy.deepcopy(model)
        self._cache: dict[tuple[str, ...], Resources] = {}
        self.groups = lane_groups(self.model)
        self.group_of = {node.name: group for group in self.groups for node in group.nodes}
        behind = {group.layer: group for group in self.groups if group.layer is not None}
        self.units = {layer_of(node): node for node in self.model.graph.node if is_mvu(node)}
        self.windows: dict[str, NodeProto] = {}
        self.fixed_nodes = [node for group in self.groups if group.layer is None for node in group.nodes]
        for node in self.model.graph.node:
            layer = node.name.removesuffix("_window")
            if node.op_type == "WindowGenerator" and layer in self.units:
                self.windows[layer] = node
            elif not is_mvu(node) and node.name not in self.group_of:
                self.fixed_nodes.append(node)
        self._fix_lanes()
        self.choices: dict[str, list[LayerFolding]] = {}
        self.tables: dict[str, Choices] = {}
        for layer in self.units:
            self.choices[layer], self.tables[layer] = self._tabulate(layer, behind.get(layer))
        self.edges = list(self._edges())

    def fixed_cycles(self) -> tuple[int, str]:
        """Return the cycles per frame of the slowest operator without a choice, and its name."""
        return max(
            ((getCustomOp(node).get_exp_cycles(), node.name) for node in self.fixed_nodes), default=(0, "")
        )

    def check(self, cycles: int) -> None:
        """Raise FoldingError, naming the layer, if something needs more than `cycles` even fully unfolded."""
        slowest, name = self.fixed_cycles()
        for layer, table in self.tables.items():
            if table.cycles.min() > slowest:
                slowest, name = int(table.cycles.min()), layer
        if slowest > cycles:
            raise FoldingError(
                f"layer {name}: {cycles} cycles per frame are asked for, but even fully unfolded it"
                f" still needs {slowest}; lower target_fps or the frame size"
            )

    def program(self, needs: Mapping[str, FifoNeed]) -> FoldingProgram:
        """Return the integer program; FIFOs are as deep as `needs` says, by tensor."""
        index = {layer: position for position, layer in enumerate(self.units)}
        resources = [self.tables[layer].resources.copy() for layer in self.units]
        fixed = _row(sum((self._estimate(node) for node in self.fixed_nodes), Resources()))
        couplings = []
        for edge in self.edges:
            first, second = edge.producer.layer, edge.consumer.layer
            cost = _edge_cost(edge, needs.get(edge.tensor))
            produced, consumed = self._lanes(edge.producer), self._lanes(edge.consumer)
            if first is None and second is None:
                fixed += _row(cost(int(produced[0]), int(consumed[0])))
            elif first is None or second is None or first == second:
                pairs = zip(*np.broadcast_arrays(produced, consumed), strict=True)
                layer = index[str(first or second)]
                resources[layer] += np.array([_row(cost(int(a), int(b))) for a, b in pairs])
            else:
                couplings.append(_coupling(index[first], index[second], produced, consumed, cost))
        tables = [
            Choices(self.tables[layer].cycles, table)
            for layer, table in zip(self.units, resources, strict=True)
        ]
        return FoldingProgram(tables, couplings, fixed)

    def folding(self, choice: Iterable[int]) -> dict[str, LayerFolding]:
        """Return the folding of a solution."""
        return {layer: self.choices[layer][index] for layer, index in zip(self.units, choice, strict=True)}

    def _fix_lanes(self) -> None:
        """Give the operators without a choice the lanes that SetFolding gives them."""
        for group in self.groups:
            for node in group.nodes if group.given is not None else ():
                getCustomOp(node).set_nodeattr("PE", group.given)
        for node in self.fixed_nodes:
            if node.op_type == "WindowGenerator":
                getCustomOp(node).set_nodeattr("SIMD", getCustomOp(node).get_nodeattr("channels"))

    def _tabulate(self, layer: str, group: LaneGroup | None) -> tuple[list[LayerFolding], Choices]:
        unit, window = getCustomOp(self.units[layer]), self.windows.get(layer)
        limits = unit.fold_attributes()
        lanes = group.choices() if group else [None]
        matrix = {}
        for pe, simd in product(divisors(limits["PE"]), divisors(limits["SIMD"])):
            cost, cycles = self._at(self.units[layer], PE=pe, SIMD=simd)
            if window is not None:
                more, window_cycles = self._at(window, SIMD=simd)
                cost, cycles = cost + more, max(cycles, window_cycles)
            matrix[pe, simd] = _row(cost), cycles
        behind = {count: self._group_cost(group, count) for count in lanes}
        choices = [LayerFolding(pe, simd, count) for (pe, simd), count in product(matrix, lanes)]
        rows = [matrix[c.PE, c.SIMD][0] + behind[c.lanes][0] for c in choices]
        cycles_of = [max(matrix[c.PE, c.SIMD][1], behind[c.lanes][1]) for c in choices]
        return choices, Choices(np.array(cycles_of), np.array(rows))

    def _group_cost(self, group: LaneGroup | None, lanes: int | None) -> tuple[IntArray, int]:
        if group is None or lanes is None:
            return _row(Resources()), 0
        costs = (self._at(node, PE=lanes)[0] for node in group.nodes)
        return _row(sum(costs, Resources())), group.cycles(lanes)

    def _at(self, node: NodeProto, **attributes: int) -> tuple[Resources, int]:
        """Return resources and cycles of a node with these folding attributes."""
        operator = getCustomOp(node)
        for name, value in attributes.items():
            operator.set_nodeattr(name, value)
        return self._estimate(node), operator.get_exp_cycles()

    def _estimate(self, node: NodeProto) -> Resources:
        """Return a node's resources; layers of one shape are estimated once."""
        names = ("name", "layer")
        texts = sorted(str(item) for item in node.attribute if item.name not in names)
        key = (node.op_type, *texts)
        if key not in self._cache:
            self._cache[key] = node_resources(node, _ANY_PART)
        return self._cache[key]

    def _edges(self) -> Iterable[_Edge]:
        """Yield the streams on which a width converter or a FIFO may be."""
        for node in self.model.graph.node:
            operator = getCustomOp(node)
            for tensor, stream in zip(node.output, operator.output_streams(), strict=True):
                for consumer in self.model.find_consumers(tensor):
                    end = self._consumer(consumer, list(consumer.input).index(tensor))
                    producer = self._producer(node, stream)
                    if end is None or (end == producer and end.layer is not None):
                        end = producer
                    yield _Edge(tensor, stream, producer, end, is_repeated_residual(consumer, tensor))

    def _producer(self, node: NodeProto, stream: Stream) -> _End:
        if is_mvu(node):
            return _End(layer_of(node), "PE")
        group = self.group_of.get(node.name)
        if group is not None and group.layer is not None:
            return _End(group.layer, "lanes")
        layer = node.name.removesuffix("_window")
        if layer in self.windows:
            return _End(layer, "SIMD")
        return _End(None, lanes=stream.lanes)

    def _consumer(self, node: NodeProto, position: int) -> _End | None:
        """Return the end at an input; None where it takes the lanes that come."""
        layer = node.name.removesuffix("_window")
        if layer in self.windows:
            return _End(layer, "SIMD")
        group = self.group_of.get(node.name)
        if group is not None and group.layer is not None:
            return _End(group.layer, "lanes")
        if is_mvu(node):
            return None
        return _End(None, lanes=getCustomOp(node).input_streams()[position].lanes)

    def _lanes(self, end: _End) -> IntArray:
        """Return the lanes at an end for each choice of its layer; [1] without a choice."""
        if end.layer is None:
            return np.array([end.lanes])
        return np.array([getattr(choice, end.kind) for choice in self.choices[end.layer]])


def _row(resources: Resources) -> IntArray:
    return np.array(astuple(resources), dtype=np.int64)


def _edge_cost(edge: _Edge, need: FifoNeed | None) -> Callable[[int, int], Resources]:
    """Return the cost of an edge as a function of the lanes at both ends: its FIFO, then its converter."""
    bits, channels = edge.stream.datatype.bitwidth(), edge.stream.shape[-1]

    def cost(produced: int, consumed: int) -> Resources:
        if edge.is_repeated and produced < consumed:
            return _FORBIDDEN  # the first of the repetitions would wait for the converter
        total = (
            Resources() if edge.stream.flag_bits else converter_resources(produced * bits, consumed * bits)
        )
        if need is not None:
            total += fifo_resources(produced * bits + edge.stream.flag_bits, need.depth(channels // produced))
        return total

    return cost


def _coupling(
    first: int, second: int, produced: IntArray, consumed: IntArray, cost: Callable[[int, int], Resources]
) -> Coupling:
    """Tabulate the cost of an edge between two layers over the lanes at both ends."""
    firsts, first_key = np.unique(produced, return_inverse=True)
    seconds, second_key = np.unique(consumed, return_inverse=True)
    table = np.array([[_row(cost(int(a), int(b))) for b in seconds] for a in firsts])
    return Coupling(first, second, first_key, second_key, table)
