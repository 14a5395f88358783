# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The unmodified driver with the real pynq, above the Verilated shell and accelerator."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.board.arm import arm_python
from bbcu_fpga.board.environment import VERSIONS, default_folder
from bbcu_fpga.board.host import SimulatedBoard
from bbcu_fpga.board.simulate import (
    PROCESSORS,
    Processor,
    load_report,
    package_for_simulation,
    simulate_board,
)
from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.errors import SimulationError
from bbcu_fpga.runtime.manifest import FILE_NAME
from bbcu_fpga.runtime.registers import BANK_BYTES, BANKS, MAGIC
from tests.board.acceptance import programs
from tests.board.acceptance.conftest import CLOCK_MHZ, HEIGHT, WIDTH

pytestmark = [pytest.mark.board, pytest.mark.slow]


def run(board: SimulatedBoard, build: Build, work: Path, program: str) -> str:
    """Run a program on the board beside a driver folder; return the last line it printed."""
    package_for_simulation(build, work / "driver")
    (work / "program.py").write_text(program)
    return board.run(work, work / "program.py").splitlines()[-1]


def pictures() -> list[np.ndarray]:
    """Return a frame, a batch of five, and a picture of several frames."""
    random = np.random.default_rng(3)
    shapes = [(HEIGHT, WIDTH, 3), (5, HEIGHT, WIDTH, 3), (17, 20, 3)]
    return [random.integers(0, 256, shape, dtype=np.uint8) for shape in shapes]


def test_every_way_to_restore(board: SimulatedBoard, small_build: Build, tmp_path: Path) -> None:
    frame, batch, large = pictures()
    np.savez(tmp_path / "pictures.npz", frame, batch, large)
    printed = run(board, small_build, tmp_path, programs.EVERY_WAY)
    results = np.load(tmp_path / "results.npz")
    (restored,), restored_batch = small_build.reference(frame[None]), small_build.reference(batch)
    np.testing.assert_array_equal(results["restore"], restored)
    np.testing.assert_array_equal(results["started"], restored)
    np.testing.assert_array_equal(results["batch"], restored_batch)
    np.testing.assert_array_equal(results["stream"], restored_batch)
    np.testing.assert_array_equal(results["large"], small_build.reference(large[None])[0])
    benchmark = json.loads(printed)
    bound = small_build.manifest.cycles_bound
    # the memory rests at random, also at the end of a run, from which the cycles of a frame follow
    assert 0.99 * bound < benchmark["cycles_per_frame"] < 1.05 * bound
    assert benchmark["hardware_fps"] == 1e6 * CLOCK_MHZ / benchmark["cycles_per_frame"]
    assert benchmark["latency_cycles"] > benchmark["cycles_per_frame"]


def test_after_a_fault_the_next_frame_is_right(
    board: SimulatedBoard, small_build: Build, tmp_path: Path
) -> None:
    frame, batch, large = pictures()
    np.savez(tmp_path / "pictures.npz", frame, batch, large)
    caught = json.loads(run(board, small_build, tmp_path, programs.FAULTS))
    assert [message.partition(" ")[0] for message in caught] == [
        "DmaError:",
        "DmaError:",
        "BoardTimeoutError:",
    ]
    assert "a failed read" in caught[0] and "a failed write" in caught[1]
    results = np.load(tmp_path / "results.npz")["restored"]
    np.testing.assert_array_equal(results, np.repeat(small_build.reference(frame[None]), 4, axis=0))


def test_pynq_reads_the_description(board: SimulatedBoard, small_build: Build, tmp_path: Path) -> None:
    found = json.loads(run(board, small_build, tmp_path, programs.DESCRIPTION))
    assert found["version"] == board.python.parent.parent.name
    assert found["banks"] == {name: [base, BANK_BYTES] for name, base in BANKS.items()}
    assert found["clock"] == CLOCK_MHZ
    assert 1000 / (found["clocks"][0] * found["clocks"][1]) == CLOCK_MHZ
    assert found["magic"] == MAGIC


def test_a_folder_of_another_build_is_refused(
    board: SimulatedBoard, small_build: Build, tmp_path: Path
) -> None:
    folder = package_for_simulation(small_build, tmp_path / "driver")
    manifest = json.loads((folder / FILE_NAME).read_text())
    (folder / FILE_NAME).write_text(json.dumps({**manifest, "build_id": 1}))
    (tmp_path / "program.py").write_text("import bbcu_runtime as b; b.Accelerator('driver')")
    (tmp_path / "bbcu_runtime").symlink_to(folder / "bbcu_runtime")
    with pytest.raises(SimulationError, match="OverlayMismatchError: the loaded logic has build id"):
        board.run(tmp_path, tmp_path / "program.py")


@pytest.mark.parametrize("processor", PROCESSORS, ids=lambda processor: processor.name)
def test_verb_restores_the_example_photograph(small_build: Build, processor: Processor) -> None:
    """Also on a Python for 32-bit Arm, whose `np.int_` and pointers are those of the board."""
    report = simulate_board(small_build, pynq=processor.pynq, arm=processor.arm, frames=2)
    assert (report.differing, report.compared) == (0, 2 * 4 * HEIGHT * WIDTH * 3)
    assert report == load_report(small_build, processor)
    assert (report.pynq, report.arm, report.image) == (processor.pynq, processor.arm, "coffee")
    assert (small_build.path / report.pictures["hardware"]).is_file()


def test_the_arm_python_is_one() -> None:
    python = arm_python(VERSIONS[0], default_folder())
    program = "import platform, sys, numpy; print(platform.machine(), sys.maxsize, numpy.int_().itemsize)"
    found = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True).stdout
    assert found.split() == ["armv7l", str(2**31 - 1), "4"]
