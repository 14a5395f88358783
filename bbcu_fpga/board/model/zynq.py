# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The clock registers of a Zynq-7000 (SLCR, UG585 appendix B.28) as a PYNQ-Z2 has them after it started."""

from __future__ import annotations

from .bus import Registers

SLCR_BASE, SLCR_BYTES = 0xF800_0000, 0x1000
CRYSTAL_MHZ = 50
# name: offset, multiplier of the crystal
PLLS = {"ARM": (0x100, 26), "DDR": (0x104, 21), "IO": (0x108, 20)}
ARM_CLOCK = 0x120
FCLK = (0x170, 0x180, 0x190, 0x1A0)
# a board comes up with some clock, not with the one a design was built for
START_DIVIDERS = (5, 1)


class Slcr(Registers):
    """Memory with the values that pynq computes clocks from."""

    def __init__(self) -> None:
        self._words = {offset: multiplier << 12 for offset, multiplier in PLLS.values()}
        self._words[ARM_CLOCK] = 2 << 8
        first, second = START_DIVIDERS
        self._words.update(dict.fromkeys(FCLK, second << 20 | first << 8))

    def read(self, offset: int) -> int:
        """Return a register."""
        return self._words.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        """Write a register."""
        self._words[offset] = value

    def clock_mhz(self, index: int = 0) -> float:
        """Return the frequency of a clock of the logic."""
        word = self._words[FCLK[index]]
        source = CRYSTAL_MHZ * (self._words[PLLS["IO"][0]] >> 12 & 0x7F)
        return source / ((word >> 8 & 63) * (word >> 20 & 63))
