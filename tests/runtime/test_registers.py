# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The registers that the runtime uses are those that docs/shell.md lists."""

from __future__ import annotations

import re
from pathlib import Path

from bbcu_fpga.runtime.registers import BANK_BYTES, BANKS, ERRORS, MAGIC, VERSION, Dma, Status
from bbcu_fpga.transformation.generate_shell import BASE_ADDRESS, MAP_VERSION

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "shell.md").read_text()
NAMES = {
    "control": Dma.CONTROL,
    "address low": Dma.ADDRESS_LOW,
    "address high": Dma.ADDRESS_HIGH,
    "repeat count": Dma.REPEAT,
    "magic": Status.MAGIC,
    "version": Status.VERSION,
    "build id": Status.BUILD_ID,
    "frame width": Status.WIDTH,
    "frame height": Status.HEIGHT,
    "input bytes": Status.INPUT_BYTES,
    "output bytes": Status.OUTPUT_BYTES,
    "cycles": Status.CYCLES,
    "input stall": Status.INPUT_STALLS,
    "output stall": Status.OUTPUT_STALLS,
    "errors": Status.ERRORS,
    "reset": Status.RESET,
}


def test_offsets() -> None:
    rows = re.findall(r"^\| (0x\w\w) \| ([a-z ]+?) \|", TEXT, re.MULTILINE)
    assert {name: int(offset, 16) for offset, name in rows} == NAMES


def test_banks() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (0x[\w_]+) \|", TEXT, re.MULTILINE)
    assert {name: int(address, 16) for name, address in rows} == BANKS
    assert min(BANKS.values()) == BASE_ADDRESS
    assert f"Each bank has {BANK_BYTES // 1024} KiB" in TEXT


def test_constants() -> None:
    assert MAGIC.to_bytes(4, "little") == b"BBCU"
    assert f"0x{MAGIC:08X}" in TEXT
    assert VERSION == MAP_VERSION
    flags = TEXT[TEXT.index("| bit of errors |") :]
    assert len(re.findall(r"^\| \d \|", flags, re.MULTILINE)) == len(ERRORS)
