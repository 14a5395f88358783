# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verbs of a board: `bbcu-fpga board package` and `bbcu-fpga board simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bbcu_fpga.console import Verb, progress, say

app = typer.Typer(
    name="board", help="Take a build to a PYNQ-Z2, or to a simulated one.", no_args_is_help=True
)

Debug = Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")]
BuildFolder = Annotated[Path, typer.Argument(metavar="BUILD", help="Folder that `build` wrote.")]


@app.command(cls=Verb)
def package(
    build: BuildFolder,
    bitstream: Annotated[
        Path | None, typer.Option(help="The .bit of this build; default: that in BUILD/bitfile.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Write BUILD/driver, a folder to copy to the board: runtime, bitstream, notebook, install.

    Example: [bold]bbcu-fpga board package build/pynq_z2_tiny[/]
    """
    from bbcu_fpga.board.package import package as run
    from bbcu_fpga.builder.build_folder import Build

    say(str(run(Build.open(build), bitstream)))


@app.command(cls=Verb)
def simulate(
    build: BuildFolder,
    image: Annotated[Path | None, typer.Option(help="Clean picture: degraded, then restored.")] = None,
    input: Annotated[Path | None, typer.Option(help="Picture that is degraded already.")] = None,  # noqa: A002
    pynq: Annotated[str, typer.Option(help="Version of pynq, 3.0.1 or 3.1.2.")] = "3.1.2",
    arm: Annotated[bool, typer.Option("--arm", help="On a Python for 32-bit Arm, in qemu (Debian).")] = False,
    frames: Annotated[int, typer.Option(min=1, help="Times the picture is sent, back to back.")] = 2,
    tile: Annotated[bool, typer.Option("--tile", help="Restore a larger picture whole.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    debug: Debug = False,
) -> None:
    """Run the unmodified driver with the real pynq on a simulated PYNQ-Z2, and compare every integer.

    The logic is the build's Verilog with its shell. pynq is installed from PyPI at first use.

    Example: [bold]bbcu-fpga board simulate build/pynq_z2_tiny --image photograph.png[/]
    """
    if image is not None and input is not None:
        raise typer.BadParameter("give --image or --input, not both")
    from bbcu_fpga.board.simulate import Processor, report_path, simulate_board
    from bbcu_fpga.builder.build_folder import Build

    opened = Build.open(build)
    with progress() as report:
        result = simulate_board(
            opened, image=image, input=input, pynq=pynq, arm=arm, frames=frames, tile=tile, progress=report
        )
    if json:
        say(result.model_dump_json())
        return
    processor = Processor(pynq, arm)
    say(f"{processor}: {result.differing:,} of {result.compared:,} integers differ from the reference")
    say(f"{processor}: {result.cycles:,} cycles in the last run (simulated)")
    say(str(opened.path / result.pictures["hardware"]))
    say(str(report_path(opened, processor)))
