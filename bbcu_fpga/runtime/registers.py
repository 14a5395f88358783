# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The registers that software sees: three banks of 32-bit registers, byte offsets within a bank.

The two DMA banks have the map of FINN's IODMA; see docs/shell.md.
"""

from __future__ import annotations

INPUT_DMA, OUTPUT_DMA, STATUS = "idma0", "odma0", "status0"
BANKS = {INPUT_DMA: 0x4000_0000, OUTPUT_DMA: 0x4001_0000, STATUS: 0x4002_0000}
BANK_BYTES = 0x1_0000


class Dma:
    """Registers of a DMA bank."""

    CONTROL = 0x00
    ADDRESS_LOW = 0x10
    ADDRESS_HIGH = 0x14
    REPEAT = 0x1C

    # bits of CONTROL; reading it clears DONE
    START = 1
    DONE = 2
    IDLE = 4


class Status:
    """Registers of the status bank."""

    MAGIC = 0x00
    VERSION = 0x04
    BUILD_ID = 0x08
    WIDTH = 0x0C
    HEIGHT = 0x10
    INPUT_BYTES = 0x14
    OUTPUT_BYTES = 0x18
    CYCLES = 0x1C
    INPUT_STALLS = 0x20
    OUTPUT_STALLS = 0x24
    ERRORS = 0x28
    RESET = 0x2C


MAGIC = 0x5543_4242  # "BBCU" in memory
VERSION = 1
# bits of Status.ERRORS, lowest first
ERRORS = (
    "a failed read of memory",
    "a failed write to memory",
    "an unusable input buffer",
    "an unusable output buffer",
)
