# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The flow from a network to a simulated, verified report, in a process of its own: what each stage takes.

`PYTHONPATH` decides which checkout's compiler runs, so that two of them can be compared.

Example: python benchmarks/flow_stages.py build_configs/pynq_z2_tiny.yaml build/timed
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Stage:
    """A stage with its CPU seconds (of this process and its children) and wall-clock seconds."""

    name: str
    cpu_s: float
    wall_s: float


class StageClock:
    """Ends a stage where the next one begins."""

    def __init__(self, first: str) -> None:
        self.stages: list[Stage] = []
        self._name, self._cpu, self._wall = first, 0.0, time.perf_counter()

    def begin(self, name: str, *_: int) -> None:
        """Begin the stage `name`, unless it is under way."""
        if name == self._name:
            return
        cpu, wall = cpu_seconds(), time.perf_counter()
        self.stages.append(Stage(self._name, cpu - self._cpu, wall - self._wall))
        self._name, self._cpu, self._wall = name, cpu, wall


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and its children so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_mib() -> float:
    """Return the largest resident memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_stages(config: Path, output: Path, simulated: bool) -> dict[str, Any]:
    """Run the flow; return its stages, peak memory, and, if it is simulated, the cycles it found."""
    clock = StageClock("import")
    from bbcu_fpga.builder.build import build
    from bbcu_fpga.builder.config import load_config
    from bbcu_fpga.report import write_report
    from bbcu_fpga.simulation import simulate

    built = build(load_config(config), output, progress=clock.begin)
    figures: dict[str, Any] = {"build_peak_mib": peak_mib()}
    figures |= {"bound": built.manifest.cycles_bound, "nodes": len(built.manifest.layers)}
    if simulated:
        clock.begin("build the simulator")
        # the stage of the simulation begins with its first words
        report = simulate(built, "rtl", progress=_simulating(clock))
        clock.begin("report")
        write_report(built)
        cycles = ("cycles_per_frame", "latency_cycles", "total_cycles", "compared", "differing")
        figures |= {name: getattr(report, name) for name in cycles}
    clock.begin("end")
    return {"stages": [asdict(stage) for stage in clock.stages], **figures}


def _simulating(clock: StageClock) -> Any:
    def begin(what: str, done: int, total: int) -> None:
        if what == "simulating RTL" or what == "restoring with the reference":
            clock.begin(what)

    return begin


def measure(
    config: Path, output: Path, *, tree: Path | None = None, simulated: bool = True
) -> dict[str, Any]:
    """Run the flow of a checkout (default: this one) in a fresh process; see `run_stages`.

    Raises subprocess.CalledProcessError if it fails; its messages have gone to the terminal then.
    """
    root = tree or Path(__file__).resolve().parent.parent
    command = [sys.executable, "-W", "ignore", __file__, str(config.resolve()), str(output)]
    command += [] if simulated else ["--no-simulation"]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    text = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    figures: dict[str, Any] = json.loads(text.splitlines()[-1])
    return figures


if __name__ == "__main__":
    flags = sys.argv[3:]
    sys.stdout.write(json.dumps(run_stages(Path(sys.argv[1]), Path(sys.argv[2]), not flags)) + "\n")
