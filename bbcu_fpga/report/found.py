# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Everything that simulations and synthesis left in a build folder, each checked to be of this build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbcu_fpga.board import simulate as board
from bbcu_fpga.board.simulate import PROCESSORS, BoardReport
from bbcu_fpga.simulation import Engine, SimulationReport, load_report
from bbcu_fpga.synth.open_tools.bitstream import (
    BITFILE_FOLDER,
    DESCRIPTION,
    BitstreamRecord,
    load_bitstream,
)
from bbcu_fpga.synth.open_tools.record import SynthesisReport, load_synthesis
from bbcu_fpga.synth.reports import VivadoReport, load_vivado

if TYPE_CHECKING:
    from bbcu_fpga.builder.build_folder import Build

# the more telling one first
ENGINES: dict[Engine, str] = {
    "rtl": "RTL simulated clock by clock (Verilator, cocotb)",
    "netlist": "netlist of yosys, cell by cell (Verilator, cocotb)",
    "hls": "HLS C++ compiled with g++",
    "python": "hardware graph executed in Python",
}


@dataclass(frozen=True)
class Found:
    """Reports by engine, by processor on the simulated board, and of the tools; None: not there."""

    simulations: dict[Engine, SimulationReport]
    boards: dict[str, BoardReport]
    synthesis: SynthesisReport | None
    vivado: VivadoReport | None
    bitstream: BitstreamRecord | None

    @classmethod
    def of(cls, build: Build) -> Found:
        """Read what there is; raises BuildError for what is damaged or of an earlier build."""
        simulations = {engine: load_report(build, engine) for engine in ENGINES}
        boards = {processor.name: board.load_report(build, processor) for processor in PROCESSORS}
        # another flow's bitstream has no description
        described = (build.path / BITFILE_FOLDER / DESCRIPTION).exists()
        return cls(
            simulations={engine: report for engine, report in simulations.items() if report is not None},
            boards={name: report for name, report in boards.items() if report is not None},
            synthesis=load_synthesis(build),
            vivado=load_vivado(build),
            bitstream=load_bitstream(build)[1] if described else None,
        )

    @property
    def best(self) -> SimulationReport | None:
        """The simulation that says most about the hardware: of the RTL, else the C++, else the graph."""
        return next((self.simulations[name] for name in ENGINES if name in self.simulations), None)

    def versions(self) -> dict[str, str]:
        """Return the versions of the tools that the figures are from."""
        versions = self.synthesis.versions() if self.synthesis is not None else {}
        tools = self.bitstream.tools if self.bitstream is not None else {}
        # the bitstream names programs (nextpnr-himbaechel-xilinx), the figures their projects (nextpnr)
        others = {name: tools[name] for name in tools if not name.startswith(tuple(versions))}
        return {**versions, **others}
