# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The one cocotb bench: drives and watches any design that follows the stream convention.

It is told what to do by the job file named in `BBCU_SIM_JOB` (see `bbcu_fpga.sim.job`) and leaves an outcome
file per scenario beside it; comparing with the reference is left to the runner.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.handle import HierarchyArrayObject, HierarchyObject
from cocotb.task import Task
from cocotb.triggers import First, Timer

from bbcu_fpga.files import write_text
from bbcu_fpga.sim.job import JOB_VARIABLE, PROGRESS_FILE, Job, Outcome, Pattern, Scenario, outcome_file
from bbcu_fpga.sim.ports import CLOCK_NS, Driver, Monitor, current_cycle

RESET_CYCLES = 3
PROGRESS_SECONDS = 0.5
NO_REST = Pattern()


class Bench:
    """Ports and watchdog around a design, for one scenario of a job."""

    def __init__(self, dut: Any, job: Job, scenario: Scenario, progress: Path) -> None:
        self.dut = dut
        self.job = job
        self.scenario = scenario
        self.progress = progress
        self.drivers = [
            Driver(dut, port, scenario.idle.get(port, NO_REST), scenario.seed, words)
            for port, words in job.inputs.items()
        ]
        self.monitors = [
            Monitor(dut, port, scenario.back_pressure.get(port, NO_REST), scenario.seed, count)
            for port, count in job.output_words.items()
        ]
        self.ports: list[Driver | Monitor] = [*self.drivers, *self.monitors]
        self.start_cycle = 0

    async def run(self) -> Outcome:
        """Run the scenario to its end, a deadlock, or a word too many."""
        tasks = await self.start()
        if self.scenario.reset_at is not None:
            await Timer(self.scenario.reset_at * CLOCK_NS, "ns")
            cancel(tasks)
            await self.dut.ap_clk.rising_edge
            tasks = await self.start()
        finished = await self.watch()
        if finished:
            await Timer(self.job.drain_cycles * CLOCK_NS, "ns")
        cancel(tasks)
        return self.outcome(finished)

    async def start(self) -> list[Task[None]]:
        """Reset the design and start all ports from their first word."""
        for port in self.ports:
            port.idle()
            port.clear()
        self.dut.ap_rst_n.value = 0
        for _ in range(RESET_CYCLES):
            await self.dut.ap_clk.rising_edge
        self.dut.ap_rst_n.value = 1
        self.start_cycle = current_cycle()
        return [cocotb.start_soon(port.run()) for port in self.ports]

    async def watch(self) -> bool:
        """Wait until all words have moved; False once nothing has moved for the time-out."""
        finished = cocotb.start_soon(all_finished(self.ports))
        moved, quiet_since, report = -1, current_cycle(), 0.0
        step = max(1, self.job.timeout_cycles // 8)
        while not finished.done():
            await First(finished, Timer(step * CLOCK_NS, "ns"))
            transfers = sum(len(port.cycles) for port in self.ports)
            if transfers != moved:
                moved, quiet_since = transfers, current_cycle()
            elif current_cycle() - quiet_since >= self.job.timeout_cycles:
                finished.cancel()
                return False
            if time.monotonic() >= report:
                report = time.monotonic() + PROGRESS_SECONDS
                self.report_progress()
        return True

    def report_progress(self) -> None:
        """Leave the number of words received, and of all, for the runner to show."""
        received = sum(len(monitor.received) for monitor in self.monitors)
        write_text(self.progress, f"{received} {sum(self.job.output_words.values())}")

    def outcome(self, finished: bool) -> Outcome:
        """Collect what was seen."""
        ports = [text for port in self.ports if (text := port.waiting()) is not None]
        extra = [monitor.name for monitor in self.monitors if len(monitor.received) > monitor.count]
        fifos = list(find_fifos(self.dut))
        return Outcome(
            status=("extra" if extra else "done") if finished else "deadlock",
            cycles=current_cycle() - self.start_cycle,
            received={monitor.name: monitor.words() for monitor in self.monitors},
            transfer_cycles={port.name: port.transfer_cycles(self.start_cycle) for port in self.ports},
            ports=extra or ports,
            fifos=[f"{fifo._path} ({int(fifo.count_q.value)} words)" for fifo in fifos if fifo.full.value],
            fifo_peaks={fifo._path: int(fifo.peak_q.value) for fifo in fifos},
        )


async def all_finished(ports: list[Driver | Monitor]) -> None:
    """Wait until every port has sent or received its words."""
    for port in ports:
        await port.finished.wait()


def cancel(tasks: list[Task[None]]) -> None:
    """End the tasks."""
    for task in tasks:
        task.cancel()


def find_fifos(scope: Any) -> Iterator[Any]:
    """Yield every FIFO at or below `scope`: a scope that shows its fill."""
    if isinstance(scope, HierarchyObject) and hasattr(scope, "count_q") and hasattr(scope, "peak_q"):
        yield scope
    for child in scope:
        if isinstance(child, (HierarchyObject, HierarchyArrayObject)):
            yield from find_fifos(child)


@cocotb.test()
async def stream_bench(dut: Any) -> None:
    """Run the scenarios of the job named in the environment, up to the first that does not end well."""
    path = Path(os.environ[JOB_VARIABLE])
    job = Job.load(path)
    Clock(dut.ap_clk, CLOCK_NS, "ns").start()
    for index, scenario in enumerate(job.scenarios):
        outcome = await Bench(dut, job, scenario, path.with_name(PROGRESS_FILE)).run()
        outcome.save(path.with_name(outcome_file(index)))
        if outcome.status != "done":
            break
