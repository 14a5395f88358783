# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""An accelerator in its shell, simulated, with the driver's DMA code above and a memory that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from bbcu_fpga.board.model.bus import STALE_MEMORY, Bus
from bbcu_fpga.board.model.verilated import VerilatedLogic
from bbcu_fpga.board.model.zynq import FCLK, SLCR_BASE, SLCR_BYTES, Slcr
from bbcu_fpga.builder.execution import Frames
from bbcu_fpga.runtime.dma import DmaPair
from bbcu_fpga.runtime.registers import BANKS, INPUT_DMA, OUTPUT_DMA, STATUS, Dma

PLL_MHZ = 1000
# a run that takes so many times its cycles without a fault is hung
PATIENCE = 4
# of the clock that the driver sees: what it waits for is cycles, and every run is the same
CYCLES_PER_SECOND = 100_000
CYCLES_PER_ACCESS = 7  # small, so that faults fall on any cycle
ACCESS_LIMIT = 1 << 40


class Bank:
    """The registers of one bank, as the driver sees them."""

    def __init__(self, bus: Bus, base: int) -> None:
        self._bus, self._base = bus, base

    def read(self, offset: int) -> int:
        """Read a register."""
        return self._bus.read(self._base + offset)

    def write(self, offset: int, value: int) -> None:
        """Write a register."""
        self._bus.write(self._base + offset, value)


class FaultBench:
    """A programmed board.

    Args:
        library: made by `bbcu_fpga.board.library` of a shell with an accelerator.
        data_dir: where its memory files are.
        clock_mhz: what it was built for.
        frames: uint8 [N, H, W, C], what a run sends.
        expected: uint8 [N, s*H, s*W, C], what must come out.
    """

    def __init__(
        self, library: Path, data_dir: Path, clock_mhz: float, frames: Frames, expected: Frames
    ) -> None:
        self.frames, self.expected = frames, expected
        self.bus = Bus(pool_bytes=1 << 22, access_limit=ACCESS_LIMIT)
        slcr = Slcr()
        self.bus.attach(SLCR_BASE, SLCR_BYTES, slcr)
        self.logic = VerilatedLogic(library, data_dir, self.bus, slcr, clock_mhz)
        self.logic.program()
        self.bus.write(SLCR_BASE + FCLK[0], 1 << 20 | round(PLL_MHZ / clock_mhz) << 8)
        self.banks = {name: Bank(self.bus, base) for name, base in BANKS.items()}
        self.dma = self._driver()
        self.source = self.bus.allocate(frames.nbytes, cached=False)
        self.target = self.bus.allocate(expected.nbytes, cached=False)
        self.logic.cycles_per_access = CYCLES_PER_ACCESS
        self.run_cycles = self._measure()

    def _driver(self) -> DmaPair:
        return DmaPair(*(self.banks[name] for name in (INPUT_DMA, OUTPUT_DMA, STATUS)))

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Let the driver's time be that of the simulation."""
        clock = SimpleNamespace(
            monotonic=lambda: self.logic.cycles / CYCLES_PER_SECOND,
            sleep=lambda seconds: self.logic.run(round(seconds * CYCLES_PER_SECOND)),
        )
        with mock.patch("bbcu_fpga.runtime.dma.time", clock):
            yield

    def _measure(self) -> int:
        """Return the cycles of a run without a fault."""
        self.start()
        begin = self.logic.cycles
        while not self.dma.is_done():
            self.logic.run(10)
        return self.logic.cycles - begin

    def start(self) -> None:
        """Begin a run of all frames, without waiting."""
        self.fill()
        self.dma.start(self.source.address, self.target.address, len(self.frames))

    def start_unequal(self, sent: int, asked: int) -> None:
        """Begin a run whose input DMA sends another number of frames than the output DMA asks for."""
        self.fill()
        self.dma = self._driver()
        for name, address, count in (
            (OUTPUT_DMA, self.target.address, asked),
            (INPUT_DMA, self.source.address, sent),
        ):
            bank = self.banks[name]
            # the read clears a done that nobody fetched
            bank.read(Dma.CONTROL)
            bank.write(Dma.ADDRESS_LOW, address)
            bank.write(Dma.ADDRESS_HIGH, 0)
            bank.write(Dma.REPEAT, count)
            bank.write(Dma.CONTROL, Dma.START)

    def fill(self) -> None:
        """Put the frames into the source and what must be overwritten into the target."""
        self.source.memory[: self.frames.nbytes] = self.frames.ravel()
        self.target.memory[:] = STALE_MEMORY

    def finish(self) -> None:
        """Let a run end, or hang, and wait for it as the driver does; raises what the driver raises."""
        self.dma.wait(PATIENCE * self.run_cycles / CYCLES_PER_SECOND)

    def is_right(self, count: int | None = None) -> bool:
        """Tell whether the target holds the first `count` frames (default: all), and nothing behind them."""
        good = self.expected[:count].ravel()
        memory = self.target.memory
        return bool((memory[: good.size] == good).all() and (memory[good.size :] == STALE_MEMORY).all())
