# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The boards a build can be made for, and what their devices hold.

Totals of the programmable logic are from AMD's product selection guides for Zynq-7000 (XMP097) and Zynq
UltraScale+ MPSoC (XMP104), and from the Kria K26 data sheet (DS987).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from bbcu_fpga.errors import ConfigError


@dataclass(frozen=True)
class Board:
    """A board, the part on it and the resources of that part (BRAM in blocks of 36 Kbit)."""

    name: str
    part: str
    LUT: int
    FF: int
    BRAM36: int
    DSP: int

    @property
    def resources(self) -> dict[str, int]:
        """What the device holds, keyed as layers report what they use (BRAM in halves of 18 Kbit)."""
        return {"LUT": self.LUT, "FF": self.FF, "BRAM18": 2 * self.BRAM36, "DSP": self.DSP}


BOARDS = {
    board.name: board
    for board in (
        Board("Pynq-Z1", "xc7z020clg400-1", LUT=53_200, FF=106_400, BRAM36=140, DSP=220),
        Board("Pynq-Z2", "xc7z020clg400-1", LUT=53_200, FF=106_400, BRAM36=140, DSP=220),
        Board("Ultra96", "xczu3eg-sbva484-1-e", LUT=70_560, FF=141_120, BRAM36=216, DSP=360),
        Board("ZCU104", "xczu7ev-ffvc1156-2-e", LUT=230_400, FF=460_800, BRAM36=312, DSP=1_728),
        Board("KV260", "xck26-sfvc784-2LV-c", LUT=117_120, FF=234_240, BRAM36=144, DSP=1_248),
    )
}


def get_board(name: str) -> Board:
    """Return the board called `name`; raises ConfigError with the known names."""
    if name in BOARDS:
        return BOARDS[name]
    by_lower = {known.lower(): known for known in BOARDS}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    hint = f" (did you mean {by_lower[near[0]]!r}?)" if near else ""
    raise ConfigError(f"unknown board {name!r}{hint}; known boards: {', '.join(BOARDS)}")
