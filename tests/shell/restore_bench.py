# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A whole accelerator in its shell restores frames that lie in memory, and again after a soft reset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cocotb

from tests.shell.cocotb_run import read_job
from tests.shell.system import CONTROL, CYCLES, ERRORS, IDMA, ODMA, STATUS, System

SOURCE, TARGET = 0x1000_0FF8, 0x1800_0010
POLL_CYCLES = 500


@cocotb.test(timeout_time=20, timeout_unit="ms")
async def frames_are_restored(dut: Any) -> None:
    job = read_job()
    frames, expected = (Path(job[name]).read_bytes() for name in ("frames", "expected"))
    system = await System(dut).start()
    assert await system.read(STATUS + 0x08) == job["build_id"]
    assert await system.read(STATUS + 0x14) * job["count"] == len(frames)
    assert await system.read(STATUS + 0x18) * job["count"] == len(expected)
    system.ram.write(SOURCE, frames)

    async def run() -> None:
        system.poison(TARGET, len(expected))
        await system.launch(ODMA, TARGET, job["count"])
        await system.launch(IDMA, SOURCE, job["count"])

    await run()
    await system.wait(job["reset_at"])
    assert not await system.read(ODMA + CONTROL) & 2
    await system.soft_reset()
    system.pause(0.2, "ram.ar", "ram.r", "ram.aw", "ram.w", "ram.b")
    await run()
    while not await system.read(ODMA + CONTROL) & 2:
        await system.wait(POLL_CYCLES)
    system.check(TARGET, expected)
    assert await system.read(STATUS + ERRORS) == 0
    cycles, bound = await system.read(STATUS + CYCLES), job["cycles_bound"] * job["count"]
    assert bound < cycles < 1.5 * bound, f"{cycles} cycles, bound {bound}"
