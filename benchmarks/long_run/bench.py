# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The cocotb side of a long run: frame after frame, compared as it comes, and nothing kept of it."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, with_timeout

from bbcu_fpga.files import write_text
from bbcu_fpga.numerics import ByteArray
from bbcu_fpga.sim.job import JOB_VARIABLE, Pattern
from bbcu_fpga.sim.ports import CLOCK_NS, Driver, Monitor, current_cycle
from benchmarks.long_run.memory import resident_kib

PAUSES = (0.0, 0.1, 0.5, 0.9)  # probability that a port rests in a cycle; drawn for each frame
RESET_CYCLES = 3
DRAIN_CYCLES = 2000


class Source(Driver):
    """Offers frames one after the other."""

    async def send(self, frames: ByteArray) -> None:
        """Offer frames (uint8 [frames, words, TDATA bytes]), each with pauses of its own, without a gap."""
        draw = random.Random(f"{self.seed}:source")
        for frame in frames:
            self.pattern = Pattern(pause=draw.choice(PAUSES))
            self.words = [int.from_bytes(bytes(row), "little") for row in frame]
            await self.run()
            self.cycles.clear()


class Sink(Monitor):
    """Takes frames and compares them."""

    async def take_frame(self, expected: ByteArray, pattern: Pattern) -> int:
        """Take the words of a frame (uint8 [words, TDATA bytes]); return how many bytes differ."""
        self.pattern = pattern
        for _ in expected:
            if pattern.rests_between_words:
                self.ready.value = 0
                await self.rest(0)
            await self.take()
        got = self.words()
        self.received.clear()
        self.cycles.clear()
        return int(np.count_nonzero(got != expected))


@cocotb.test()
async def many_frames(dut: Any) -> None:
    """Send every frame of the job, compare what comes, and record the memory now and then."""
    job = json.loads(Path(os.environ[JOB_VARIABLE]).read_text())
    folder = Path(job["folder"])
    frames, expected = (np.load(folder / name) for name in ("frames.npy", "expected.npy"))
    source = Source(dut, "in0", Pattern(), job["seed"], ())
    sink = Sink(dut, "out0", Pattern(), job["seed"], 0)
    source.idle()
    sink.idle()
    Clock(dut.ap_clk, CLOCK_NS, "ns").start()
    dut.ap_rst_n.value = 0
    await ClockCycles(dut.ap_clk, RESET_CYCLES)
    dut.ap_rst_n.value = 1
    sending = cocotb.start_soon(source.send(frames))
    draw = random.Random(f"{job['seed']}:sink")
    record: dict[str, Any] = {"compared": 0, "differing": 0, "memory_kib": {}}
    for index, frame in enumerate(expected, start=1):
        taking = sink.take_frame(frame, Pattern(pause=draw.choice(PAUSES)))
        record["differing"] += await with_timeout(taking, job["timeout_cycles"] * CLOCK_NS, "ns")
        record["compared"] += frame.size
        if index % job["every"] == 0:
            record["memory_kib"][index] = resident_kib()
    record["cycles"] = current_cycle()
    for _ in range(DRAIN_CYCLES):
        await sink.edge
        assert not sink.valid.value, "a word more than the frames have"
    assert sending.done(), "all frames came, but not all words were taken"
    write_text(folder / "record.json", json.dumps(record))
