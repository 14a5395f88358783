# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What a node of the hardware graph is estimated to cost on a 7-series device."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from math import lcm

from onnx import NodeProto
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.base import StreamOperator
from bbcu_fpga.custom_op.plumbing import (
    converter_luts,
    converter_registers,
    fifo_bram18s,
    fifo_luts,
    fifo_registers,
)
from bbcu_fpga.errors import ModelError


@dataclass(frozen=True)
class Resources:
    """Look-up tables, registers, halves of block RAMs (18 Kbit) and DSP slices."""

    LUT: int = 0
    FF: int = 0
    BRAM18: int = 0
    DSP: int = 0

    def __add__(self, other: Resources) -> Resources:
        """Return the sum, resource by resource."""
        return Resources(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def fits(self, limit: Resources) -> bool:
        """Tell whether no resource exceeds its limit."""
        return all(a <= b for a, b in zip(astuple(self), astuple(limit), strict=True))


def converter_resources(in_width: int, out_width: int) -> Resources:
    """Return what converting between two word widths (bits) costs; nothing if they are equal.

    Where neither divides the other, two converters meet at the least common multiple (ChainWidthConverters).
    """
    if in_width == out_width:
        return Resources()
    wide = lcm(in_width, out_width)
    if wide not in (in_width, out_width):
        return converter_resources(in_width, wide) + converter_resources(wide, out_width)
    return Resources(converter_luts(in_width, out_width), converter_registers(in_width, out_width))


def fifo_resources(width: int, depth: int) -> Resources:
    """Return what a FIFO of `depth` words of `width` payload bits costs."""
    return Resources(fifo_luts(width, depth), fifo_registers(width, depth), fifo_bram18s(width, depth))


def node_resources(node: NodeProto, part: str) -> Resources:
    """Return what one node costs; FINN's FIFOs and converters as our RTL implements them.

    Raises:
        ModelError: a node that is none of ours and neither FIFO nor converter.
    """
    operator = getCustomOp(node)
    if isinstance(operator, StreamOperator):
        return Resources(
            int(operator.lut_estimation(part)),
            int(operator.ff_estimation(part)),
            int(operator.bram_estimation(part)),
            int(operator.dsp_estimation(part)),
        )
    if node.op_type.startswith("StreamingFIFO"):
        return fifo_resources(operator.get_instream_width(), operator.get_nodeattr("depth"))
    if node.op_type.startswith("StreamingDataWidthConverter"):
        return converter_resources(operator.get_nodeattr("inWidth"), operator.get_nodeattr("outWidth"))
    raise ModelError(f"{node.name}: no estimate of what {node.op_type} costs")
