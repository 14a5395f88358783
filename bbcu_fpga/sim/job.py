# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the bench is asked to do and what it saw, as files: the runner and the bench are two processes.

Both are .npz archives without pickles: one JSON header and the word arrays by port.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bbcu_fpga.files import atomic_path
from bbcu_fpga.numerics import ByteArray

CycleArray = NDArray[np.int64]

JOB_VARIABLE = "BBCU_SIM_JOB"  # environment variable with the path of the job file
JOB_FILE = "job.npz"
PROGRESS_FILE = "progress"  # text: output words received, output words in all
_HEADER = "header"


def outcome_file(index: int) -> str:
    """Return the name, beside the job file, of the outcome of scenario `index`."""
    return f"outcome-{index}.npz"


@dataclass(frozen=True)
class Pattern:
    """When a port rests.

    `pause` is the probability that a cycle is idle (an input offers nothing, an output is not ready).
    `every` = n allows at most one transfer in n cycles, `start` leaves as many cycles before the first.
    `after_valid` makes an output ready only after valid was seen, which hangs a design whose valid waits for
    ready.
    """

    pause: float = 0.0
    every: int = 1
    start: int = 0
    after_valid: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.pause < 1.0 or self.every < 1 or self.start < 0:
            raise ValueError(f"{self}: pause must be in [0, 1), every at least 1, start at least 0")

    @property
    def rests_between_words(self) -> bool:
        """Whether there are idle cycles between transfers."""
        return self.pause > 0 or self.every > 1


@dataclass(frozen=True)
class Scenario:
    """One pass over the words of a job: how each port rests (absent: not at all), and whether to disturb.

    With `reset_at` the design is reset in that cycle and all streams start again from their first word.
    """

    idle: dict[str, Pattern] = field(default_factory=dict)
    back_pressure: dict[str, Pattern] = field(default_factory=dict)
    seed: int = 0
    reset_at: int | None = None

    def __post_init__(self) -> None:
        if any(pattern.after_valid for pattern in self.idle.values()):
            raise ValueError("after_valid is for outputs: an input has no valid to wait for")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Scenario:
        """Undo `dataclasses.asdict`."""
        patterns = {
            name: {port: Pattern(**pattern) for port, pattern in values[name].items()}
            for name in ("idle", "back_pressure")
        }
        return cls(**{**values, **patterns})


@dataclass(frozen=True)
class Job:
    """What to send, how much to expect, and in which scenarios: one after the other, each after a reset.

    `inputs` maps ports to packed words (uint8 [words, TDATA bytes]); `output_words` says how many words each
    output must deliver. `timeout_cycles` without any transfer count as a deadlock; after the last word the
    outputs stay ready for `drain_cycles`, so that a word too many is seen.
    """

    inputs: dict[str, ByteArray]
    output_words: dict[str, int]
    scenarios: list[Scenario]
    timeout_cycles: int
    drain_cycles: int

    def save(self, path: Path) -> None:
        """Write the job to `path` (.npz)."""
        header = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "inputs"}
        header["scenarios"] = [asdict(scenario) for scenario in self.scenarios]
        _write(path, header, self.inputs)

    @classmethod
    def load(cls, path: Path) -> Job:
        """Read the job written by `save`."""
        header, inputs = _read(path)
        header["scenarios"] = [Scenario.from_json(values) for values in header["scenarios"]]
        return cls(inputs=inputs, **header)


@dataclass(frozen=True)
class Outcome:
    """What the bench saw in a scenario: words by output port, cycle of each transfer by port, and the end.

    `status` is "done", "deadlock" or "extra" (`ports` then names what waits, or where a word too many came).
    `cycles` counts from the release of reset. `fifos` are the full FIFOs of a deadlock, `fifo_peaks` the
    highest fill of every FIFO by hierarchical name.
    """

    status: str
    cycles: int
    received: dict[str, ByteArray]
    transfer_cycles: dict[str, CycleArray]
    ports: list[str]
    fifos: list[str]
    fifo_peaks: dict[str, int]

    def save(self, path: Path) -> None:
        """Write the outcome to `path` (.npz)."""
        arrays: dict[str, NDArray[Any]] = {f"words:{port}": words for port, words in self.received.items()}
        arrays |= {f"cycles:{port}": cycles for port, cycles in self.transfer_cycles.items()}
        skipped = ("received", "transfer_cycles")
        _write(path, {f.name: getattr(self, f.name) for f in fields(self) if f.name not in skipped}, arrays)

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
