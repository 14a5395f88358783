# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The dataflow graph as people draw it: operators, and between them wires with FIFOs and converters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bbcu_fpga.builder.stream_links import StreamLink
from bbcu_fpga.report.content import FifoRow, LayerRow

PLUMBING = ("StreamingFIFO", "StreamingDataWidthConverter")


@dataclass(frozen=True)
class Wire:
    """A way from one operator to the next: the widths of its streams in bits, and its FIFOs, in order."""

    source: str
    target: str
    widths: tuple[int, ...]
    fifos: tuple[FifoRow, ...] = ()


@dataclass(frozen=True)
class Dataflow:
    """Operators and ports in stream order, and the wires in the order of the nodes that they leave."""

    nodes: list[str]
    wires: list[Wire]


def dataflow(layers: Sequence[LayerRow], fifos: Sequence[FifoRow], streams: Sequence[StreamLink]) -> Dataflow:
    """Return the graph of the operators; FIFOs and width converters become part of the wires.

    Args:
        layers: all nodes, in stream order.
        fifos: the depths of the nodes that are FIFOs.
        streams: every stream between two nodes or a node and a port.
    """
    plumbing = {layer.name for layer in layers if layer.op in PLUMBING}
    operators = [layer.name for layer in layers if layer.name not in plumbing]
    ends = [*(link.source for link in streams), *(link.target for link in streams)]
    ports = [name for name in dict.fromkeys(ends) if name not in {layer.name for layer in layers}]
    leaving: dict[str, list[StreamLink]] = defaultdict(list)
    for link in streams:
        leaving[link.source].append(link)
    known = {fifo.name: fifo for fifo in fifos}
    inputs = [name for name in ports if name in leaving]
    nodes = [*inputs, *operators, *(name for name in ports if name not in leaving)]
    wires = [_wire(link, plumbing, known, leaving) for name in nodes for link in leaving[name]]
    return Dataflow(nodes, wires)


def _wire(
    first: StreamLink, plumbing: set[str], fifos: dict[str, FifoRow], leaving: dict[str, list[StreamLink]]
) -> Wire:
    """Follow a stream through FIFOs and width converters to the next operator."""
    link, widths, passed = first, [first.width_bits], []
    while link.target in plumbing:
        if link.target in fifos:
            passed.append(fifos[link.target])
        (link,) = leaving[link.target]
        if link.width_bits != widths[-1]:
            widths.append(link.width_bits)
    return Wire(first.source, link.target, tuple(widths), tuple(passed))
