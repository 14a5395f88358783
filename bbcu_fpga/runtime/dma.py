# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""One run of the accelerator: addresses and a number of frames in, done or an error out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from .errors import BoardTimeoutError, BusyError, DmaError
from .registers import ERRORS, Dma, Status

POLL_SECONDS = 1e-4
RESET_SECONDS = 1.0


@dataclass(frozen=True)
class Counters:
    """The hardware's counters of one run, in clock cycles: from start to output done, and the stalls."""

    cycles: int
    input_stalls: int
    output_stalls: int


class DmaPair:
    """The DMA in front of the accelerator, the one behind it, and the status registers.

    Args:
        banks: objects with `read(offset) -> int` and `write(offset, int)`, keyed as `registers.BANKS`.
    """

    def __init__(self, input_dma: Any, output_dma: Any, status: Any) -> None:
        self._input, self._output, self._status = input_dma, output_dma, status
        self._finished = False

    def start(self, source: int, target: int, frames: int) -> None:
        """Begin a run: `frames` frames from physical address `source` to `target`, back to back.

        Raises:
            BusyError: a run is in flight.
        """
        for bank in (self._output, self._input):
            # the read also clears a done that nobody fetched
            if not bank.read(Dma.CONTROL) & Dma.IDLE:
                raise BusyError("the accelerator is busy: wait for the run that was started before")
        self._finished = False
        # the output first: nothing may come before its DMA is ready
        for bank, address in ((self._output, target), (self._input, source)):
            bank.write(Dma.ADDRESS_LOW, int(address) & 0xFFFF_FFFF)
            bank.write(Dma.ADDRESS_HIGH, int(address) >> 32)
            bank.write(Dma.REPEAT, int(frames))
            bank.write(Dma.CONTROL, Dma.START)

    def is_done(self) -> bool:
        """Tell whether the run's last output is in memory."""
        # reading clears the bit, so it is remembered
        self._finished = self._finished or bool(self._output.read(Dma.CONTROL) & Dma.DONE)
        return self._finished

    def wait(self, timeout_s: float) -> Counters:
        """Wait for the end of the run.

        Raises:
            BoardTimeoutError: it did not end in `timeout_s` seconds. The hardware has been reset.
            DmaError: a bus access failed. The hardware has been reset.
        """
        deadline = time.monotonic() + timeout_s
        while not self.is_done():
            if time.monotonic() > deadline:
                fed = "idle" if self._input.read(Dma.CONTROL) & Dma.IDLE else "still running"
                self.reset()
                raise BoardTimeoutError(
                    f"no result after {timeout_s:g} s, the input DMA is {fed}; the accelerator was reset"
                )
            time.sleep(POLL_SECONDS)
        flags = self._status.read(Status.ERRORS)
        if flags:
            self.reset()
            raise DmaError(f"the hardware reports {_describe(flags)}; it was reset, run again")
        read = self._status.read
        return Counters(read(Status.CYCLES), read(Status.INPUT_STALLS), read(Status.OUTPUT_STALLS))

    def reset(self) -> None:
        """Reset accelerator and DMA, and clear all error flags.

        Raises:
            BoardTimeoutError: the reset does not end: the memory no longer answers.
        """
        self._status.write(Status.RESET, 1)
        deadline = time.monotonic() + RESET_SECONDS
        while self._status.read(Status.RESET):
            if time.monotonic() > deadline:
                raise BoardTimeoutError("a soft reset does not end: restart the board")
            time.sleep(POLL_SECONDS)
        self._status.write(Status.ERRORS, 0xFFFF_FFFF)


def _describe(flags: int) -> str:
    known = [text for bit, text in enumerate(ERRORS) if flags >> bit & 1]
    return ", ".join(known) or f"unknown error flags {flags:#x}"
