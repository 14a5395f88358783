# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the shell promises, checked in cocotb around an accelerator that inverts every byte.

Every AXI port has assertions of its own in the RTL (`axi_read_checker`, `axi_write_checker`).
"""

from __future__ import annotations

from typing import Any

import cocotb
from cocotbext.axi import AxiBurstType, AxiResp

from tests.shell.cocotb_run import read_job
from tests.shell.system import (
    ADDRESS,
    CONTROL,
    CYCLES,
    DONE,
    ERRORS,
    IDLE,
    IDMA,
    INPUT_STALL,
    ODMA,
    OUTPUT_STALL,
    POISON,
    REPEATS,
    RESET,
    RUNS,
    STATUS,
    System,
)

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
async def frames_arrive_whole_wherever_they_lie(dut: Any) -> None:
    system = await System(dut, seed=1).start()
    for offset in (0, 8, 0xF80, 0xFA8, 0xFF8):
        await restore(system, 1, SOURCE + offset, TARGET + 0xFF8 - offset)
    size = -(-FRAME_BYTES // 8) * 8
    await restore(system, 3, SOURCE + 0xFF0, TARGET + 0xF88)
    await restore(system, 1, LAST_WORD + 8 - size - 0x1000, LAST_WORD + 8 - size)
    assert await system.read(STATUS + ERRORS) == 0


@cocotb.test(**TIMEOUT)
async def frames_arrive_whole_whatever_rests(dut: Any) -> None:
    system = await System(dut, seed=2).start()
    for probability in (0.2, 0.5, 0.8):
        system.pause(probability)
        repeats, place = system.random.randrange(1, 4), 8 * system.random.randrange(0x400)
        await restore(system, repeats, SOURCE + place, TARGET + 0x2000 - place)
    system.pause(0)
    for name in system.channels():
        system.pause(0.7, name)
        await restore(system)
        system.pause(0, name)
    system.ready_after_valid()
    await restore(system, 2)
    assert await system.read(STATUS + ERRORS) == 0


@cocotb.test(**TIMEOUT)
async def several_reads_are_open_while_memory_is_slow(dut: Any) -> None:
    system = await System(dut).start()
    system.ram.read_if.ar_channel.queue_occupancy_limit = -1
    system.ram.read_if.r_channel.pause = True
    data = pictures(system, MANY)
    await begin(system, data, MANY)
    await system.wait(300)
    assert system.ram.read_if.ar_channel.count() >= 3
    system.ram.read_if.r_channel.pause = False
    await system.wait_done(ODMA)
    system.check(TARGET, inverted(data))


@cocotb.test(**TIMEOUT)
async def four_writes_may_wait_for_their_answer(dut: Any) -> None:
    system = await System(dut).start()
    for channel in system.channels().values():
        channel.queue_occupancy_limit = -1
    answers = system.ram.write_if.b_channel
    answers.pause = True
    data = pictures(system, MANY)
    await begin(system, data, MANY)
    await system.wait(1200)
    # one more is on the channel; more than four in all trip the assertion on the port
    assert answers.count() in (3, 4)
    answers.pause = False
    await system.wait_done(ODMA)
    system.check(TARGET, inverted(data))


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
async def a_buffer_may_end_at_4_gib_and_no_run_is_as_long(dut: Any) -> None:
    system = await System(dut).start()
    size = -(-FRAME_BYTES // 8) * 8
    data = pictures(system)
    await system.launch(ODMA, 2**32 - size, 1)
    system.ram.write(SOURCE, data)
    await system.launch(IDMA, SOURCE, 1)
    await system.wait_done(ODMA)
    assert bytes(system.ram.read(2**32 - size, len(data))) == inverted(data)
    assert await system.read(STATUS + ERRORS) == 0
    assert await system.read(IDMA + CONTROL) == DONE | IDLE
    for repeats in (2**32 // FRAME_BYTES + 1, 2**32 - 1):
        for bank, error in ((IDMA, 4), (ODMA, 8)):
            await system.launch(bank, SOURCE, repeats)
            await system.wait_done(bank)
            assert await system.read(STATUS + ERRORS) == error
            await system.write(STATUS + ERRORS, error)
    await restore(system)


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


@cocotb.test(**TIMEOUT)
async def frames_follow_one_another_without_a_bubble(dut: Any) -> None:
    system = await System(dut).start()
    figures = {}
    for repeats in (2, 6):
        await restore(system, repeats)
        figures[repeats] = [await system.read(STATUS + x) for x in (CYCLES, INPUT_STALL, OUTPUT_STALL)]
    wait = [figures[6][i] - figures[2][i] for i in range(3)]
    words = FRAME_BYTES / min(8, *STREAM_BYTES)
    # the last burst may be short or long
    assert abs(wait[0] - 4 * words) <= 16, figures
    if max(STREAM_BYTES) <= 8:
        assert wait[1:] == [0, 0], figures


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
