# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The one cocotb bench: drives and watches the streams of any design whose ports follow the stream convention.

It is told what to do by the job file named in `BBCU_SIM_JOB` (see `bbcu_fpga.sim.job`) and leaves an outcome file
beside it; comparing with the reference is left to the runner. Python wakes up only when a word can move: a port that
waits sleeps until the other side's signal rises.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.handle import HierarchyArrayObject, HierarchyObject
from cocotb.simtime import get_sim_time
from cocotb.task import Task
from cocotb.triggers import Combine, Timer

from bbcu_fpga.files import write_text
from bbcu_fpga.sim.job import JOB_VARIABLE, OUTCOME_FILE, PROGRESS_FILE, Job, Outcome, Pattern

CLOCK_NS = 10
RESET_CYCLES = 3
PROGRESS_SECONDS = 0.5


def current_cycle() -> int:
    """Return the number of clock periods since the start."""
    return int(get_sim_time("ns")) // CLOCK_NS


class Port:
    """One stream port: its handles, its resting pattern and the cycles of its transfers."""

    def __init__(self, dut: Any, name: str, pattern: Pattern, seed: int) -> None:
        self.name = name
        self.pattern = pattern
        self.random = random.Random(f"{seed}:{name}")
        self.edge = dut.ap_clk.rising_edge
        self.data = getattr(dut, f"{name}_V_tdata")
        self.valid = getattr(dut, f"{name}_V_tvalid")
        self.ready = getattr(dut, f"{name}_V_tready")
        self.cycles: list[int] = []

    async def rest(self) -> None:
        """Let the cycles pass in which the pattern forbids a transfer."""
        pauses = self.pattern.every - 1
        while self.pattern.pause and self.random.random() < self.pattern.pause:
            pauses += 1
        for _ in range(pauses):
            await self.edge


class Driver(Port):
    """Offers the words of an input port in order."""

    def __init__(self, dut: Any, name: str, pattern: Pattern, seed: int, words: Any) -> None:
        super().__init__(dut, name, pattern, seed)
        self.words = [int.from_bytes(bytes(row), "little") for row in words]

    def idle(self) -> None:
        """Offer nothing."""
        self.valid.value = 0

    async def run(self) -> None:
        """Drive all words."""
        rests = self.pattern.pause > 0 or self.pattern.every > 1
        for word in self.words:
            if rests:
                self.valid.value = 0
                await self.rest()
            self.data.value = word
            self.valid.value = 1
            await self.edge
            while not self.ready.value:
                await self.ready.rising_edge
                await self.edge
            self.cycles.append(current_cycle())
        self.valid.value = 0

    def waiting(self) -> str | None:
        """Say what the port waits for."""
        sent = len(self.cycles)
        if sent == len(self.words):
            return None
        return f"{self.name} offers word {sent} of {len(self.words)} and the design is not ready"


