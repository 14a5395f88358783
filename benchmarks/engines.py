# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""How many pictures per second each way of computing a built accelerator restores, measured in one run.

Example: python benchmarks/engines.py build/pynq_z2_tiny --frames 4 --json engines.json
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.builder.verification import verification_frames
from bbcu_fpga.errors import ExactnessError

Frames = NDArray[np.uint8]

ENGINES: dict[str, tuple[str, Callable[[Build, Frames], Frames]]] = {
    "qonnx": ("QONNX graph in Python", lambda build, frames: build.reference(frames)),
    "python": ("hardware graph in Python", lambda build, frames: build.execute_python(frames)),
    "hls": ("HLS C++, compiled with g++", lambda build, frames: build.execute_hls(frames)),
    "rtl": ("RTL in Verilator, clock by clock", lambda build, frames: build.execute_rtl(frames).frames),
}


class Measurement(NamedTuple):
    """What an engine took: preparation (loading, compiling), then frames per second, and CPU time per frame.

    The CPU time, of all processes, tells engines apart even on a machine that is busy with other things.
    """

    engine: str
    what: str
    preparation_s: float
    frames: int
    frames_per_s: float
    cpu_s_per_frame: float


def measure(build: Build, engines: Sequence[str], frames: int) -> list[Measurement]:
    """Time the engines one after the other on the same frames.

    Raises ExactnessError if one differs from the first in any integer.
    """
    manifest = build.manifest
    picture = verification_frames(manifest.frame_height, manifest.frame_width, manifest.colours)
    expected, measured = None, []
    for engine in engines:
        what, restore = ENGINES[engine]
        first = _timed(restore, build, picture)
        again = _timed(restore, build, np.repeat(picture, frames, axis=0))
        expected = first[0] if expected is None else expected
        if (first[0] != expected).any() or (again[0] != expected).any():
            raise ExactnessError(f"{build.path}: {engine} differs from {engines[0]}")
        # what the first frame took beyond a frame's share is preparation: loading, compiling
        wall, cpu = again[1] / frames, again[2] / frames
        measured.append(Measurement(engine, what, max(first[1] - wall, 0.0), frames, 1 / wall, cpu))
    return measured


def _timed(
    restore: Callable[[Build, Frames], Frames], build: Build, frames: Frames
) -> tuple[Frames, float, float]:
    """Return the restored frames, and the seconds of wall clock and CPU that took."""
    wall, cpu = time.perf_counter(), _cpu_seconds()
    restored = restore(build, frames)
    return restored, time.perf_counter() - wall, _cpu_seconds() - cpu


def _cpu_seconds() -> float:
    """Return the CPU time of this process and of those that it waited for."""
    return sum(os.times()[:4])


def table(build: Build, measured: Sequence[Measurement]) -> Table:
    """Return the measurements as a table."""
    manifest = build.manifest
    title = f"{manifest.name}: frames of {manifest.frame_height} x {manifest.frame_width}, all equal"
    result = Table("engine", "what computes", title=title)
    for name in ("preparation [s]", "frames", "frames per second", "CPU s per frame"):
        result.add_column(name, justify="right")
    for row in measured:
        figures = (
            f"{row.preparation_s:.1f}",
            str(row.frames),
            f"{row.frames_per_s:.3g}",
            f"{row.cpu_s_per_frame:.3g}",
        )
        result.add_row(row.engine, row.what, *figures)
    return result


def main(
    build: Annotated[Path, typer.Argument(help="Folder that `bbcu-fpga build` wrote.")],
    frames: Annotated[int, typer.Option(min=1, help="Frames to time, after one that prepares.")] = 2,
    engine: Annotated[
        list[str] | None, typer.Option(help="Engine to time (repeatable); default: all.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="File for the figures.")] = None,
) -> None:
    """Time the engines of a build and print a table."""
    chosen = engine or list(ENGINES)
    unknown = [name for name in chosen if name not in ENGINES]
    if unknown:
        raise typer.BadParameter(f"unknown engines {unknown}; known: {', '.join(ENGINES)}")
    opened = Build.open(build)
    measured = measure(opened, chosen, frames)
    Console().print(table(opened, measured))
    if json_file is not None:
        figures = {"build": opened.manifest.name, "engines": [row._asdict() for row in measured]}
        json_file.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
