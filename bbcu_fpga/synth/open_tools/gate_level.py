# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The netlist of an accelerator as Verilog that a simulator reads: cells of the chip instead of the RTL."""

from __future__ import annotations

from pathlib import Path

from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.synth.open_tools.layers import WORK_FOLDER, accelerator_design, require_rtl
from bbcu_fpga.synth.open_tools.root import YOSYS, OpenTools
from bbcu_fpga.synth.open_tools.step import Step
from bbcu_fpga.synth.open_tools.yosys import NETLIST, Design, synthesized, templates

_VERILOG, _BLOCK_RAM, _LINT = "netlist.v", "block_ram.v", "lint.vlt"


def netlist_sources(build: Build, tools: OpenTools) -> list[Path]:
    """Return what Verilator needs to simulate the netlist of the accelerator in place of its RTL.

    The netlist is that which `synthesize_build` counts.

    Raises:
        BuildError: layers of style hls have no RTL to synthesize.
        MissingToolError, VendorToolError: as `synthesize`.
    """
    require_rtl(build)
    return gate_level(accelerator_design(build), tools, build.path / WORK_FOLDER)


def gate_level(design: Design, tools: OpenTools, cache: Path) -> list[Path]:
    """Synthesize a design and return its netlist as Verilog sources with the same top and ports.

    LUTs, carry chains, flip-flops and DSP slices do what their models in yosys' library do; the models of
    block RAM are this project's. Raises as `synthesize`.
    """
    netlist = synthesized(tools, design, cache) / NETLIST
    folder = _written(netlist, design.top, tools).run(tools, cache)
    return [folder / name for name in (_LINT, _BLOCK_RAM, _VERILOG)]


def _written(netlist: Path, top: str, tools: OpenTools) -> Step:
    """Return the run of yosys that writes a netlist as Verilog; beside it lie the models that yosys lacks."""

    def rendered(name: str) -> str:
        return templates.get_template(f"gate_level/{name}.j2").render(top=top)

    return Step(
        title="netlist as Verilog",
        tool=YOSYS,
        version=tools.version(YOSYS),
        arguments=("-q", "-l", "yosys.log", "-s", "netlist.ys"),
        files={
            "cells.v": tools.cell_models(),
            "netlist.json": netlist,
            **{name: rendered(name) for name in ("netlist.ys", _BLOCK_RAM, _LINT)},
        },
        outputs=(_VERILOG,),
    )
