# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Restore a picture with the driver of a build on a simulated PYNQ-Z2, and compare with the reference."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from bbcu_fpga.board.arm import ARCHITECTURE, arm_compiler, arm_python
from bbcu_fpga.board.bitstream import stand_in
from bbcu_fpga.board.environment import VERSIONS, check_version, default_folder, pynq_python
from bbcu_fpga.board.host import SimulatedBoard
from bbcu_fpga.board.library import compile_library
from bbcu_fpga.board.package import package
from bbcu_fpga.builder.build_folder import RTL_FOLDER, Build
from bbcu_fpga.builder.identity import read_of_build, unchanged
from bbcu_fpga.errors import ExactnessError, SimulationError
from bbcu_fpga.files import atomic_folder, write_text
from bbcu_fpga.images import Picture, save_image
from bbcu_fpga.sim.library import NATIVE
from bbcu_fpga.simulation import load_scene
from bbcu_fpga.transformation.generate_shell import SYSTEM

Progress = Callable[[str, int, int], None]

PROGRAM = Path(__file__).resolve().parent / "program.py"
_LIBRARIES = "simulation/board"


class Processor(NamedTuple):
    """The Python that runs the driver: its pynq, and whether it is for 32-bit Arm, as on the board."""

    pynq: str = VERSIONS[-1]
    arm: bool = False

    @property
    def name(self) -> str:
        """A name for files."""
        return f"{self.pynq}-{ARCHITECTURE}" if self.arm else self.pynq

    def __str__(self) -> str:
        return f"pynq {self.pynq}" + (" on 32-bit Arm" if self.arm else "")


PROCESSORS = tuple(Processor(version, arm) for version in VERSIONS for arm in (False, True))


class BoardReport(BaseModel):
    """What a simulated board found; `cycles` and stalls are the hardware's counters of the last run.

    `arm` tells whether the driver ran on a Python for 32-bit Arm. `compared` counts output integers,
    `differing` those that are not the reference's. `pictures` are paths relative to the build folder, `build`
    is the fingerprint of what was simulated.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pynq: str
    arm: bool = False
    build: str
    image: str
    frames: int
    compared: int
    differing: int
    cycles: int
    input_stalls: int
    output_stalls: int
    pictures: dict[str, str]


def simulate_board(
    build: Build,
    *,
    image: Path | None = None,
    input: Path | None = None,  # noqa: A002 - the name of the option it serves
    pynq: str = VERSIONS[-1],
    arm: bool = False,
    frames: int = 2,
    tile: bool = False,
    environments: Path | None = None,
    progress: Progress | None = None,
) -> BoardReport:
    """Restore a picture on a simulated PYNQ-Z2; write ``BUILD/simulation/board-*.json`` and pictures.

    The driver is the one that `package` writes, unmodified, above the real pynq; the programmable logic is
    the build's Verilog with its shell. Pictures are chosen as `bbcu_fpga.simulation.simulate` does.

    Args:
        build: a build with a shell.
        image: clean picture, degraded first.
        input: picture that is degraded already.
        pynq: version of pynq; installed from PyPI at first use.
        arm: run the driver on a Python for 32-bit Arm, in qemu; installed from Debian's packages.
        frames: times the picture is sent, back to back.
        tile: restore a larger picture whole.
        environments: folder of the environments with pynq; None: the user's cache.
        progress: called with (step, done, total).

    Raises:
        MissingToolError: pynq or a compiler is missing.
        BuildError: the build has no shell, or is made anew meanwhile.
        ImageError: the picture is unusable.
        SimulationError: the driver or the simulated design failed.
        ExactnessError: an integer differs from the reference; everything is written before.
    """
    if frames < 1:
        raise SimulationError(f"the number of frames must be at least 1, got {frames}")
    check_version(pynq)
    processor = Processor(pynq, arm)
    sources = build.system_sources()
    scene = load_scene(build, image, input, tile)
    report = progress or (lambda *_: None)
    with unchanged(build) as identity:
        board = _make_board(build, sources, processor, environments or default_folder(), report)
        report(f"running the driver with {processor}", 2, 4)
        restored, counters = run_driver(build, board, scene.degraded, frames)
        report("restoring with the reference", 3, 4)
        reference = build.reference(scene.degraded[None])[0]
    pictures = _save_pictures(build, processor, {"hardware": restored[-1], "reference": reference})
    result = BoardReport(
        pynq=pynq,
        arm=arm,
        build=identity,
        image=scene.name,
        frames=frames,
        compared=restored.size,
        differing=int(np.count_nonzero(restored != reference)),
        pictures=pictures,
        **counters,
    )
    write_text(report_path(build, processor), result.model_dump_json(indent=2) + "\n")
    if result.differing:
        raise ExactnessError(
            f"{build.path}: {result.differing} of {result.compared} integers from the simulated board differ "
            f"from the reference; see {build.path / pictures['hardware']}"
        )
    return result


def _make_board(
    build: Build, sources: list[Path], processor: Processor, environments: Path, report: Progress
) -> SimulatedBoard:
    report(f"preparing {processor}", 0, 4)
    if processor.arm:
        python = arm_python(processor.pynq, environments)
        compiler = arm_compiler(processor.pynq, environments)
    else:
        python, compiler = pynq_python(processor.pynq, environments), NATIVE
    report("compiling shell and accelerator", 1, 4)
    library = compile_library(SYSTEM, sources, build.path / _LIBRARIES, compiler)
    return SimulatedBoard(python, library, build.path / RTL_FOLDER, build.manifest.clock_mhz)


def report_path(build: Build, processor: Processor) -> Path:
    """Return where the report of a simulated board lies."""
    return build.path / "simulation" / f"board-{processor.name}.json"


def load_report(build: Build, processor: Processor) -> BoardReport | None:
    """Return the last run on this processor, or None; raises BuildError if it is of another build."""
    options = f"--pynq {processor.pynq}" + (" --arm" if processor.arm else "")
    command = f"bbcu-fpga board simulate {build.path} {options}"
    return read_of_build(
        build, report_path(build, processor), BoardReport, "a report of a simulated board", command
    )


def run_driver(
    build: Build, board: SimulatedBoard, picture: Picture, frames: int
) -> tuple[Picture, dict[str, int]]:
    """Package the build and restore uint8 [H, W, C] `frames` times on `board`.

    Returns uint8 [frames, s*H, s*W, C] and the hardware's counters of the last run; raises SimulationError.
    """
    with tempfile.TemporaryDirectory(prefix="board-") as temporary:
        work = Path(temporary)
        np.save(work / "picture.npy", picture)
        package_for_simulation(build, work / "driver")
        board.run(work, PROGRAM, "driver", "picture.npy", "result.npy", str(frames))
        counters = json.loads((work / "result.json").read_text())
        return np.load(work / "result.npy"), counters


def package_for_simulation(build: Build, target: Path) -> Path:
    """Package a build with a bitstream that only says what it is for: the logic comes from the Verilog."""
    bitstream = target.parent / f"{build.manifest.name}.bit"
    bitstream.write_bytes(stand_in(build.manifest.name, build.manifest.part))
    return package(build, bitstream, target)


def _save_pictures(build: Build, processor: Processor, pictures: dict[str, Picture]) -> dict[str, str]:
    folder = Path("simulation") / f"board-{processor.name}"
    with atomic_folder(build.path / folder) as temporary:
        for name, pixels in pictures.items():
            save_image(temporary / f"{name}.png", pixels)
    return {name: str(folder / f"{name}.png") for name in pictures}
