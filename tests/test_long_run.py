# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The long runs see what they are for: a wrong, a missing and a surplus word, growth, and what is left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.errors import SimulationError
from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim import verilator
from benchmarks.long_run.__main__ import CONFIG, MEMORY_LIMIT_KIB, page, problems
from benchmarks.long_run.builds import Footprint, run_builds
from benchmarks.long_run.frames import FramesRecord, compare_frames, run_frames

FRAMES = FramesRecord(compared=480, differing=0, cycles=960, memory_kib={10: 60_000, 20: 60_100})
FOOTPRINT = Footprint(
    handles=6, processes=0, threads=1, files=20, build_files=99, build="ab" * 32, memory_kib=900_000
)


def run_fifo(simulator_root: Path, frames: np.ndarray, expected: np.ndarray) -> FramesRecord:
    simulator = verilator.build(
        module_sources("stream_fifo"), "stream_fifo", {"WIDTH": 24, "DEPTH": 5}, simulator_root
    )
    return compare_frames("stream_fifo", simulator, frames, expected, every=10, timeout_cycles=4000)


def test_every_frame_is_compared(simulator_root: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (40, 16, 3), dtype=np.uint8)
    record = run_fifo(simulator_root, frames, frames)
    assert (record.compared, record.differing) == (frames.size, 0)
    assert list(record.memory_kib) == [10, 20, 30, 40]
    assert record.cycles > 2 * 40 * 16, "the ports rest"
    expected = frames.copy()
    expected[[3, 39], 5, 2] ^= 4
    assert run_fifo(simulator_root, frames, expected).differing == 2


def test_a_missing_and_a_surplus_word_end_the_run(simulator_root: Path) -> None:
    frames = np.zeros((20, 4, 3), np.uint8)
    for sent, expected in ((frames[:-1], frames), (frames, frames[:-1])):
        with pytest.raises(SimulationError, match="the long run of stream_fifo did not end"):
            run_fifo(simulator_root, sent, expected)


def test_what_must_not_be_is_named() -> None:
    assert problems(FRAMES, [FOOTPRINT] * 3) == []
    grown = {10: 60_000, 20: 60_001 + MEMORY_LIMIT_KIB}
    bad = FRAMES.model_copy(update={"differing": 7, "memory_kib": grown})
    # what the first builds load stays
    builds = [FOOTPRINT.model_copy(update={"handles": 3}), FOOTPRINT, FOOTPRINT]
    builds.append(FOOTPRINT.model_copy(update={"handles": 7, "files": 21, "build": "cd", "memory_kib": 1}))
    assert problems(bad, builds) == [
        "7 integers differ",
        "the simulator's memory grew by 2049 KiB",
        "build 4: handles: 6, then 7",
        "build 4: files: 20, then 21",
        f"build 4: build: {FOOTPRINT.build}, then cd",
    ]


def test_the_page_states_every_figure() -> None:
    text = page(FRAMES, [FOOTPRINT] * 10)
    for row in ("| 480 |", "| 20 | 58.7 |", "| 10 | 6 | 0 | 1 | 20 | 99 | 879 |"):
        assert row in text


@pytest.mark.slow
def test_a_network_and_a_few_builds(tmp_path: Path) -> None:
    record = run_frames(build(BuildConfig.model_validate(CONFIG), tmp_path / "build"), 20, every=5)
    footprints: list[Footprint] = []
    run_builds(4, footprints.append)
    assert problems(record, footprints) == [] and record.compared == 20 * 16 * 24 * 3
