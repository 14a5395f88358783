# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What yosys makes of the FIFOs and line buffers of the shipped networks, beside what the compiler expects.

Example: python benchmarks/memories.py --json
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bbcu_fpga.custom_op.memory import bram18s, lutram_luts
from bbcu_fpga.errors import BbcuFpgaError
from bbcu_fpga.resources import module_sources
from bbcu_fpga.synth.open_tools import OpenTools, synthesize
from bbcu_fpga.synth.open_tools.root import YOSYS

# FIFOs (width, depth): behind an epilogue, across a unit of tiny, of small, of 640 pixels a line
FIFOS = ((48, 4), (48, 60), (64, 200), (128, 400), (512, 660))
# line buffers of 3 x 3 windows (bits, SIMD, channels, pixels a line): tiny, small, 640 pixels a line
WINDOWS = ((1, 4, 16, 24), (1, 16, 16, 24), (8, 3, 3, 96), (1, 32, 32, 96), (1, 64, 64, 96), (1, 64, 64, 640))


def designs() -> list[tuple[str, str, dict[str, int | str], tuple[int, int]]]:
    """Return name, module, parameters, and depth and width of the memory of every case."""
    found: list[tuple[str, str, dict[str, int | str], tuple[int, int]]] = []
    for width, depth in FIFOS:
        name = f"FIFO of {depth} words of {width} bits"
        found.append((name, "stream_fifo", {"WIDTH": width, "DEPTH": depth}, (depth, width)))
    for bits, simd, channels, line in WINDOWS:
        sizes: dict[str, int | str] = {"BITS": bits, "SIMD": simd, "CHANNELS": channels, "WIDTH": line}
        depth = (2 * line + 5) * channels // simd
        name = f"lines of {line} pixels of {channels} x {bits} bits, SIMD {simd}"
        found.append((name, "window_generator", {**sizes, "HEIGHT": line, "KERNEL": 3}, (depth, simd * bits)))
    return found


def measure(tools: OpenTools, cache: Path) -> list[dict[str, Any]]:
    """Synthesize every case; raises as `synthesize`."""
    figures = []
    for name, module, parameters, memory in designs():
        used = synthesize(tools, module, module_sources(module), parameters, cache=cache)
        figures.append(
            {
                "memory": name,
                "lut": used.LUT,
                "lutram": used.LUTRAM,
                "bram18": used.BRAM18,
                "ff": used.FF,
                "expected_lutram": lutram_luts(*memory),
                "expected_bram18": bram18s(*memory),
                "source": f"yosys {tools.version(YOSYS)}",
            }
        )
    return figures


def main(
    cache: Annotated[Path, typer.Option(help="Folder for netlists.")] = Path("build/memories"),
    as_json: Annotated[bool, typer.Option("--json", help="End with the figures as a line of JSON.")] = False,
) -> None:
    """Synthesize the memories and print a table."""
    try:
        figures = measure(OpenTools.from_environment(os.environ), cache)
    except BbcuFpgaError as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    columns = ("lut", "lutram", "expected_lutram", "bram18", "expected_bram18", "ff")
    table = Table("memory", title="Memories")
    for name in columns:
        table.add_column(name.replace("_", " "), justify="right")
    for row in figures:
        table.add_row(row["memory"], *(str(row[name]) for name in columns))
    Console().print(table)
    if as_json:
        typer.echo(json.dumps(figures))


if __name__ == "__main__":
    typer.run(main)
