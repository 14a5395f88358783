# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Restoring a picture with a built accelerator, simulated, and comparing every integer with the reference."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.builder.identity import read_of_build, unchanged
from bbcu_fpga.errors import ExactnessError, SimulationError
from bbcu_fpga.files import atomic_folder, write_text
from bbcu_fpga.images import Picture, save_image
from bbcu_fpga.runtime.tiling import Tiling
from bbcu_fpga.scene import Framing, Scene, find_task
from brevitas_models.tasks import Task

logger = logging.getLogger(__name__)

Engine = Literal["python", "hls", "rtl", "netlist"]
_CLOCKED: tuple[Engine, ...] = ("rtl", "netlist")
Progress = Callable[[str, int, int], None]


class SimulationReport(BaseModel):
    """What a simulation found; a figure that was not measured is absent.

    `compared` counts output integers, `differing` those that are not the reference's. `cycles_per_frame` is
    the distance of two frames in the steady state, `latency_cycles` runs from the first input to the first
    frame's last output. PSNR is in dB by the `protocol`; `baseline` is what needs no network. `pictures` are
    paths relative to the build folder, `build` is the fingerprint of what was simulated.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    engine: Engine
    build: str
    image: str
    notice: str | None = None
    frames: int
    tiles: int
    compared: int
    differing: int
    cycles_per_frame: int | None = None
    latency_cycles: int | None = None
    total_cycles: int | None = None
    psnr_reference_db: float | None = None
    psnr_hardware_db: float | None = None
    psnr_baseline_db: float | None = None
    baseline: str = "bicubic"
    protocol: str | None = None
    pictures: dict[str, str]


@dataclass(frozen=True)
class _Outcome:
    """What came out, of the whole picture: `restored` [passes, H, W, C] and `reference` [H, W, C], uint8."""

    scene: Scene
    reference: Picture
    restored: Picture
    tiles: int
    cycles: dict[str, int | None]

    @property
    def differing(self) -> int:
        """How many integers of `restored` are not those of `reference`."""
        return int(np.count_nonzero(self.restored != self.reference))


def simulate(
    build: Build,
    engine: Engine,
    *,
    image: Path | None = None,
    input: Path | None = None,  # noqa: A002 - the name of the option it serves
    frames: int | None = None,
    tile: bool = False,
    progress: Progress | None = None,
) -> SimulationReport:
    """Restore a picture in simulation; write ``BUILD/simulation/<engine>.json`` and the pictures.

    `image` is a clean picture, which is degraded first and so allows a PSNR; `input` is degraded already;
    without either an example photograph is used. A picture larger than the built frame is cropped to its
    centre, or with `tile` restored whole. The picture is sent `frames` times back to back (default: twice in
    RTL and its netlist without `tile`, so that the steady state is seen, else once).

    Raises ImageError for an unusable picture, SimulationError or DeadlockError when the simulation fails,
    BuildError when the build is made anew meanwhile, and ExactnessError, after everything is written, when an
    integer differs from the reference.
    """
    passes = frames if frames is not None else (2 if engine in _CLOCKED and not tile else 1)
    if passes < 1:
        raise SimulationError(f"the number of frames must be at least 1, got {passes}")
    scene = load_scene(build, image, input, tile)
    with unchanged(build) as identity:
        outcome = _restore(build, engine, scene, passes, progress)
    # an interruption from here on leaves no report rather than one of other pictures
    report_path(build, engine).unlink(missing_ok=True)
    report = _describe(build, identity, engine, outcome)
    write_text(report_path(build, engine), report.model_dump_json(indent=2, exclude_none=True) + "\n")
    if report.differing:
        raise ExactnessError(f"{build.path}: {_first_difference(engine, outcome)}")
    return report


def report_path(build: Build, engine: Engine) -> Path:
    """Return where the report of an engine's simulation lies."""
    return build.path / "simulation" / f"{engine}.json"


def load_report(build: Build, engine: Engine) -> SimulationReport | None:
    """Return the last simulation by `engine`, or None; raises BuildError if it is of another build."""
    command = f"bbcu-fpga simulate {build.path} --engine {engine}"
    return read_of_build(build, report_path(build, engine), SimulationReport, "a simulation report", command)


def load_scene(build: Build, image: Path | None, degraded: Path | None, whole: bool) -> Scene:
    """Return the picture to restore, chosen as `simulate` says; raises ImageError and SimulationError."""
    manifest = build.manifest
    framing = Framing(_task(build), manifest.frame_height, manifest.frame_width, whole)
    if image is not None and degraded is not None:
        raise SimulationError("give a clean picture (image) or a degraded one (input), not both")
    if image is not None:
        return framing.clean_scene(image)
    if degraded is not None:
        return framing.degraded_scene(degraded)
    return framing.example_scene()


