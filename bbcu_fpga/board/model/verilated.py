# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The programmable logic: a Verilated design in a shared library, clocked by the processor's accesses."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

from .bus import Buffer, Bus, BusError, Registers
from .zynq import Slcr

# what M_AXI_GP0 of the processor reaches
GP0_BASE, GP0_BYTES = 0x4000_0000, 0x4000_0000
# of logic at 100 MHz during an access from Python, which takes ten microseconds and more
CYCLES_PER_ACCESS = 1000
CLOCK_TOLERANCE = 1e-4
_RESPONSES = {2: "SLVERR", 3: "DECERR"}
# of the port to the memory, by their bits in board.cpp
CHANNELS = {"ar": 1, "r": 2, "aw": 4, "w": 8, "b": 16}


class VerilatedLogic(Registers):
    """The design behind the processor's port, with its DMA on the memory of `bus`.

    Args:
        library: made by `bbcu_fpga.board.library`.
        data_dir: where the design's memory files are.
        clock_mhz: what the design was built for; a faster clock is refused, because results would be wrong.
    """

    def __init__(self, library: Path, data_dir: Path, bus: Bus, slcr: Slcr, clock_mhz: float) -> None:
        self._functions = _load(library)
        self._data_dir, self._bus, self._slcr, self._clock_mhz = data_dir, bus, slcr, clock_mhz
        self._handle: int | None = None
        self._mapped: list[Buffer] = []
        self.cycles_per_access = CYCLES_PER_ACCESS
        bus.attach(GP0_BASE, GP0_BYTES, self)

    def program(self) -> None:
        """Load the design, as a bitstream does: everything begins anew."""
        if self._handle is not None:
            self._functions.board_close(self._handle)
        with _working_folder(self._data_dir):
            self._handle = self._functions.board_open()
        self._mapped = []
        self._check()

    def read(self, offset: int) -> int:
        """Read a register of the design."""
        value = ctypes.c_uint32()
        address = GP0_BASE + offset
        self._answer(self._functions.board_read(self._ready(), address, ctypes.byref(value)), address)
        return value.value

    def write(self, offset: int, value: int) -> None:
        """Write a register of the design."""
        address = GP0_BASE + offset
        self._answer(self._functions.board_write(self._ready(), address, value), address)

    def tick(self) -> None:
        """Let the design run while the processor does something else."""
        # with a wrong clock nothing is done: the next access to the logic says so
        if self._handle is not None and not self._too_fast:
            self.run(self.cycles_per_access)

    def run(self, cycles: int) -> None:
        """Let the design run for so many clock cycles."""
        self._functions.board_run(self._ready(), cycles)
        self._check()

    @property
    def cycles(self) -> int:
        """Clock cycles since the design was loaded."""
        return int(self._functions.board_cycles(self._ready()))

    def fail(self, reads: int = 0, writes: int = 0, *, after: int = 0, answer: str = "SLVERR") -> None:
        """Let the memory answer so many beats read, and bursts written, with an error, `after` others."""
        code = next(code for code, name in _RESPONSES.items() if name == answer)
        self._functions.board_fail(self._ready(), reads, writes, after, code)

    def stall(self, *channels: str) -> None:
        """Let the memory rest for ever on these of its CHANNELS, and no longer on the others."""
        self._functions.board_stall(self._ready(), sum(CHANNELS[name] for name in channels))

    @property
    def _too_fast(self) -> bool:
        return self._slcr.clock_mhz() > self._clock_mhz * (1 + CLOCK_TOLERANCE)

    def _ready(self) -> int:
        if self._handle is None:
            raise BusError("access to the programmable logic, which is not programmed")
        if self._too_fast:
            clocks = f"{self._slcr.clock_mhz():g} MHz, it was built for {self._clock_mhz:g} MHz"
            raise BusError(f"the logic runs at {clocks}")
        for buffer in self._bus.buffers[len(self._mapped) :]:
            pointer = buffer.memory.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
            self._functions.board_map(self._handle, buffer.address, len(buffer.memory), pointer)
            self._mapped.append(buffer)
        return self._handle

    def _answer(self, response: int, address: int) -> None:
        self._check()
        if response:
            raise BusError(f"access to {address:#x}: the logic answers {_RESPONSES.get(response, response)}")

    def _check(self) -> None:
        message = self._functions.board_error(self._handle).decode(errors="replace")
        if message:
            raise BusError(f"the simulated design stopped: {message}")


def _load(library: Path) -> ctypes.CDLL:
    functions = ctypes.CDLL(str(library))
    handle = ctypes.c_void_p
    word, size = ctypes.c_uint32, ctypes.c_uint64
    signatures = {
        "board_open": (handle, []),
        "board_close": (None, [handle]),
        "board_error": (ctypes.c_char_p, [handle]),
        "board_map": (None, [handle, word, word, ctypes.POINTER(ctypes.c_uint8)]),
        "board_read": (ctypes.c_int, [handle, word, ctypes.POINTER(word)]),
        "board_write": (ctypes.c_int, [handle, word, word]),
        "board_run": (None, [handle, size]),
        "board_cycles": (size, [handle]),
        "board_fail": (None, [handle, *[ctypes.c_int] * 4]),
        "board_stall": (None, [handle, ctypes.c_uint]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(functions, name)
        function.restype, function.argtypes = result, arguments
    return functions


@contextlib.contextmanager
def _working_folder(folder: Path) -> Iterator[None]:
    """Memory files are named relative to the folder of the sources."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
