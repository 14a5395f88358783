# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Estimates of what a memory costs on a 7-series device (AMD UG473, UG474)."""

from __future__ import annotations

from math import ceil

# how rtl/parameter_rom.sv keeps its words: in LUTs, in block RAM, or as functions of the address
ROM_STYLES = {"distributed": 0, "block": 1, "baked": 2}
LUTRAM_MAX_BITS = 4096  # smaller memories are cheaper in LUTs than in a block RAM
_BRAM18_ASPECTS = ((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1))


def in_lutram(depth: int, width: int) -> bool:
    """Tell whether a `depth` x `width` bits memory is built from LUTs."""
    return depth * width <= LUTRAM_MAX_BITS or depth <= 64


def rom_style(depth: int, width: int) -> str:
    """Return the style of a ROM that is read through a register."""
    return "distributed" if in_lutram(depth, width) else "block"


def lutram_luts(depth: int, width: int) -> int:
    """Return the LUTs of a simple dual-port LUTRAM; 0 if it is a block RAM.

    Four LUTs hold 32 x 6 or 64 x 3 bits.
    """
    if not in_lutram(depth, width):
        return 0
    return 4 * ceil(width / 6) if depth <= 32 else 4 * ceil(width / 3) * ceil(depth / 64)


def rom_luts(depth: int, width: int) -> int:
    """Return the LUTs of a ROM (64 x 1 bit in one LUT6); 0 if the memory is a block RAM.

    Columns with equal bits share their LUTs: few words have few different columns.
    """
    return min(width, 1 << min(depth, 64)) * ceil(depth / 64) if in_lutram(depth, width) else 0


def bram18s(depth: int, width: int) -> int:
    """Return the 18 Kb block RAMs of a simple dual-port memory; 0 if it is built from LUTs."""
    return 0 if in_lutram(depth, width) else rom_bram18s(depth, width)


def rom_bram18s(depth: int, width: int) -> int:
    """Return the 18 Kb block RAMs of a memory that is built from them, however small."""
    return min(ceil(depth / d) * ceil(width / w) for d, w in _BRAM18_ASPECTS)
