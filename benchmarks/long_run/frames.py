# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Many frames through the RTL of a build, under pauses at both ends, compared with the reference."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from bbcu_fpga import numerics
from bbcu_fpga.builder.build_folder import RTL_FOLDER, SIMULATOR_FOLDER, Build
from bbcu_fpga.builder.execution import Frames
from bbcu_fpga.errors import SimulationError
from bbcu_fpga.files import write_text
from bbcu_fpga.sim import verilator
from bbcu_fpga.sim.job import JOB_FILE
from bbcu_fpga.transformation.generate_rtl import TOP

BENCH = "benchmarks.long_run.bench"
# ports that rest in nine of ten cycles slow a frame down by about as much
TIMEOUT_FRAMES = 50
SHOWN_LINES = 20


class FramesRecord(BaseModel):
    """What a run found; `memory_kib` is the simulator's resident memory after so many frames."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    compared: int
    differing: int
    cycles: int
    memory_kib: dict[int, int]

    @property
    def growth_kib(self) -> int:
        """How much the memory grew between the first and the last measurement."""
        first, *_, last = self.memory_kib.values()
        return last - first


def run_frames(build: Build, count: int, *, every: int, seed: int = 0) -> FramesRecord:
    """Send `count` random frames through the RTL of a build, and compare every integer.

    The memory is measured after each `every` frames, at least twice. Raises as `compare_frames`.
    """
    manifest = build.manifest
    if count < 2 * every:
        raise SimulationError(f"{count} frames: give at least {2 * every}, so that memory is measured twice")
    shape = (count, manifest.frame_height, manifest.frame_width, manifest.colours)
    frames = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    lanes_in, lanes_out, _ = build.stream_shapes()
    sources, cpp = build.rtl_sources()
    return compare_frames(
        TOP,
        verilator.build(sources, TOP, {}, build.path / SIMULATOR_FOLDER, cpp),
        _words(frames, lanes_in),
        _words(build.reference(frames), lanes_out),
        every=every,
        seed=seed,
        timeout_cycles=TIMEOUT_FRAMES * manifest.cycles_bound,
        data_dir=build.path / RTL_FOLDER,
    )


def compare_frames(
    top: str,
    simulator: Path,
    frames: numerics.ByteArray,
    expected: numerics.ByteArray,
    *,
    every: int,
    timeout_cycles: int,
    seed: int = 0,
    data_dir: Path | None = None,
) -> FramesRecord:
    """Send frames through a simulated module, back to back with random pauses, and compare every byte.

    Args:
        top: the module; it takes frames at port in0 and delivers them at out0.
        simulator: folder of its simulator, from `verilator.build`.
        frames: uint8 [frames, words, bytes of in0].
        expected: uint8 [frames, words, bytes of out0].
        every: after how many frames the memory is measured.
        timeout_cycles: a frame may take.
        seed: of the pauses.
        data_dir: the simulator's working folder, where memory files are.

    Raises SimulationError if the run did not end: a word that does not come or comes too much, a broken rule
    of the streams.
    """
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        np.save(work / "frames.npy", frames)
        np.save(work / "expected.npy", expected)
        job = {"folder": str(work), "every": every, "seed": seed, "timeout_cycles": timeout_cycles}
        write_text(work / JOB_FILE, json.dumps(job))
        verilator.run(top, simulator, BENCH, work, (data_dir or work).resolve())
        return _record(top, work)


def _words(frames: Frames, lanes: int) -> numerics.ByteArray:
    """Return pictures as words of `lanes` integers: uint8 [frames, words, bytes]."""
    return numerics.pack_words(frames.reshape(-1, lanes), 8).reshape(len(frames), -1, lanes)


def _record(top: str, work: Path) -> FramesRecord:
    path = work / "record.json"
    if not path.exists():
        log = (work / verilator.LOG_FILE).read_text(errors="replace").splitlines()
        raise SimulationError(f"the long run of {top} did not end:\n" + "\n".join(log[-SHOWN_LINES:]))
    return FramesRecord.model_validate_json(path.read_text())
