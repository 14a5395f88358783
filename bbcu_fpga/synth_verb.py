# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verb `synth`: what a build takes of the device, the clock it reaches, and its bitstream."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bbcu_fpga.console import progress, say, show_table

if TYPE_CHECKING:
    from bbcu_fpga.builder.build_folder import Build
    from bbcu_fpga.synth.open_tools.record import SynthesisReport
    from bbcu_fpga.synth.open_tools.utilization import Utilization
    from bbcu_fpga.synth.tools import Tools

_COLUMNS = ("LUT", "LUTRAM", "SRL", "FF", "RAMB36", "RAMB18", "DSP")


class SynthTool(str, Enum):
    """What synthesizes: yosys alone (resources), the open tools up to a bitstream, or Vivado."""

    yosys = "yosys"
    open = "open"
    vivado = "vivado"


def synth(
    build: Annotated[Path, typer.Argument(metavar="BUILD", help="Folder that `build` wrote.")],
    tool: Annotated[
        SynthTool,
        typer.Option(help="Count resources with yosys, or go on to a bitstream with open tools or Vivado."),
    ],
    layer: Annotated[str | None, typer.Option(help="With yosys: the only layer to synthesize.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Runs of yosys, or processes of Vivado, at a time.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="With open: seed of the placement.")] = 1,
    plan: Annotated[bool, typer.Option("--plan", help="Print the commands and run none.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")] = False,
) -> None:
    """Synthesize a build: resources of every layer, or a bitstream; what is finished is not done again.

    Example: [bold]bbcu-fpga synth build/pynq_z2_tiny --tool yosys --jobs 2[/]
    """
    if layer is not None and tool is not SynthTool.yosys:
        raise typer.BadParameter("--layer is of --tool yosys")
    from bbcu_fpga.builder.build_folder import Build

    opened = Build.open(build)
    if tool is SynthTool.vivado:
        from bbcu_fpga.synth.tools import Tools

        with_vivado(opened, Tools.from_environment(os.environ), plan=plan, jobs=jobs)
    elif plan:
        for line in _plan(opened, tool, layer, seed):
            say(line)
    else:
        _run(opened, tool, layer, jobs, seed, as_json)


def with_vivado(built: Build, tools: Tools, *, plan: bool, jobs: int) -> None:
    """Run the vendor flow of a build, or print its commands."""
    from bbcu_fpga.synth.vivado import VivadoFlow

    vivado = VivadoFlow(built, tools, jobs=jobs)
    if plan:
        for line in vivado.configure().lines():
            say(line)
        return
    with progress() as report:
        result = vivado.run(report)
    say(f"worst slack {result.timing.wns_ns} ns at {result.clock_mhz:g} MHz, {result.resources} (vivado)")


def _plan(opened: Build, tool: SynthTool, layer: str | None, seed: int) -> list[str]:
    from bbcu_fpga.synth.open_tools import bitstream, layers
    from bbcu_fpga.synth.open_tools.root import OpenTools

    tools = OpenTools.from_environment(os.environ)
    if tool is SynthTool.yosys:
        return layers.plan(opened, tools, layer)
    return bitstream.plan(opened, tools, seed)


def _run(opened: Build, tool: SynthTool, layer: str | None, jobs: int, seed: int, as_json: bool) -> None:
    from bbcu_fpga.synth.open_tools.bitstream import build_bitstream, load_bitstream
    from bbcu_fpga.synth.open_tools.layers import synthesize_build
    from bbcu_fpga.synth.open_tools.record import report_path
    from bbcu_fpga.synth.open_tools.root import OpenTools

    tools = OpenTools.from_environment(os.environ)
    with progress() as report:
        if tool is SynthTool.yosys:
            found = synthesize_build(opened, tools, layer=layer, jobs=jobs, progress=report)
        else:
            found = build_bitstream(opened, tools, seed=seed, progress=report)
    if as_json:
        say(found.model_dump_json(indent=2, exclude_none=True))
        return
    _show(found)
    if tool is SynthTool.open:
        say(str(load_bitstream(opened)[0]))
    say(str(report_path(opened)))


def _show(found: SynthesisReport) -> None:
    whole = {"accelerator, whole": found.accelerator, "with shell": found.device}
    rows: dict[str, Utilization | None] = {**found.layers, **whole}
    show_table(
        ("layer", *_COLUMNS),
        [
            [name, *(f"{getattr(row, column):,}" for column in _COLUMNS)]
            for name, row in rows.items()
            if row is not None
        ],
    )
    if found.timing is not None:
        say(f"highest clock {found.timing.fmax_mhz:.1f} MHz of {found.timing.target_mhz:g} MHz (nextpnr)")
    say(", ".join(f"{name} {version}" for name, version in found.versions().items()))
