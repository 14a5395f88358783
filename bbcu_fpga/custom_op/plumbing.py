# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Estimates of what FIFOs and width converters cost on a 7-series device."""

from __future__ import annotations

from bbcu_fpga.custom_op.memory import bram18s, lutram_cells, lutram_luts, mux_luts

_SHALLOW = 64  # up to this depth `rtl/stream_fifo.sv` reads without a register, which only LUTRAM can


def converter_luts(in_width: int, out_width: int) -> int:
    """Return the LUTs: a packing converter only counts, a splitting one selects what it shifts."""
    ratio = max(in_width, out_width) // min(in_width, out_width)
    if in_width < out_width:
        return 5 if ratio == 2 else 6
    return 2 * (in_width - out_width) + (5 if ratio == 2 else 10 + out_width)


def converter_registers(in_width: int, out_width: int) -> int:
    """Return the flip-flops: the wide word, and how many pieces of it are left."""
    wide, narrow = max(in_width, out_width), min(in_width, out_width)
    return wide + (wide // narrow).bit_length()


def fifo_luts(bits: int, depth: int) -> int:
    """Return the LUTs: two counts and two addresses; the memory; the way past it, where it is shallow."""
    control = int(6 + 7.4 * depth.bit_length())
    if depth <= _SHALLOW:
        return control + bits + 4 * lutram_cells(depth, bits)
    return control + lutram_luts(depth, bits) + mux_luts(depth, bits)


def fifo_registers(bits: int, depth: int) -> int:
    """Return the flip-flops: counts, addresses, and the output word, unless a block RAM has it inside."""
    count, address = depth.bit_length(), max(depth - 1, 1).bit_length()
    counts = 3 if depth <= _SHALLOW else 2
    return counts * count + 2 * address + 2 + (0 if fifo_bram18s(bits, depth) else bits)


def fifo_bram18s(bits: int, depth: int) -> int:
    """Return the 18 Kb block RAMs of a FIFO."""
    return 0 if depth <= _SHALLOW else bram18s(depth, bits)
