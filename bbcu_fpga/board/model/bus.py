# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The physical addresses of the board: memory, blocks of registers, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np

PAGE, BEAT = 4096, 8
POOL_BASE = 0x1680_0000
# what is in memory nobody wrote to, and in cache lines nobody fetched
STALE_MEMORY, STALE_CACHE = 0xA5, 0x5A


class BusError(Exception):
    """An access that a board answers with a bus error, or that never ends there."""


class Registers:
    """A block of 32-bit registers."""

    def read(self, offset: int) -> int:
        """Return the register at a byte offset."""
        raise NotImplementedError

    def write(self, offset: int, value: int) -> None:
        """Write the register at a byte offset."""
        raise NotImplementedError

    def tick(self) -> None:
        """Let the time of one access pass; it passes for every block at each access to any."""


class Buffer:
    """Contiguous memory: what the DMA sees, and the processor's copy, which only flush/invalidate align."""

    def __init__(self, address: int, memory: np.ndarray, cached: bool) -> None:
        self.address, self.memory = address, memory
        self.cpu = np.full_like(memory, STALE_CACHE) if cached else memory

    def flush(self, offset: int, size: int) -> None:
        """Write the processor's copy to memory."""
        self.memory[offset : offset + size] = self.cpu[offset : offset + size]

    def invalidate(self, offset: int, size: int) -> None:
        """Read memory into the processor's copy."""
        self.cpu[offset : offset + size] = self.memory[offset : offset + size]


class Bus:
    """Registers and memory by physical address.

    Args:
        pool_bytes: contiguous memory to allocate from.
        access_limit: accesses to registers after which a program is taken to hang: neither pynq nor an
            endless loop in a driver would ever stop.
    """

    def __init__(self, pool_bytes: int = 1 << 26, access_limit: int = 1_000_000) -> None:
        self.pool = np.full(pool_bytes, STALE_MEMORY, np.uint8)
        self.buffers: list[Buffer] = []
        self.accesses, self.limit = 0, access_limit
        self._next = 0
        self._blocks: list[tuple[int, int, Registers]] = []

    def attach(self, base: int, size: int, block: Registers) -> None:
        """Put a block of registers at an address."""
        self._blocks.append((base, size, block))

    def allocate(self, size: int, cached: bool) -> Buffer:
        """Return fresh memory in pages of its own, with a page that belongs to nobody behind it.

        The DMA may use what was asked for, rounded up to its words of 8 bytes, and not the rest of the page.
        Raises RuntimeError as pynq does when there is no more.
        """
        usable, pages = (-(-max(size, 1) // unit) * unit for unit in (BEAT, PAGE))
        if self._next + pages > len(self.pool):
            raise RuntimeError("Allocate failed: out of contiguous memory")
        buffer = Buffer(POOL_BASE + self._next, self.pool[self._next : self._next + usable], cached)
        self._next += pages + PAGE
        self.buffers.append(buffer)
        return buffer

    def memory(self, address: int, size: int) -> np.ndarray:
        """Return memory as the DMA sees it; raises BusError outside allocated buffers."""
        for buffer in self.buffers:
            offset = address - buffer.address
            if offset >= 0 and offset + size <= len(buffer.memory):
                return buffer.memory[offset : offset + size]
        raise BusError(f"DMA access to {address:#x}, {size} bytes: outside every allocated buffer")

    def read(self, address: int) -> int:
        """Read a register as the processor does."""
        base, block = self._access(address)
        return block.read(address - base) & 0xFFFF_FFFF

    def write(self, address: int, value: int) -> None:
        """Write a register as the processor does."""
        if not 0 <= value <= 0xFFFF_FFFF:
            raise BusError(f"{value:#x} written to {address:#x}: a register has 32 bits")
        base, block = self._access(address)
        block.write(address - base, value)

    def _access(self, address: int) -> tuple[int, Registers]:
        self.accesses += 1
        if self.accesses > self.limit:
            raise BusError(f"{self.limit} accesses to registers, the last to {address:#x}: the driver hangs")
        if address & 3:
            raise BusError(f"access to {address:#x}: not a multiple of 4")
        for _, _, block in self._blocks:
            block.tick()
        for base, size, block in self._blocks:
            if base <= address < base + size:
                return base, block
        raise BusError(f"access to {address:#x}: nothing is mapped there")


class RegisterArray:
    """What stands for the array of registers that pynq maps: each element access is one bus access."""

    dtype = np.dtype("<u4")
    ndim = 1

    def __init__(self, bus: Bus, base: int, words: int) -> None:
        self._bus, self._base, self._words = bus, base, words
        self.shape, self.size, self.nbytes = (words,), words, 4 * words

    def __len__(self) -> int:
        return self._words

    def view(self, dtype: Any = "u4") -> RegisterArray:
        """Return itself: pynq asks for 32-bit registers only."""
        if np.dtype(dtype) != self.dtype:
            raise BusError(f"registers accessed as {dtype}: they have 32 bits")
        return self

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            first, last, step = key.indices(self._words)
            if step != 1:
                raise BusError("registers accessed with a stride")
            return RegisterArray(self._bus, self._base + 4 * first, max(0, last - first))
        return np.uint32(self._bus.read(self._address(key)))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._bus.write(self._address(key), int(value))

    def _address(self, index: Any) -> int:
        if not 0 <= int(index) < self._words:
            raise BusError(f"register {index} of {self._words} at {self._base:#x}: outside what was mapped")
        return self._base + 4 * int(index)
