# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The two ends of a stream in the bench: a driver offers words, a monitor takes them.

Python wakes up only when a word can move: a port that waits sleeps until the other side's signal rises.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import numpy as np
from cocotb.simtime import get_sim_time
from cocotb.triggers import Event

from bbcu_fpga.numerics import ByteArray
from bbcu_fpga.sim.job import CycleArray, Pattern

CLOCK_NS = 10


def current_cycle() -> int:
    """Return the number of clock periods since the start."""
    return int(get_sim_time("ns")) // CLOCK_NS


class Port:
    """One stream port: its handles, how it rests, and the cycles of its transfers."""

    def __init__(self, dut: Any, name: str, pattern: Pattern, seed: int) -> None:
        self.name = name
        self.pattern = pattern
        self.seed = seed
        self.edge = dut.ap_clk.rising_edge
        self.data = getattr(dut, f"{name}_V_tdata")
        self.valid = getattr(dut, f"{name}_V_tvalid")
        self.ready = getattr(dut, f"{name}_V_tready")
        self.clear()

    def clear(self) -> None:
        """Forget all transfers and start again."""
        self.random = random.Random(f"{self.seed}:{self.name}")
        self.cycles: list[int] = []
        self.finished = Event()

    async def rest(self, cycles: int) -> None:
        """Let `cycles` pass, and as many more as the pattern draws."""
        while self.pattern.pause and self.random.random() < self.pattern.pause:
            cycles += 1
        for _ in range(cycles):
            await self.edge

    def transfer_cycles(self, since: int) -> CycleArray:
        """Return the cycle of each transfer, counted from cycle `since`."""
        return np.array(self.cycles, np.int64) - since


class Driver(Port):
    """Offers the words (uint8 [words, TDATA bytes]) of an input port in order."""

    def __init__(self, dut: Any, name: str, pattern: Pattern, seed: int, words: Iterable[ByteArray]) -> None:
        super().__init__(dut, name, pattern, seed)
        self.words = [int.from_bytes(bytes(row), "little") for row in words]

    def idle(self) -> None:
        """Offer nothing."""
        self.valid.value = 0

    async def run(self) -> None:
        """Drive all words."""
        await self.rest(self.pattern.start)
        for word in self.words:
            if self.pattern.rests_between_words:
                self.valid.value = 0
                await self.rest(self.pattern.every - 1)
            self.data.value = word
            self.valid.value = 1
            await self.edge
            while not self.ready.value:
                await self.ready.rising_edge
                await self.edge
            self.cycles.append(current_cycle())
        self.valid.value = 0
        self.finished.set()

    def waiting(self) -> str | None:
        """Say what the port waits for, if it does."""
        if self.finished.is_set():
            return None
        sent = len(self.cycles)
        return f"{self.name} offers word {sent} of {len(self.words)} and the design is not ready"


class Monitor(Port):
    """Takes words from an output port; `count` decides when it has enough, it then takes what else comes."""

    def __init__(self, dut: Any, name: str, pattern: Pattern, seed: int, count: int) -> None:
        super().__init__(dut, name, pattern, seed)
        self.count = count

    def clear(self) -> None:
        """Forget all transfers and start again."""
        super().clear()
        self.received: list[int] = []

    def idle(self) -> None:
        """Be not ready."""
        self.ready.value = 0

    async def run(self) -> None:
        """Take words for ever."""
        await self.rest(self.pattern.start)
        while True:
            if self.pattern.rests_between_words and not self.finished.is_set():
                self.ready.value = 0
                await self.rest(self.pattern.every - 1)
            await self.take()
            if len(self.received) == self.count:
                self.finished.set()

    async def take(self) -> None:
        """Take one word."""
        if self.pattern.after_valid:
            self.ready.value = 0
            await self.edge
            if not self.valid.value:
                await self.valid.rising_edge
        self.ready.value = 1
        await self.edge
        while not self.valid.value:
            await self.valid.rising_edge
            await self.edge
        self.received.append(int(self.data.value))
        self.cycles.append(current_cycle())

    def waiting(self) -> str | None:
        """Say what the port waits for, if it does."""
        if self.finished.is_set():
            return None
        return f"{self.name} waits for word {len(self.received)} of {self.count}"

    def words(self) -> ByteArray:
        """Return the received words, uint8 [words, TDATA bytes]."""
        width = len(self.data) // 8
        raw = b"".join(word.to_bytes(width, "little") for word in self.received)
        return np.frombuffer(raw, np.uint8).reshape(-1, width)
