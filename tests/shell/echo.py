# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the benches share: runs through a shell whose accelerator inverts every byte.

Every AXI port has assertions of its own in the RTL (`axi_read_checker`, `axi_write_checker`).
"""

from __future__ import annotations

from tests.shell.cocotb_run import read_job
from tests.shell.system import CONTROL, DONE, IDLE, IDMA, ODMA, System

FRAME_BYTES, *STREAM_BYTES = (
    read_job()[name] for name in ("FRAME_BYTES", "IN_STREAM_BYTES", "OUT_STREAM_BYTES")
)
# frames that together are some hundred beats
MANY = -(-800 // FRAME_BYTES)
SOURCE, TARGET = 0x1000_0000, 0x1800_0000
LAST_WORD = 0x1FFF_FFF8  # of the board's 512 MiB
TIMEOUT = {"timeout_time": 500, "timeout_unit": "us"}


def pictures(system: System, repeats: int = 1) -> bytes:
    return system.random.randbytes(FRAME_BYTES * repeats)


def inverted(data: bytes) -> bytes:
    return bytes(255 - byte for byte in data)


async def begin(
    system: System, data: bytes, repeats: int, source: int = SOURCE, target: int = TARGET
) -> None:
    """Start a run, the output first, as FINN's driver does."""
    system.ram.write(source, data)
    system.poison(target, len(data))
    await system.launch(ODMA, target, repeats)
    await system.launch(IDMA, source, repeats)


async def restore(system: System, repeats: int = 1, source: int = SOURCE, target: int = TARGET) -> None:
    """Run pictures through the accelerator and compare every byte."""
    data = pictures(system, repeats)
    await begin(system, data, repeats, source, target)
    await system.wait_done(ODMA)
    system.check(target, inverted(data))
    assert await system.read(IDMA + CONTROL) == DONE | IDLE
