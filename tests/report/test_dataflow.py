# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The drawing of the dataflow graph: every stream once, no box on a box, no line through a box."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from bbcu_fpga.builder.stream_links import StreamLink
from bbcu_fpga.report.content import FifoRow, LayerRow
from bbcu_fpga.report.dataflow import Dataflow, Wire, dataflow
from bbcu_fpga.report.layout import BOX_HEIGHT, BOX_WIDTH, LONGEST_ROW, lay_out, rows


def layer(name: str, op: str = "Epilogue") -> LayerRow:
    return LayerRow(name=name, op=op, style="rtl", cycles=1, source="estimate", estimate={})


def residual() -> Dataflow:
    """Return a unit with its residual: the FIFO and the converter are no boxes."""
    layers = [
        layer("fork"),
        layer("skip_fifo", "StreamingFIFO"),
        layer("dwc", "StreamingDataWidthConverter"),
        layer("mvu"),
        layer("sum"),
    ]
    ways = [("in0", "fork", 8), ("fork", "skip_fifo", 8), ("fork", "dwc", 8), ("dwc", "mvu", 16)]
    ways += [("mvu", "sum", 9), ("skip_fifo", "sum", 8), ("sum", "out0", 8)]
    fifo = FifoRow(name="skip_fifo", depth=40, minimum=38, width_bits=8)
    streams = [StreamLink(source=a, target=b, width_bits=bits) for a, b, bits in ways]
    return dataflow(layers, [fifo], streams)


def test_fifos_and_converters_become_part_of_the_wires() -> None:
    graph = residual()
    assert graph.nodes == ["in0", "fork", "mvu", "sum", "out0"]
    fifo = FifoRow(name="skip_fifo", depth=40, minimum=38, width_bits=8)
    assert graph.wires == [
        Wire("in0", "fork", (8,)),
        Wire("fork", "sum", (8,), (fifo,)),
        Wire("fork", "mvu", (8, 16)),
        Wire("mvu", "sum", (9,)),
        Wire("sum", "out0", (8,)),
    ]


def test_a_row_ends_where_a_stream_forks() -> None:
    assert rows(residual()) == [["in0", "fork"], ["mvu", "sum", "out0"]]


def test_a_long_chain_is_wrapped() -> None:
    names = [f"n{i}" for i in range(2 * LONGEST_ROW + 1)]
    graph = Dataflow(names, [Wire(a, b, (8,)) for a, b in pairwise(names)])
    assert [len(row) for row in rows(graph)] == [LONGEST_ROW, LONGEST_ROW, 1]
    assert sum(line.straight for line in lay_out(graph).lines) == 2 * (LONGEST_ROW - 1)


def random_graph(seed: int) -> Dataflow:
    """Return a graph of 14 nodes in stream order, each fed by one or two before it."""
    random = np.random.default_rng(seed)
    names = [f"n{i}" for i in range(14)]
    pairs = {
        (int(source), target)
        for target in range(1, 14)
        for source in random.integers(max(0, target - 5), target, size=1 + target % 2)
    }
    return Dataflow(names, [Wire(names[a], names[b], (8,)) for a, b in sorted(pairs)])


@pytest.mark.parametrize("seed", range(8))
def test_no_box_lies_on_another_and_no_line_crosses_a_box(seed: int) -> None:
    graph = random_graph(seed)
    layout = lay_out(graph)
    assert list(layout.boxes) and {line.wire for line in layout.lines} == set(graph.wires)
    for (x, y), (other_x, other_y) in combinations(layout.boxes.values(), 2):
        assert abs(x - other_x) >= BOX_WIDTH or abs(y - other_y) >= BOX_HEIGHT
    for line in layout.lines:
        assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in line.points)
        for (x0, y0), (x1, y1) in pairwise(line.points):
            assert x0 == x1 or y0 == y1
            for x, y in layout.boxes.values():
                beside = max(x0, x1) <= x or min(x0, x1) >= x + BOX_WIDTH
                assert beside or max(y0, y1) <= y or min(y0, y1) >= y + BOX_HEIGHT


@pytest.mark.parametrize("seed", range(8))
def test_lines_run_from_their_source_to_their_target(seed: int) -> None:
    layout = lay_out(random_graph(seed))
    for line in layout.lines:
        ends = (line.wire.source, line.points[0]), (line.wire.target, line.points[-1])
        for name, (x, y) in ends:
            left, top = layout.boxes[name]
            on_side = x in (left, left + BOX_WIDTH) and top < y < top + BOX_HEIGHT
            assert on_side or (left < x < left + BOX_WIDTH and y in (top, top + BOX_HEIGHT))


def test_lines_do_not_share_a_way() -> None:
    """Two different wires that lie on one another would look like a third one."""
    for seed in range(8):
        segments = [
            (line.wire, *sorted(ends))
            for line in lay_out(random_graph(seed)).lines
            for ends in pairwise(line.points)
        ]
        for (wire, (x0, y0), (x1, y1)), (other, (u0, v0), (u1, v1)) in combinations(segments, 2):
            if wire == other:
                continue
            level = y0 == y1 == v0 == v1 and max(x0, u0) < min(x1, u1)
            upright = x0 == x1 == u0 == u1 and max(y0, v0) < min(y1, v1)
            assert not level and not upright, (wire, other)