class Monitor(Port):
    """Takes words from an output port; the number of words only decides when it has enough."""

    def __init__(self, dut: Any, name: str, pattern: Pattern, seed: int, count: int) -> None:
        super().__init__(dut, name, pattern, seed)
        self.count = count
        self.received: list[int] = []

    def idle(self) -> None:
        """Be not ready."""
        self.ready.value = 0

    async def run(self) -> None:
        """Take the expected number of words, then stay ready."""
        rests = self.pattern.pause > 0 or self.pattern.every > 1
        while len(self.received) < self.count:
            if rests:
                self.ready.value = 0
                await self.rest()
            await self.take()
        self.ready.value = 1

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
        """Say what the port waits for."""
        got = len(self.received)
        return None if got == self.count else f"{self.name} waits for word {got} of {self.count}"

    def words(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Return the received words, uint8 [words, TDATA bytes]."""
        width = len(self.data) // 8
        raw = b"".join(word.to_bytes(width, "little") for word in self.received)
        return np.frombuffer(raw, np.uint8).reshape(-1, width)


class Bench:
    """Clock, reset, ports and watchdog around a design."""

    def __init__(self, dut: Any, job: Job, directory: Path) -> None:
        self.dut = dut
        self.job = job
        self.directory = directory
        self.drivers = [Driver(dut, p, job.idle[p], job.seed, words) for p, words in job.inputs.items()]
        self.monitors = [
            Monitor(dut, p, job.back_pressure[p], job.seed, n) for p, n in job.output_words.items()
        ]
        self.ports: list[Driver | Monitor] = [*self.drivers, *self.monitors]

    async def reset(self) -> None:
        """Hold the design in reset and forget what was sent and received."""
        for port in self.ports:
            port.idle()
            port.cycles.clear()
        for monitor in self.monitors:
            monitor.received.clear()
        self.dut.ap_rst_n.value = 0
        for _ in range(RESET_CYCLES):
            await self.dut.ap_clk.rising_edge
        self.dut.ap_rst_n.value = 1

    def start(self) -> list[Task[None]]:
        """Start all ports."""
        return [cocotb.start_soon(port.run()) for port in self.ports]

    async def run(self) -> Outcome:
        """Run the job to its end, a deadlock, or a word too many."""
        Clock(self.dut.ap_clk, CLOCK_NS, "ns").start()
        await self.reset()
        tasks = self.start()
        if self.job.reset_at is not None:
            await Timer(self.job.reset_at * CLOCK_NS, "ns")
            for task in tasks:
                task.cancel()
            await self.dut.ap_clk.rising_edge
            await self.reset()
            tasks = self.start()
        watchdog = cocotb.start_soon(self.watch(tasks))
        if not await watchdog:
            return self.outcome("deadlock")
        return self.outcome("extra" if await self.extra_words() else "done")

    async def watch(self, tasks: list[Task[None]]) -> bool:
        """Wait for all ports; False once nothing has moved for the time-out."""
        finished = cocotb.start_soon(_all(tasks))
        moved, quiet_since = -1, current_cycle()
        step = max(1, self.job.timeout_cycles // 8)
        report = 0.0
        while not finished.done():
            await Timer(step * CLOCK_NS, "ns")
            transfers = sum(len(port.cycles) for port in self.ports)
            if transfers != moved:
                moved, quiet_since = transfers, current_cycle()
            elif current_cycle() - quiet_since >= self.job.timeout_cycles:
                return False
            if time.monotonic() >= report:
                report = time.monotonic() + PROGRESS_SECONDS
                self.report_progress()
        return True

    def report_progress(self) -> None:
        """Leave the number of words received, and of all, for the runner to show."""
        got = sum(len(monitor.received) for monitor in self.monitors)
        write_text(self.directory / PROGRESS_FILE, f"{got} {sum(self.job.output_words.values())}")

    async def extra_words(self) -> bool:
        """Stay ready for the drain time; True if an output offers another word."""
        for _ in range(self.job.drain_cycles):
            await self.dut.ap_clk.rising_edge
            if any(monitor.valid.value for monitor in self.monitors):
                return True
        return False

    def outcome(self, status: str) -> Outcome:
        """Collect what was seen."""
        if status == "extra":
            ports = [monitor.name for monitor in self.monitors if monitor.valid.value]
        else:
            ports = [text for port in self.ports if (text := port.waiting()) is not None]
        fifos = list(find_fifos(self.dut))
        return Outcome(
            status=status,
            cycles=current_cycle(),
            received={monitor.name: monitor.words() for monitor in self.monitors},
            transfer_cycles={port.name: np.array(port.cycles, np.int64) for port in self.ports},
            ports=ports,
            fifos=[f"{f._path} ({int(f.count_q.value)} words)" for f in fifos if f.full.value],
            fifo_peaks={f._path: int(f.peak_q.value) for f in fifos},
        )


async def _all(tasks: list[Task[None]]) -> None:
    await Combine(*tasks)


def find_fifos(scope: Any) -> Iterator[Any]:
    """Yield every FIFO at or below `scope`: a scope that shows its fill."""
    if isinstance(scope, HierarchyObject) and hasattr(scope, "count_q") and hasattr(scope, "peak_q"):
        yield scope
    for child in scope:
        if isinstance(child, (HierarchyObject, HierarchyArrayObject)):
            yield from find_fifos(child)


@cocotb.test()
async def stream_bench(dut: Any) -> None:
    """Run the job named in the environment and write its outcome."""
    job_path = Path(os.environ[JOB_VARIABLE])
    bench = Bench(dut, Job.load(job_path), job_path.parent)
    outcome = await bench.run()
    outcome.save(job_path.parent / OUTCOME_FILE)
