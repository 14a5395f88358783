# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the bench is asked to do and what it saw, as files: the runner and the bench are two processes.

Both are .npz archives without pickles: one JSON header and the word arrays by port.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bbcu_fpga.files import atomic_path
from bbcu_fpga.numerics import ByteArray

CycleArray = NDArray[np.int64]

JOB_VARIABLE = "BBCU_SIM_JOB"  # environment variable with the path of the job file
JOB_FILE = "job.npz"
OUTCOME_FILE = "outcome.npz"  # beside the job file
PROGRESS_FILE = "progress"  # text: output words received, output words in all
_HEADER = "header"


@dataclass(frozen=True)
class Pattern:
    """When a port rests.

    `pause` is the probability that a cycle is idle (an input offers nothing, an output is not ready). `every` = n
    allows at most one transfer in n cycles. `after_valid` makes an output ready only after valid was seen, which hangs
    a design whose valid waits for ready.
    """

    pause: float = 0.0
    every: int = 1
    after_valid: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.pause < 1.0 or self.every < 1:
            raise ValueError(f"{self}: pause must be in [0, 1) and every at least 1")


NO_PAUSE = Pattern()


@dataclass
class Job:
    """One run of the bench.

    `inputs` maps ports to packed words (uint8 [words, TDATA bytes]); `output_words` says how many words each output
    must deliver. With `reset_at` the design is reset in that cycle and all streams start again from their first word.
    `timeout_cycles` without any transfer count as a deadlock; after the last word the outputs stay ready for
    `drain_cycles`, so that a word too many is seen.
    """

    inputs: dict[str, ByteArray]
    output_words: dict[str, int]
    idle: dict[str, Pattern]
    back_pressure: dict[str, Pattern]
    seed: int
    reset_at: int | None
    timeout_cycles: int
    drain_cycles: int

    def save(self, path: Path) -> None:
        """Write the job to `path` (.npz)."""
        header = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "inputs"}
        for name in ("idle", "back_pressure"):
            header[name] = {port: dataclasses.asdict(pattern) for port, pattern in header[name].items()}
        _write(path, header, {f"words:{port}": words for port, words in self.inputs.items()})

    @classmethod
    def load(cls, path: Path) -> Job:
        """Read the job written by `save`."""
        header, arrays = _read(path)
        for name in ("idle", "back_pressure"):
            header[name] = {port: Pattern(**pattern) for port, pattern in header[name].items()}
        return cls(inputs={port.removeprefix("words:"): words for port, words in arrays.items()}, **header)


@dataclass
class Outcome:
    """What the bench saw: words by output port, cycle of each transfer by port, and how the run ended.

    `status` is "done", "deadlock" or "extra" (`ports` then names what waits, or where a word too many came).
    `fifos` are the full FIFOs of a deadlock, `fifo_peaks` the highest fill of every FIFO by hierarchical name.
    """

    status: str
    cycles: int
    received: dict[str, ByteArray] = field(default_factory=dict)
    transfer_cycles: dict[str, CycleArray] = field(default_factory=dict)
    ports: list[str] = field(default_factory=list)
    fifos: list[str] = field(default_factory=list)
    fifo_peaks: dict[str, int] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the outcome to `path` (.npz)."""
        arrays: dict[str, NDArray[Any]] = {f"words:{port}": words for port, words in self.received.items()}
        arrays |= {f"cycles:{port}": cycles for port, cycles in self.transfer_cycles.items()}
        skipped = ("received", "transfer_cycles")
        header = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in skipped}
        _write(path, header, arrays)

    @classmethod
    def load(cls, path: Path) -> Outcome:
        """Read the outcome written by `save`."""
        header, arrays = _read(path)
        by_kind: dict[str, dict[str, NDArray[Any]]] = {"words": {}, "cycles": {}}
        for name, array in arrays.items():
            kind, _, port = name.partition(":")
            by_kind[kind][port] = array
        return cls(received=by_kind["words"], transfer_cycles=by_kind["cycles"], **header)


def _write(path: Path, header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    with atomic_path(path) as temporary:
        np.savez(temporary, allow_pickle=False, **{_HEADER: np.array(json.dumps(header))}, **arrays)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return json.loads(str(arrays.pop(_HEADER))), arrays
