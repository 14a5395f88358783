# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Designs under test: whatever form a design has, the one bench drives it through the same ports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bbcu_fpga.sim import dpi, vitis
from bbcu_fpga.sim.job import Scenario
from bbcu_fpga.sim.run import SimulationResult, simulate_scenarios
from bbcu_fpga.sim.verilator import NO_CPP, CppSources, Parameters


@dataclass(frozen=True)
class Dut:
    """A design: its top module, what it is made of, and the folder where it finds its memory files.

    `has_cycles` tells whether its clock cycles are those of the hardware.
    """

    top: str
    sources: Sequence[Path]
    parameters: Parameters = field(default_factory=dict)
    data_dir: Path | None = None
    cpp: CppSources = NO_CPP
    has_cycles: bool = True

    def simulate(self, scenarios: Sequence[Scenario], **arguments: Any) -> list[SimulationResult]:
        """Run the design in each scenario; arguments and errors are those of `run.simulate_scenarios`."""
        return simulate_scenarios(
            self.top,
            self.sources,
            scenarios,
            parameters=self.parameters,
            data_dir=self.data_dir,
            cpp=self.cpp,
            **arguments,
        )


def cpp_dut(module: dpi.CppModule, include_dirs: Sequence[Path], folder: Path) -> Dut:
    """Return a C++ function behind the ports of the RTL (see `dpi.generate`); `folder` is replaced."""
    modules = dpi.generate([module], include_dirs, folder)
    return Dut(module.name, modules.verilog, cpp=modules.cpp, has_cycles=False)


def vitis_dut(module: dpi.CppModule, verilog: Path, folder: Path) -> Dut:
    """Return the Verilog that Vitis HLS left in the folder `verilog` for a function; `folder` is replaced.

    Raises SimulationError if it has no such module, or other ports.
    """
    return Dut(f"{module.name}_shell", vitis.wrap(module, verilog, folder), data_dir=verilog)
