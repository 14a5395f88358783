# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The command line: one verb per step of the flow, each a thin call of the Python function that does it.

Heavy packages are imported inside the verbs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bbcu_fpga import __version__, board_verb, tools_verb, zoo_verb
from bbcu_fpga.console import Verb, progress, say, show_layers, show_simulation, show_table
from bbcu_fpga.evaluate_verb import evaluate
from bbcu_fpga.explore_verb import explore
from bbcu_fpga.synth_verb import synth, with_vivado
from bbcu_fpga.train_verb import train

if TYPE_CHECKING:
    from bbcu_fpga.synth.tools import Tools

app = typer.Typer(
    name="bbcu-fpga",
    help="From a 1-bit image-restoration network to bit-exact streaming dataflow IP.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

Debug = Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")]
BuildFolder = Annotated[Path, typer.Argument(metavar="BUILD", help="Folder that `build` wrote.")]


class Engine(str, Enum):
    """What executes the accelerator."""

    python = "python"
    hls = "hls"
    rtl = "rtl"
    netlist = "netlist"


class Flow(str, Enum):
    """How far a build goes."""

    sources = "sources"
    vivado = "vivado"


def _print_version(wanted: bool) -> None:
    if wanted:
        say(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


app.command(cls=Verb)(train)
app.command(cls=Verb)(evaluate)
app.command(cls=Verb)(explore)
app.command(cls=Verb)(synth)
app.add_typer(zoo_verb.app)
app.add_typer(tools_verb.app)
app.add_typer(board_verb.app)


@app.command(cls=Verb)
def export(
    checkpoint: Annotated[str, typer.Argument(help="Checkpoint file, or a name of `zoo list`.")],
    output: Annotated[Path, typer.Argument(metavar="OUT.onnx", help="QONNX file to write.")],
    height: Annotated[int, typer.Option(min=3, help="Height of the network's input in pixels.")],
    width: Annotated[int, typer.Option(min=3, help="Width of the network's input in pixels.")],
    debug: Debug = False,
) -> None:
    """Export a trained network to QONNX, compared with PyTorch in every integer.

    Example: [bold]bbcu-fpga export tiny tiny.onnx --height 96 --width 96[/]
    """
    from brevitas_models.export import export as run

    say(str(run(checkpoint, output, height, width)))


@app.command(cls=Verb)
def build(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Build configuration (YAML).")],
    output: Annotated[Path | None, typer.Option(help="Build folder; default: build/NAME.")] = None,
    target_fps: Annotated[
        float | None, typer.Option(min=0.001, help="Fold for this frame rate instead of the configuration's.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Another network: shipped name, .pt checkpoint or .onnx graph.")
    ] = None,
    flow: Annotated[
        Flow, typer.Option(help="Stop at the sources, or go on to IP, bitstream and driver with Vivado.")
    ] = Flow.sources,
    plan: Annotated[
        bool,
        typer.Option("--plan", help="With --flow vivado: write its scripts, print its commands, run none."),
    ] = False,
    debug: Debug = False,
) -> None:
    """Compile a network into streaming hardware; an interrupted build resumes where it stopped.

    Example: [bold]bbcu-fpga build build_configs/pynq_z2_tiny.yaml --target-fps 60[/]
    """
    if plan and flow is not Flow.vivado:
        raise typer.BadParameter("--plan is of --flow vivado")
    from bbcu_fpga.builder.config import load_config

    # a wrong configuration is reported before the seconds that importing the compiler takes
    settings = load_config(config).override(target_fps=target_fps, model=model)
    tools = _vendor_tools(needed=not plan) if flow is Flow.vivado else None
    from bbcu_fpga.builder.build import build as run

    with progress() as report:
        built = run(settings, output or Path("build") / settings.name, progress=report)
    show_layers(built)
    if tools is not None:
        with_vivado(built, tools, plan=plan, jobs=os.cpu_count() or 1)
    say(str(built.path))


def _vendor_tools(needed: bool) -> Tools:
    """Return where the vendor tools are; those that are needed must be there before minutes are spent."""
    from bbcu_fpga.synth.tools import Tools

    tools = Tools.from_environment(os.environ)
    if needed:
        tools.programs()
    return tools


@app.command(cls=Verb)
def simulate(
    build: BuildFolder,
    engine: Annotated[
        Engine,
        typer.Option(
            help="The hardware graph in Python, the HLS C++ with g++, the RTL in Verilator, or what yosys "
            "makes of the RTL, cell by cell."
        ),
    ],
    image: Annotated[Path | None, typer.Option(help="Clean picture: degraded, then measured.")] = None,
    input: Annotated[Path | None, typer.Option(help="Picture that is degraded already.")] = None,  # noqa: A002
    frames: Annotated[
        int | None,
        typer.Option(min=1, help="Times the picture is sent; default: 2 in RTL and netlist, else 1."),
    ] = None,
    tile: Annotated[bool, typer.Option("--tile", help="Restore a larger picture whole.")] = False,
    debug: Debug = False,
) -> None:
    """Restore a picture with the simulated accelerator and compare every integer with the reference.

    Example: [bold]bbcu-fpga simulate build/pynq_z2_tiny --engine rtl --image photograph.png[/]
    """
    if image is not None and input is not None:
        raise typer.BadParameter("give --image or --input, not both")
    from bbcu_fpga.builder.build_folder import Build
    from bbcu_fpga.simulation import report_path
    from bbcu_fpga.simulation import simulate as run

    opened = Build.open(build)
    with progress() as report:
        result = run(
            opened, engine.value, image=image, input=input, frames=frames, tile=tile, progress=report
        )
    show_simulation(result, opened.manifest.cycles_bound)
    say(str(opened.path / result.pictures["hardware"]))
    say(str(report_path(opened, engine.value)))


@app.command(cls=Verb)
def report(build: BuildFolder, debug: Debug = False) -> None:
    """Write report.json and report.html from a build and its simulations.

    Example: [bold]bbcu-fpga report build/pynq_z2_tiny[/]
    """
    from bbcu_fpga.builder.build_folder import Build
    from bbcu_fpga.report import write_report

    written = write_report(Build.open(build))
    say(str(written.json))
    say(str(written.html))


@app.command(cls=Verb)
def demo(
    output: Annotated[Path, typer.Option(help="Build folder.")] = Path("build/demo"), debug: Debug = False
) -> None:
    """Build the shipped tiny network for the PYNQ-Z2, simulate a photograph, write the report.

    Example: [bold]bbcu-fpga demo[/]
    """
    from bbcu_fpga.demo import run_demo

    with progress() as report:
        written = run_demo(output, progress=report)
    for simulation in written.content.simulations.values():
        show_simulation(simulation, written.content.cycles_per_frame.bound)
    say(f"{written.content.fps:.1f} frames per second at {written.content.clock_mhz:g} MHz")
    say(str(written.json))
    say(str(written.html))


@app.command(cls=Verb)
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    debug: Debug = False,
) -> None:
    """Show what is installed, what is missing and what that costs; status 1 if the demo cannot run.

    Example: [bold]bbcu-fpga doctor[/]
    """
    from bbcu_fpga.doctor import examine

    findings = examine()
    if as_json:
        say(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        rows = [
            (f.name, f.found or "missing", *(("", "") if f.found else (f.without, f.cure))) for f in findings
        ]
        show_table(("what", "found", "without it", "how to get it"), rows)
    if any(finding.needed and finding.found is None for finding in findings):
        raise typer.Exit(1)
