# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Estimates of what a memory costs on a 7-series device (AMD UG473, UG474)."""

from __future__ import annotations

from math import ceil, expm1, log1p

# how rtl/parameter_rom.sv keeps its words: in LUTs, in block RAM, or as functions of the address
ROM_STYLES = {"distributed": 0, "block": 1, "baked": 2}
LUTRAM_MAX_BITS = 4096  # smaller memories are cheaper in LUTs than in a block RAM
_PAGES = ((512, 9),)
_BRAM18_ASPECTS = ((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1))


def in_lutram(depth: int, width: int) -> bool:
    """Tell whether a `depth` x `width` bits memory is built from LUTs."""
    return depth * width <= LUTRAM_MAX_BITS or depth <= 64


def rom_style(depth: int, width: int) -> str:
    """Return the style of a ROM that is read through a register."""
    return "distributed" if in_lutram(depth, width) else "block"


def lutram_cells(depth: int, width: int) -> int:
    """Return the RAM32M (32 x 6 bits) or RAM64M (64 x 3 bits) of a simple dual-port memory."""
    return ceil(width / 6) if depth <= 32 else ceil(width / 3) * ceil(depth / 64)


def rom_columns(depth: int, width: int) -> int:
    """Return how many of a small ROM's columns differ: with few words most are copies of others.

    The number expected of random contents, without columns that are constant.
    """
    if depth <= 1:
        return 0
    patterns = 2.0 ** min(depth, 64) - 2
    # patterns * (1 - (1 - 1 / patterns) ** width), where 1 / patterns is too small to take from 1
    return round(-patterns * expm1(width * log1p(-1 / patterns)))


def lutram_luts(depth: int, width: int) -> int:
    """Return the LUTs of a simple dual-port LUTRAM, four per cell; 0 if it is a block RAM."""
    return 4 * lutram_cells(depth, width) if in_lutram(depth, width) else 0


def rom_luts(depth: int, width: int) -> int:
    """Return the LUTs of a ROM (64 x 1 bit in one LUT6); 0 if the memory is a block RAM.

    Columns with equal bits share their LUTs: few words have few different columns.
    """
    return min(width, 1 << min(depth, 64)) * ceil(depth / 64) if in_lutram(depth, width) else 0


def bram18s(depth: int, width: int) -> int:
    """Return the 18 Kb block RAMs of a simple dual-port memory; 0 if it is built from LUTs."""
    return 0 if in_lutram(depth, width) else rom_bram18s(depth, width)


def mux_luts(depth: int, width: int) -> int:
    """Return the LUTs behind a memory that select between its parts: four a LUT6, at least one per bit."""
    parts = ceil(depth / (64 if in_lutram(depth, width) else _part_depth(depth, width)))
    return width * ceil(parts / 4) if parts > 1 else 0


def rom_bram18s(depth: int, width: int) -> int:
    """Return the 18 Kb block RAMs of a memory that is built from them, however small."""
    return min(_in_columns(depth, width, d, w) for d, w in _BRAM18_ASPECTS + _PAGES)


def _in_columns(depth: int, width: int, rows: int, bits: int) -> int:
    if (rows, bits) in _PAGES:
        # parts of 512 words lie side by side, in units of 9 bits, four of which share a block
        return ceil(ceil(depth / rows) * ceil(width / bits) / 4)
    return ceil(depth / rows) * ceil(width / bits)


def _part_depth(depth: int, width: int) -> int:
    """Return the words of one part of a memory: of the fewest block RAMs, and with the fewest parts."""
    shapes = _BRAM18_ASPECTS + _PAGES
    return min(shapes, key=lambda shape: (_in_columns(depth, width, *shape), ceil(depth / shape[0])))[0]
