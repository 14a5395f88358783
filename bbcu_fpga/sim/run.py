# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Simulate a design and compare every word it delivers: the call that tests and the command line use."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.numerics import ByteArray
from bbcu_fpga.sim import verilator
from bbcu_fpga.sim.errors import ContractError, DifferingWordsError, StreamDeadlockError
from bbcu_fpga.sim.job import JOB_FILE, OUTCOME_FILE, PROGRESS_FILE, CycleArray, Job, Outcome, Pattern
from bbcu_fpga.sim.verilator import Parameters

Progress = Callable[[int, int], None]
Patterns = Pattern | Mapping[str, Pattern]

PROGRESS_SECONDS = 0.25
NO_PAUSE = Pattern()


@dataclass(frozen=True)
class SimulationResult:
    """What a design delivered, and when.

    `received` maps output ports to packed words (uint8 [words, TDATA bytes]), `transfer_cycles` all ports to the cycle
    of each transfer. `compared` counts words that were compared with the expected ones and are equal (others raise).
    `fifo_peaks` is the highest fill of every FIFO by hierarchical name, in words.
    """

    received: dict[str, ByteArray]
    transfer_cycles: dict[str, CycleArray]
    frames: int
    compared: int
    total_cycles: int
    fifo_peaks: dict[str, int]
    seed: int

    def latency_cycles(self, input_port: str = "in0", output_port: str = "out0") -> int:
        """Return the cycles from the first input word to the last output word of the first frame."""
        out = self._by_frame(output_port)
        return int(out[0, -1] - self.transfer_cycles[input_port][0])

    def cycles_per_frame(self, output_port: str = "out0") -> int:
        """Return the distance of the last two frames' ends: the steady state.

        Raises SimulationError if there was only one frame.
        """
        if self.frames < 2:
            raise SimulationError("the cycles per frame need at least two frames: simulate with frames >= 2")
        ends = self._by_frame(output_port)[:, -1]
        return int(ends[-1] - ends[-2])

    def _by_frame(self, port: str) -> CycleArray:
        return self.transfer_cycles[port].reshape(self.frames, -1)


def simulate(
    top: str,
    sources: Sequence[Path],
    *,
    inputs: Mapping[str, ByteArray],
    build_root: Path,
    expected: Mapping[str, ByteArray] | None = None,
    output_words: Mapping[str, int] | None = None,
    parameters: Parameters | None = None,
    data_dir: Path | None = None,
    frames: int = 1,
    idle: Patterns = NO_PAUSE,
    back_pressure: Patterns = NO_PAUSE,
    seed: int = 0,
    reset_at: int | None = None,
    timeout_cycles: int = 20_000,
    drain_cycles: int = 200,
    progress: Progress | None = None,
) -> SimulationResult:
    """Build `top` from `sources`, send `inputs`, and compare what comes out with `expected`.

    `inputs` and `expected` map port names ("in0", "out0", ...) to packed words (`numerics.pack_words`) of all `frames`
    frames together, sent without a gap unless `idle` says otherwise. Without `expected`, `output_words` says how many
    words to wait for and nothing is compared. `data_dir` is the simulator's working folder: parameter files
    (`$readmemh`) are found there. See `Job` for the other arguments. `progress` is called with (received, all) words.

    Raises MissingToolError, SimulatorBuildError, ContractError, StreamDeadlockError, DifferingWordsError, and
    SimulationError for a run that ended otherwise.
    """
    counts = {port: len(words) for port, words in expected.items()} if expected is not None else output_words
    if not counts:
        raise SimulationError(f"{top}: give the expected words, or output_words, of its output ports")
    folder = verilator.build(sources, top, parameters or {}, build_root)
    job = Job(
        inputs=dict(inputs),
        output_words=dict(counts),
        idle=_for_ports(idle, inputs),
        back_pressure=_for_ports(back_pressure, counts),
        seed=seed,
        reset_at=reset_at,
        timeout_cycles=timeout_cycles,
        drain_cycles=drain_cycles,
    )
    work = Path(tempfile.mkdtemp(prefix="run-", dir=folder))
    outcome = _check_end(top, _run_bench(top, folder, work, job, data_dir or work, progress), work)
    compared = _compare(top, outcome, expected or {}, seed)
    shutil.rmtree(work)  # kept, with the log, when something was raised
    return SimulationResult(
        received=outcome.received,
        transfer_cycles=outcome.transfer_cycles,
        frames=frames,
        compared=compared,
        total_cycles=outcome.cycles,
        fifo_peaks=outcome.fifo_peaks,
        seed=seed,
    )


