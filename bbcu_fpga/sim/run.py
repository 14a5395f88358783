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
from typing import Any

import numpy as np

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.numerics import ByteArray
from bbcu_fpga.sim import verilator
from bbcu_fpga.sim.errors import ContractError, DifferingWordsError, StreamDeadlockError
from bbcu_fpga.sim.job import (
    JOB_FILE,
    PROGRESS_FILE,
    CycleArray,
    Job,
    Outcome,
    Pattern,
    Scenario,
    outcome_file,
)
from bbcu_fpga.sim.verilator import NO_CPP, CppSources, Parameters

Progress = Callable[[int, int], None]
Patterns = Pattern | Mapping[str, Pattern]

PROGRESS_SECONDS = 0.25
NO_REST = Pattern()


@dataclass(frozen=True)
class SimulationResult:
    """What a design delivered, and when.

    `received` maps output ports to packed words (uint8 [words, TDATA bytes]), `transfer_cycles` all ports to
    the cycle of each transfer. `compared` counts words that were compared with the expected ones and are
    equal (others raise). `fifo_peaks` is the highest fill of every FIFO by hierarchical name, in words.
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
    expected: Mapping[str, ByteArray] | None = None,
    output_words: Mapping[str, int] | None = None,
    idle: Patterns = NO_REST,
    back_pressure: Patterns = NO_REST,
    seed: int = 0,
    reset_at: int | None = None,
    **arguments: Any,
) -> SimulationResult:
    """Simulate one scenario; the other arguments, and the errors, are those of `simulate_scenarios`.

    `idle` and `back_pressure` are patterns by port, or one for all; see `Scenario` for `seed` and `reset_at`.
    """
    words: dict[str, Any] = {"inputs": inputs, "expected": expected, "output_words": output_words}
    outputs = _output_words(top, expected, output_words)
    scenario = Scenario(_for_ports(idle, inputs), _for_ports(back_pressure, outputs), seed, reset_at)
    return simulate_scenarios(top, sources, [scenario], **words, **arguments)[0]


def simulate_scenarios(
    top: str,
    sources: Sequence[Path],
    scenarios: Sequence[Scenario],
    *,
    inputs: Mapping[str, ByteArray],
    build_root: Path,
    expected: Mapping[str, ByteArray] | None = None,
    output_words: Mapping[str, int] | None = None,
    parameters: Parameters | None = None,
    data_dir: Path | None = None,
    cpp: CppSources = NO_CPP,
    frames: int = 1,
    timeout_cycles: int = 20_000,
    drain_cycles: int = 200,
    progress: Progress | None = None,
) -> list[SimulationResult]:
    """Build `top` from `sources`, send `inputs` in each scenario, and compare what comes out with `expected`.

    `inputs` and `expected` map port names ("in0", "out0", ...) to packed words (`numerics.pack_words`) of all
    `frames` frames together, sent without a gap unless the scenario says otherwise. Without `expected`,
    `output_words` says how many words to wait for and nothing is compared. `data_dir` is the simulator's
    working folder: parameter files (`$readmemh`) are found there. `cpp` is what the sources call through DPI.
    See `Job` for the limits. `progress` is called with (received, all) words of the current scenario.

    Raises MissingToolError, SimulatorBuildError, ContractError, StreamDeadlockError, DifferingWordsError, and
    SimulationError for a run that ended otherwise. The folder with job and log is kept then.
    """
    counts = _output_words(top, expected, output_words)
    folder = verilator.build(sources, top, parameters or {}, build_root, cpp)
    work = Path(tempfile.mkdtemp(prefix="run-", dir=folder))
    Job(dict(inputs), counts, list(scenarios), timeout_cycles, drain_cycles).save(work / JOB_FILE)
    with _reporting(work / PROGRESS_FILE, progress):
        verilator.run(top, folder, "bbcu_fpga.sim.bench", work, (data_dir or work).resolve())
    results = [
        _result(top, _check_end(top, work, index), expected or {}, frames, scenario.seed)
        for index, scenario in enumerate(scenarios)
    ]
    shutil.rmtree(work)
    return results


def _result(
    top: str, outcome: Outcome, expected: Mapping[str, ByteArray], frames: int, seed: int
) -> SimulationResult:
    return SimulationResult(
        received=outcome.received,
        transfer_cycles=outcome.transfer_cycles,
        frames=frames,
        compared=_compare(top, outcome, expected, seed),
        total_cycles=outcome.cycles,
        fifo_peaks=outcome.fifo_peaks,
        seed=seed,
    )


def _output_words(
    top: str, expected: Mapping[str, ByteArray] | None, output_words: Mapping[str, int] | None
) -> dict[str, int]:
    counts = output_words if expected is None else {port: len(words) for port, words in expected.items()}
    if not counts or min(counts.values()) < 1:
        raise SimulationError(f"{top}: give the expected words, or output_words, of its output ports")
    return dict(counts)


def _for_ports(patterns: Patterns, ports: Mapping[str, object]) -> dict[str, Pattern]:
    if isinstance(patterns, Pattern):
        return dict.fromkeys(ports, patterns)
    unknown = patterns.keys() - ports.keys()
    if unknown:
        raise SimulationError(f"patterns for unknown ports {sorted(unknown)}; there are {sorted(ports)}")
    return dict(patterns)


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


def _check_end(top: str, work: Path, index: int) -> Outcome:
    """Return the outcome of a scenario that ran to its end; raise what ended it otherwise."""
    log = work / verilator.LOG_FILE
    path = work / outcome_file(index)
    if not path.exists():
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        failed = [line for line in lines if "%Error" in line or "%Fatal" in line]
        if failed:
            raise ContractError(f"{top}: {failed[0].strip()} (log: {log})")
        tail = "\n".join(lines[-20:])
        raise SimulationError(f"the simulation of {top} ended without a result (log: {log}):\n{tail}")
    outcome = Outcome.load(path)
    if outcome.status == "deadlock":
        raise StreamDeadlockError(outcome.cycles, outcome.fifos, outcome.ports, log)
    if outcome.status == "extra":
        port = outcome.ports[0]
        count = len(outcome.received[port])
        raise DifferingWordsError(
            port, count - 1, f"{top}: {port} delivers {count} words, more than expected"
        )
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
            words_there = (bytes(array[first][::-1]).hex() for array in (got, words))
            raise DifferingWordsError(
                port,
                first,
                f"{top}: {wrong.size} of {len(words)} words of {port} differ (seed {seed}); the first is "
                f"word {first}: got 0x{next(words_there)}, expected 0x{next(words_there)}",
            )
    return sum(len(words) for words in expected.values())
