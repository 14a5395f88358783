# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The shell's registers and DMA in Python, as docs/shell.md describes them, around a function of a frame.

For what the Verilated shell is too slow, or too well behaved, to be tested with.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bbcu_fpga.board.model.bus import Bus, BusError, Registers
from bbcu_fpga.board.model.zynq import Slcr
from bbcu_fpga.runtime.manifest import Manifest
from bbcu_fpga.runtime.registers import BANK_BYTES, BANKS, MAGIC, VERSION, Dma, Status

Restore = Callable[[np.ndarray], np.ndarray]
# accesses to registers that a frame takes
FRAME_ACCESSES = 5


class Bank(Registers):
    """One DMA: registers, and what remains to be done of a run."""

    def __init__(self) -> None:
        self.words = {Dma.ADDRESS_LOW: 0, Dma.ADDRESS_HIGH: 0, Dma.REPEAT: 0}
        self.running = self.done = False
        self.frames_done = 0

    def read(self, offset: int) -> int:
        if offset != Dma.CONTROL:
            return self.words.get(offset, 0)
        value = Dma.START * self.running + Dma.DONE * self.done + Dma.IDLE * (not self.running)
        self.done = False
        return value

    def write(self, offset: int, value: int) -> None:
        if offset in self.words:
            self.words[offset] = value
        elif offset == Dma.CONTROL and value & Dma.START and not self.running:
            self.running, self.frames_done = True, 0

    @property
    def address(self) -> int:
        return self.words[Dma.ADDRESS_HIGH] << 32 | self.words[Dma.ADDRESS_LOW]


class StatusBank(Registers):
    """What was built, the error flags, and the soft reset."""

    def __init__(self, logic: FastLogic) -> None:
        self.logic, self.errors, self.cycles = logic, 0, 0

    def read(self, offset: int) -> int:
        manifest = self.logic.built
        height, width, _ = manifest.input_shape
        input_bytes, output_bytes = manifest.frame_bytes
        return {
            Status.MAGIC: MAGIC,
            Status.VERSION: VERSION,
            Status.BUILD_ID: manifest.build_id,
            Status.WIDTH: width,
            Status.HEIGHT: height,
            Status.INPUT_BYTES: input_bytes,
            Status.OUTPUT_BYTES: output_bytes,
            Status.CYCLES: self.cycles,
            Status.ERRORS: self.errors,
        }.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        if offset == Status.ERRORS:
            self.errors &= ~value
        elif offset == Status.RESET and value & 1:
            self.logic.reset()


class FastLogic(Registers):
    """The three banks on a bus; `hung` never finishes a frame, `failing` frames end with a read error."""

    def __init__(self, bus: Bus, slcr: Slcr, built: Manifest, restore: Restore) -> None:
        self.bus, self.slcr, self.built, self.restore = bus, slcr, built, restore
        self.hung, self.failing, self.resets = False, 0, 0
        self.source, self.target, self.status = Bank(), Bank(), StatusBank(self)
        self._busy = 0
        for base, bank in zip(BANKS.values(), (self.source, self.target, self.status), strict=True):
            bus.attach(base, BANK_BYTES, bank)
        # one tick for an access, whichever bank it is to
        bus.attach(0x7FFF_0000, 4, self)

    def reset(self) -> None:
        self.resets += 1
        self.hung = False
        for bank in (self.source, self.target):
            bank.running = bank.done = False

    def tick(self) -> None:
        if self.slcr.clock_mhz() > self.built.clock_mhz and (self.source.running or self.target.running):
            raise BusError("the clock is too fast")
        if not (self.source.running and self.target.running) or self.hung:
            return
        self._busy += 1
        if self._busy % FRAME_ACCESSES == 0:
            self._frame()

    def _frame(self) -> None:
        frame = self.source.frames_done
        sizes = self.built.frame_bytes
        addresses = [b.address + frame * n for b, n in zip((self.source, self.target), sizes, strict=True)]
        picture = self.bus.memory(addresses[0], sizes[0]).reshape(self.built.input_shape)
        self.bus.memory(addresses[1], sizes[1])[:] = self.restore(picture).reshape(-1)
        if self.failing:
            self.failing -= 1
            self.status.errors |= 1
        self.status.cycles = 1000 * (frame + 1) + 500
        for bank in (self.source, self.target):
            bank.frames_done += 1
            if bank.frames_done == bank.words[Dma.REPEAT]:
                bank.running, bank.done = False, True