def _for_ports(patterns: Patterns, ports: Mapping[str, object]) -> dict[str, Pattern]:
    if isinstance(patterns, Pattern):
        return dict.fromkeys(ports, patterns)
    unknown = patterns.keys() - ports.keys()
    if unknown:
        raise SimulationError(f"patterns for unknown ports {sorted(unknown)}; there are {sorted(ports)}")
    return {port: patterns.get(port, NO_PAUSE) for port in ports}


def _run_bench(
    top: str, folder: Path, work: Path, job: Job, data_dir: Path, progress: Progress | None
) -> Outcome | None:
    """Run the simulator in a process of its own; None if it left no outcome."""
    job.save(work / JOB_FILE)
    with _reporting(work / PROGRESS_FILE, progress):
        verilator.run(top, folder, "bbcu_fpga.sim.bench", work, data_dir.resolve())
    path = work / OUTCOME_FILE
    return Outcome.load(path) if path.exists() else None


@contextmanager
def _reporting(path: Path, progress: Progress | None) -> Iterator[None]:
    """Pass on what the bench writes into its progress file, from a thread beside the simulator."""
    stop = threading.Event()

    def watch() -> None:
        while progress is not None and not stop.wait(PROGRESS_SECONDS):
            if path.exists():
                received, total = path.read_text().split()
                progress(int(received), int(total))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _check_end(top: str, outcome: Outcome | None, work: Path) -> Outcome:
    """Return the outcome of a simulation that ran to its end; raise what ended it otherwise."""
    log = work / verilator.LOG_FILE
    if outcome is None:
        lines = log.read_text().splitlines() if log.exists() else []
        failed = [line for line in lines if "%Error" in line or "%Fatal" in line]
        if failed:
            raise ContractError(f"{top}: {failed[0].strip()} (log: {log})")
        tail = "\n".join(lines[-20:])
        raise SimulationError(f"the simulation of {top} ended without a result (log: {log}):\n{tail}")
    if outcome.status == "deadlock":
        raise StreamDeadlockError(outcome.cycles, outcome.fifos, outcome.ports, log)
    if outcome.status == "extra":
        port = outcome.ports[0]
        index = len(outcome.received[port])
        raise DifferingWordsError(port, index, f"{top}: {port} delivers more than the {index} words expected")
    return outcome


def _compare(top: str, outcome: Outcome, expected: Mapping[str, ByteArray], seed: int) -> int:
    """Return the number of words compared; raises DifferingWordsError at the first port that differs."""
    for port, words in expected.items():
        got = outcome.received[port]
        if got.shape != words.shape:
            raise DifferingWordsError(
                port, 0, f"{top}: {port} has words of {got.shape[1]} bytes, not {words.shape[1]}"
            )
        wrong = np.flatnonzero((got != words).any(axis=1))
        if wrong.size:
            first = int(wrong[0])
            raise DifferingWordsError(
                port,
                first,
                f"{top}: {wrong.size} of {len(words)} words of {port} differ (seed {seed}); the first is word {first}: "
                f"got 0x{bytes(got[first][::-1]).hex()}, expected 0x{bytes(words[first][::-1]).hex()}",
            )
    return sum(len(words) for words in expected.values())
