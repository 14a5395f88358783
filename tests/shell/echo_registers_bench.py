# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the registers of the shell promise: map, bursts, done, idle, counters."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotbext.axi import AxiBurstType, AxiResp

from tests.shell.echo import FRAME_BYTES, MANY, SOURCE, TARGET, TIMEOUT, begin, inverted, pictures, restore
from tests.shell.system import (
    ADDRESS,
    CONTROL,
    CYCLES,
    DONE,
    IDLE,
    IDMA,
    INPUT_STALL,
    ODMA,
    OUTPUT_STALL,
    POISON,
    REPEATS,
    RUNS,
    STATUS,
    System,
)


@cocotb.test(**TIMEOUT)
async def registers_say_what_was_built(dut: Any) -> None:
    system = await System(dut).start()
    expected = [0x5543_4242, 1, 0x1234_ABCD, 21, 3, FRAME_BYTES, FRAME_BYTES, 0, 0, 0, 0, 0, 0, 0]
    assert [await system.read(STATUS + 4 * i) for i in range(len(expected))] == expected
    for offset in (0x00, 0x08, 0x1C):
        await system.write(STATUS + offset, 0xFFFF_FFFF)
    assert [await system.read(STATUS + 4 * i) for i in range(len(expected))] == expected
    for bank in (IDMA, ODMA):
        assert await system.read(bank + CONTROL) == IDLE
        assert await system.read(bank + 0x20) == await system.read(bank + 0xFFFC) == 0


@cocotb.test(**TIMEOUT)
async def addresses_without_a_bank_are_decode_errors(dut: Any) -> None:
    system = await System(dut).start()
    for address in (0x3FFF_FFFC, 0x4003_0000, 0x5000_0000, 0x8001_0010):
        assert (await system.cpu.read(address, 4)).resp == AxiResp.DECERR
        assert (await system.cpu.write(address, bytes(4))).resp == AxiResp.DECERR
    # a write burst has one answer, the worst; the last word of bank 2 lies beside what has none
    answer = await system.cpu.write(0x4002_FFF8, bytes(8))
    assert answer.resp == AxiResp.OKAY
    assert await system.read(IDMA + CONTROL) == IDLE


@cocotb.test(**TIMEOUT)
async def bursts_and_bytes_reach_the_registers_they_name(dut: Any) -> None:
    system = await System(dut).start()
    values = [system.random.getrandbits(32) for _ in range(4)]
    words = b"".join(value.to_bytes(4, "little") for value in values)
    system.pause(0.4)
    await system.cpu.write(ODMA + ADDRESS, words, awid=0xABC)
    got = [await system.read(ODMA + ADDRESS + 4 * i) for i in range(4)]
    assert got == [values[0], values[1], 0, values[3]]
    burst = await system.cpu.read(ODMA + CONTROL, 32, arid=0xF01)
    expected = [IDLE, 0, 0, 0, values[0], values[1], 0, values[3]]
    assert burst.data == b"".join(value.to_bytes(4, "little") for value in expected)
    # 0x18, 0x1C, then around to 0x10, 0x14
    wrapped = await system.cpu.read(ODMA + 0x18, 16, burst=AxiBurstType.WRAP)
    assert wrapped.data == b"".join(value.to_bytes(4, "little") for value in [0, values[3], *values[:2]])
    fixed = await system.cpu.read(ODMA + ADDRESS, 12, burst=AxiBurstType.FIXED)
    assert fixed.data == words[:4] * 3
    await system.cpu.write(ODMA + ADDRESS + 1, b"\x12\x34")
    await system.cpu.write(ODMA + ADDRESS + 3, b"\x56", size=0)
    assert await system.read(ODMA + ADDRESS) == 0x5634_1200 | values[0] & 0xFF
    assert (await system.cpu.read(ODMA + ADDRESS + 2, 2, size=0)).data == b"\x34\x56"
    assert await system.read(IDMA + ADDRESS) == 0, "the other bank is untouched"


@cocotb.test(**TIMEOUT)
async def done_is_cleared_by_reading_it_and_by_nothing_else(dut: Any) -> None:
    system = await System(dut).start()
    data = pictures(system)
    await begin(system, data, 1)
    await system.wait(600)
    assert await system.read(ODMA + ADDRESS) == TARGET
    assert await system.read(ODMA + CONTROL) == DONE | IDLE
    assert await system.read(ODMA + CONTROL) == IDLE
    # the input's was not read yet; a new run does not clear it
    await begin(system, data, 1)
    await system.wait(600)
    assert await system.read(IDMA + CONTROL) == DONE | IDLE
    assert await system.read(IDMA + CONTROL) == IDLE
    assert await system.read(ODMA + CONTROL) == DONE | IDLE


@cocotb.test(**TIMEOUT)
async def done_is_not_lost_when_it_is_read_as_it_comes(dut: Any) -> None:
    system = await System(dut).start()
    seen = []
    for delay in range(44):  # a run of no frames takes some 36 cycles
        await system.launch(ODMA, TARGET, 0)
        await system.wait(delay)
        early = await system.read(ODMA + CONTROL) & DONE
        await system.wait(44 - delay)
        assert (await system.read(ODMA + CONTROL) & DONE) != early
        seen.append(early)
    assert sorted(seen) == seen and seen[0] != seen[-1], "the end of a run was read in one of these cycles"


@cocotb.test(**TIMEOUT)
async def zero_frames_are_done_at_once_and_touch_nothing(dut: Any) -> None:
    system = await System(dut).start()
    system.poison(TARGET, 64)
    await system.launch(ODMA, TARGET, 0)
    await system.launch(IDMA, SOURCE, 0)
    await system.wait(100)
    for bank in (IDMA, ODMA):
        assert await system.read(bank + CONTROL) == DONE | IDLE
    system.check(TARGET, bytes([POISON]) * 64)
    await restore(system)


@cocotb.test(**TIMEOUT)
async def a_busy_dma_ignores_starts_and_keeps_its_request(dut: Any) -> None:
    system = await System(dut).start()
    data = pictures(system, 2)
    system.ram.read_if.r_channel.pause = True
    await begin(system, data, 2)
    await system.wait(60)
    for bank, address in ((IDMA, SOURCE + 0x8000), (ODMA, TARGET + 0x8000)):
        await system.launch(bank, address, 7)
        assert await system.read(bank + CONTROL) == RUNS
        assert await system.read(bank + REPEATS) == 7
    system.ram.read_if.r_channel.pause = False
    await system.wait_done(ODMA)
    system.check(TARGET, inverted(data))
    await system.wait(300)
    assert await system.read(ODMA + CONTROL) == IDLE, "no second run"
    await restore(system)


@cocotb.test(**TIMEOUT)
async def counters_tell_who_waited_and_hold_after_the_run(dut: Any) -> None:
    system = await System(dut).start()
    counters = (CYCLES, INPUT_STALL, OUTPUT_STALL)

    async def run(**paused: float) -> list[int]:
        for name, probability in paused.items():
            system.pause(probability, f"ram.{name}")
        await restore(system, MANY)
        for name in paused:
            system.pause(0, f"ram.{name}")
        first = [await system.read(STATUS + x) for x in counters]
        assert first == [await system.read(STATUS + x) for x in counters]
        return first

    plain = await run()
    slow_reads = await run(r=0.95)
    slow_writes = await run(w=0.95)
    assert slow_reads[0] > plain[0] and slow_writes[0] > plain[0]
    assert slow_reads[1] > plain[1] + 100
    assert slow_writes[2] > plain[2] + 100
    assert slow_writes[1] < plain[1] + 100