def _task(build: Build) -> Task:
    manifest = build.manifest
    try:
        return find_task(manifest.task, manifest.scale, manifest.colours)
    except SimulationError as error:
        raise SimulationError(f"{build.path}: {error}") from error


def _restore(build: Build, engine: Engine, scene: Scene, passes: int, progress: Progress | None) -> _Outcome:
    """Restore the picture `passes` times with the accelerator and once with the reference."""
    manifest = build.manifest
    height, width = scene.degraded.shape[:2]
    tiling = Tiling.cover(height, width, manifest.frame_height, manifest.frame_width, manifest.halo)
    tiles = tiling.split(scene.degraded)
    report = progress or (lambda *_: None)
    # the hardware first: what it lacks, a compiler for instance, is said at once
    report(f"restoring with the hardware ({engine})", 0, 2)
    frames = np.concatenate([tiles] * passes)
    cycles: dict[str, int | None] = {}
    if engine == "python":
        outputs = build.execute_python(frames)
    elif engine == "hls":
        outputs = build.execute_hls(frames, progress=progress)
    else:
        run = build.execute_rtl(frames, progress=progress, netlist=_netlist(build, engine, report))
        outputs = run.frames
        cycles = {name: getattr(run, name) for name in ("cycles_per_frame", "latency_cycles", "total_cycles")}
    report("restoring with the reference", 1, 2)
    reference = build.reference(scene.degraded[None])[0]
    restored = np.stack([tiling.join(part, manifest.scale) for part in np.split(outputs, passes)])
    return _Outcome(scene, reference, restored, len(tiles), cycles)


def _netlist(build: Build, engine: Engine, report: Progress) -> list[Path] | None:
    """Return the Verilog of the netlist for the engine that simulates it."""
    if engine != "netlist":
        return None
    from bbcu_fpga.synth.open_tools.gate_level import netlist_sources
    from bbcu_fpga.synth.open_tools.root import OpenTools

    report("synthesizing the accelerator", 0, 1)
    return netlist_sources(build, OpenTools.from_environment(os.environ))


def _describe(build: Build, identity: str, engine: Engine, outcome: _Outcome) -> SimulationReport:
    """Write the pictures and return the report; `identity` is the fingerprint of what was simulated."""
    task = _task(build)
    return SimulationReport(
        engine=engine,
        build=identity,
        image=outcome.scene.name,
        notice=outcome.scene.notice,
        frames=len(outcome.restored),
        tiles=outcome.tiles,
        compared=outcome.restored.size,
        differing=outcome.differing,
        pictures=_save_pictures(build, engine, outcome),
        **outcome.cycles,
        baseline=task.baseline_name,
        protocol=task.protocol,
        **_quality(outcome, task),
    )


def _quality(outcome: _Outcome, task: Task) -> dict[str, float]:
    """Return the three PSNR, or nothing where the clean picture is unknown."""
    clean = outcome.scene.clean
    if clean is None:
        return {}
    # it imports torch, which takes seconds
    from brevitas_models.metrics import psnr

    pictures = {
        "reference": outcome.reference,
        "hardware": outcome.restored[-1],
        "baseline": outcome.scene.baseline,
    }
    return {
        f"psnr_{name}_db": psnr(picture, clean, task.shave, task.measured)
        for name, picture in pictures.items()
    }


def _save_pictures(build: Build, engine: Engine, outcome: _Outcome) -> dict[str, str]:
    """Write every picture of the simulation and return their paths relative to the build folder."""
    scene = outcome.scene
    pictures = {
        "input": scene.degraded,
        # where the picture keeps its size, the baseline is the input
        **({"baseline": scene.baseline} if build.manifest.scale > 1 else {}),
        "reference": outcome.reference,
        "hardware": outcome.restored[-1],
        **({} if scene.clean is None else {"clean": scene.clean}),
    }
    folder = Path("simulation") / engine
    with atomic_folder(build.path / folder) as temporary:
        for name, pixels in pictures.items():
            save_image(temporary / f"{name}.png", scene.in_colour(pixels))
    return {name: str(folder / f"{name}.png") for name in pictures}


def _first_difference(engine: Engine, outcome: _Outcome) -> str:
    place = tuple(np.argwhere(outcome.restored != outcome.reference)[0])
    frame, row, column, channel = place
    return (
        f"{outcome.differing} of {outcome.restored.size} integers of the {engine} engine differ from the "
        f"reference; the first is frame {frame}, row {row}, column {column}, channel {channel}: "
        f"got {outcome.restored[place]}, expected {outcome.reference[place[1:]]}"
    )
