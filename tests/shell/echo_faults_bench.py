# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the shell promises when something fails: it is recorded, the run ends, and a soft reset recovers."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotbext.axi import AxiResp

from tests.shell.echo import FRAME_BYTES, SOURCE, TARGET, TIMEOUT, begin, pictures, restore
from tests.shell.system import CONTROL, DONE, ERRORS, IDLE, IDMA, ODMA, POISON, RESET, RUNS, STATUS, System


@cocotb.test(**TIMEOUT)
async def failed_transfers_are_recorded_and_the_run_ends(dut: Any) -> None:
    system = await System(dut).start()
    last = SOURCE + (FRAME_BYTES - 1) // 8 * 8
    cases = [(SOURCE, AxiResp.SLVERR), (last, AxiResp.DECERR)]
    for place, answer in cases:
        system.read_fault = lambda address, p=place, a=answer: a if address == p else AxiResp.OKAY
        await begin(system, pictures(system), 1)
        await system.wait_done(ODMA)
        assert await system.read(STATUS + ERRORS) == 1
        await system.write(STATUS + ERRORS, 0xE)
        assert await system.read(STATUS + ERRORS) == 1, "only a 1 clears, and only its own bit"
        await system.write(STATUS + ERRORS, 1)
    system.read_fault = lambda _: AxiResp.OKAY
    for system.write_fault in (AxiResp.SLVERR, AxiResp.DECERR):
        await begin(system, pictures(system), 1)
        await system.wait_done(ODMA)
        assert await system.read(STATUS + ERRORS) == 2
        await system.write(STATUS + ERRORS, 2)
    system.write_fault = AxiResp.OKAY
    assert await system.read(IDMA + CONTROL) == DONE | IDLE
    await restore(system)
    assert await system.read(STATUS + ERRORS) == 0


@cocotb.test(**TIMEOUT)
async def unusable_buffers_are_recorded_and_memory_is_left_alone(dut: Any) -> None:
    system = await System(dut).start()
    unusable = (TARGET + 4, TARGET + 1, TARGET + 2**32, 2**32 - 8)
    for address in unusable:
        system.poison(TARGET, 64)
        system.ram.write(2**32 - 8, bytes(8))
        system.ram.write(0, bytes(8))
        await system.launch(ODMA, address, 2)
        await system.launch(IDMA, SOURCE, 2)
        await system.wait_done(ODMA)
        assert await system.read(STATUS + ERRORS) == 8
        await system.write(STATUS + ERRORS, 8)
        system.check(TARGET, bytes([POISON]) * 64)
        assert bytes(system.ram.read(2**32 - 8, 8)) + bytes(system.ram.read(0, 8)) == bytes(16)
        await restore(system)
    reads: list[int] = []
    for address in unusable:
        system.read_fault = lambda place: (reads.append(place), AxiResp.OKAY)[1]
        await system.launch(ODMA, TARGET, 2)
        await system.launch(IDMA, address, 2)
        await system.wait_done(ODMA)
        assert await system.read(STATUS + ERRORS) == 4
        assert not reads
        await system.write(STATUS + ERRORS, 4)
        await restore(system)
        reads.clear()


@cocotb.test(**TIMEOUT)
async def a_soft_reset_at_any_moment_is_followed_by_a_correct_frame(dut: Any) -> None:
    system = await System(dut, seed=3).start()
    for delay in (0, 20, 34, 35, 40, *range(55, 96, 3), 101, 130, 180):
        system.pause(0.5 if delay % 2 else 0.0, "ram.aw", "ram.w", "ram.b", "ram.ar", "ram.r")
        data = pictures(system, 3)
        await begin(system, data, 3)
        await system.wait(delay)
        await system.soft_reset()
        half = bytes(system.ram.read(TARGET, len(data)))
        wrong = [i for i, byte in enumerate(half) if byte not in (POISON, 255 - data[i])]
        assert not wrong, f"after a reset {delay} cycles on, byte {wrong[0]} is neither old nor new"
        system.poison(TARGET, 0x1000)
        for bank in (IDMA, ODMA):
            assert await system.read(bank + CONTROL) == IDLE
        await system.wait(30)
        system.check(TARGET, bytes([POISON]) * 0x1000)
        await restore(system, 1)
    assert await system.read(STATUS + ERRORS) == 0


@cocotb.test(**TIMEOUT)
async def a_soft_reset_frees_an_output_that_waits_for_ever(dut: Any) -> None:
    system = await System(dut).start()
    system.ram.write(SOURCE, pictures(system))
    await system.launch(ODMA, TARGET, 2)  # one frame more than comes
    await system.launch(IDMA, SOURCE, 1)
    await system.wait(1000)
    assert await system.read(ODMA + CONTROL) == RUNS
    await system.soft_reset()
    await restore(system)


@cocotb.test(**TIMEOUT)
async def a_soft_reset_ends_only_when_the_bus_is_quiet(dut: Any) -> None:
    system = await System(dut).start()
    for channel in (system.ram.read_if.r_channel, system.ram.write_if.b_channel):
        await begin(system, pictures(system, 2), 2)
        channel.pause = True
        await system.wait(400)
        await system.write(STATUS + RESET, 1)
        await system.wait(200)
        assert await system.read(STATUS + RESET) == 1
        await system.write(ODMA + CONTROL, 1)
        assert await system.read(ODMA + CONTROL) == IDLE, "a start during a reset is ignored"
        channel.pause = False
        await system.wait(100)
        assert await system.read(STATUS + RESET) == 0
        await restore(system)
