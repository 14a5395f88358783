# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The demonstration: the shipped tiny network, built for a PYNQ-Z2, restores a photograph in simulation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.config import load_config
from bbcu_fpga.report import WrittenReport, write_report
from bbcu_fpga.resources import build_configs_dir
from bbcu_fpga.simulation import simulate

CONFIG = "pynq_z2_tiny.yaml"


def run_demo(output: Path, progress: Callable[[str, int, int], None] | None = None) -> WrittenReport:
    """Build into `output`, simulate the example photograph in Python, C++ and RTL, and write the report.

    Raises what building and simulating raise: MissingToolError, ExactnessError, SimulationError, ...
    """
    built = build(load_config(build_configs_dir() / CONFIG), output, progress=progress)
    simulate(built, "python", progress=progress)
    simulate(built, "hls", progress=progress)
    simulate(built, "rtl", progress=progress)
    return write_report(built)
