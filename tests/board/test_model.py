# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What makes the simulated board truthful: stale memory, stale caches, passing time, and nothing forgiven."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.board.model.bus import PAGE, STALE_CACHE, STALE_MEMORY, Bus, BusError, RegisterArray, Registers
from bbcu_fpga.board.model.zynq import SLCR_BASE, SLCR_BYTES, Slcr


class Counter(Registers):
    """A register that counts how much time passed."""

    def __init__(self) -> None:
        self.ticks, self.written = 0, 0

    def read(self, offset: int) -> int:
        return self.ticks

    def write(self, offset: int, value: int) -> None:
        self.written = value

    def tick(self) -> None:
        self.ticks += 1


def test_time_passes_for_every_block_at_each_access() -> None:
    bus, blocks = Bus(PAGE), [Counter(), Counter()]
    for index, block in enumerate(blocks):
        bus.attach(0x1000 * index, 0x100, block)
    assert [bus.read(0), bus.read(0x1000), bus.read(0)] == [1, 2, 3]
    bus.write(0x1004, 7)
    assert [block.ticks for block in blocks] == [4, 4]
    assert blocks[1].written == 7


@pytest.mark.parametrize(
    ("address", "value", "message"),
    [
        (0x2000, 0, "nothing is mapped there"),
        (0x2, 0, "not a multiple of 4"),
        (0x0, 1 << 32, "a register has 32 bits"),
        (0x0, -1, "a register has 32 bits"),
    ],
)
def test_bus_errors(address: int, value: int, message: str) -> None:
    bus = Bus(PAGE)
    bus.attach(0, 0x100, Counter())
    with pytest.raises(BusError, match=message):
        bus.write(address, value)


def test_endless_polling_ends() -> None:
    bus = Bus(PAGE, access_limit=10)
    bus.attach(0, 0x100, Counter())
    with pytest.raises(BusError, match="10 accesses .* the driver hangs"):
        while True:
            bus.read(0)


def test_cached_memory_is_reconciled_by_flush_and_invalidate_only() -> None:
    buffer = Bus(4 * PAGE).allocate(16, cached=True)
    assert (buffer.cpu == STALE_CACHE).all() and (buffer.memory == STALE_MEMORY).all()
    buffer.cpu[:8] = np.arange(8)
    assert (buffer.memory == STALE_MEMORY).all()
    buffer.flush(0, 4)
    assert buffer.memory[:8].tolist() == [0, 1, 2, 3, *[STALE_MEMORY] * 4]
    buffer.memory[:8] = 9
    buffer.invalidate(4, 4)
    assert buffer.cpu[:8].tolist() == [0, 1, 2, 3, 9, 9, 9, 9]


def test_uncached_memory_is_one() -> None:
    buffer = Bus(4 * PAGE).allocate(16, cached=False)
    buffer.cpu[3] = 1
    assert buffer.memory[3] == 1


def test_dma_reaches_allocated_buffers_only() -> None:
    bus = Bus(8 * PAGE)
    first, second = bus.allocate(PAGE, cached=True), bus.allocate(1, cached=True)
    assert second.address > first.address + PAGE, "a page between them belongs to nobody"
    bus.memory(first.address, PAGE)[:] = 1
    assert (first.memory == 1).all() and (second.memory == STALE_MEMORY).all()
    beyond = ((first.address, PAGE + 1), (first.address - 1, 1), (second.address, 9), (0, 8))
    for address, size in beyond:
        with pytest.raises(BusError, match="outside every allocated buffer"):
            bus.memory(address, size)
    with pytest.raises(RuntimeError, match="out of contiguous memory"):
        bus.allocate(8 * PAGE, cached=True)


def test_register_array_is_what_pynq_expects_of_mapped_registers() -> None:
    bus, block = Bus(PAGE), Counter()
    bus.attach(0x100, 0x100, block)
    registers = RegisterArray(bus, 0x100, 8)
    registers[2] = np.uint32(5)
    assert block.written == 5
    value = registers[0]
    assert isinstance(value, np.uint32) and value == 2
    assert len(registers[2:6]) == 4
    assert registers.view("u4") is registers
    with pytest.raises(BusError, match="register 8 of 8"):
        registers[8]
    with pytest.raises(BusError, match="they have 32 bits"):
        registers.view("u8")


def test_clock_follows_its_dividers() -> None:
    bus, slcr = Bus(PAGE), Slcr()
    bus.attach(SLCR_BASE, SLCR_BYTES, slcr)
    assert slcr.clock_mhz() == 200.0
    bus.write(SLCR_BASE + 0x170, 2 << 20 | 10 << 8)
    assert slcr.clock_mhz() == 50.0
    assert slcr.clock_mhz(1) == 200.0
