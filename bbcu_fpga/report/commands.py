# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The commands that make a build and its figures again."""

from __future__ import annotations

import shlex
from pathlib import Path

from bbcu_fpga.builder.build_folder import CONFIG
from bbcu_fpga.report.found import Found
from bbcu_fpga.scene import EXAMPLE
from bbcu_fpga.simulation import SimulationReport


def commands(folder: Path, found: Found) -> list[str]:
    """Return, in order, the verbs whose results are in the build folder `folder`."""
    build = str(folder)
    lines: list[list[str]] = []
    if (folder / CONFIG).exists():
        lines.append(["build", str(folder / CONFIG), "--output", build])
    for engine, report in reversed(found.simulations.items()):
        lines.append(["simulate", build, "--engine", engine, *_picture(report)])
    for version, run in found.boards.items():
        lines.append(["board", "simulate", build, "--pynq", version, "--frames", str(run.frames)])
    if found.synthesis is not None and found.synthesis.layers:
        lines.append(["synth", build, "--tool", "yosys"])
    if found.synthesis is not None and found.synthesis.timing is not None:
        lines.append(["synth", build, "--tool", "open", "--seed", str(found.synthesis.timing.seed)])
    if found.vivado is not None:
        lines.append(["synth", build, "--tool", "vivado"])
    lines.append(["report", build])
    return [shlex.join(["bbcu-fpga", *words]) for words in lines]


def _picture(report: SimulationReport) -> list[str]:
    """Return the options that choose the picture and how often it is sent."""
    options = ["--frames", str(report.frames)]
    if report.tiles > 1:
        options.append("--tile")
    if report.image != EXAMPLE:
        options += ["--input" if report.psnr_hardware_db is None else "--image", report.image]
    return options
