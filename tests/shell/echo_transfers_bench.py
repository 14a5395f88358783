# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the DMA of the shell promises: every byte, wherever it lies and whatever rests, and full speed."""

from __future__ import annotations

from typing import Any

import cocotb

from tests.shell.echo import (
    FRAME_BYTES,
    LAST_WORD,
    MANY,
    SOURCE,
    STREAM_BYTES,
    TARGET,
    TIMEOUT,
    begin,
    inverted,
    pictures,
    restore,
)
from tests.shell.system import (
    CONTROL,
    CYCLES,
    DONE,
    ERRORS,
    IDLE,
    IDMA,
    INPUT_STALL,
    ODMA,
    OUTPUT_STALL,
    STATUS,
    System,
)


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
