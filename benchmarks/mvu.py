# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What an XNOR-popcount MVU costs in LUTs per lane, and how fast it runs, in each of several structures.

Example: python benchmarks/mvu.py --pe 32 --simd 32 --json
All the figures of docs/results.md: python benchmarks/mvu.py --structure all
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from bbcu_fpga.custom_op.memory import ROM_STYLES
from bbcu_fpga.errors import BbcuFpgaError
from bbcu_fpga.numerics import hex_words, pack_words
from bbcu_fpga.resources import module_sources
from bbcu_fpga.synth.open_tools import OpenTools, Timing, Utilization, place_and_route, synthesize
from bbcu_fpga.synth.open_tools.root import NEXTPNR, YOSYS

TOP, PART = "xnor_popcount_mvu", "xc7z020clg400-1"
WEIGHTS = "weights.dat"
ALTERNATIVES = Path(__file__).resolve().with_name("mvu_structures")


@dataclass(frozen=True)
class Structure:
    """A way to build the unit: files in the place of the project's, and whether DSP slices accumulate."""

    what: str
    replaced: Sequence[str] = ()
    dsp: bool = False

    def sources(self) -> list[Path]:
        """Return the project's sources, those of this structure in their places."""
        files = {path.name: path for path in module_sources(TOP)}
        return list({**files, **{Path(name).name: ALTERNATIVES / name for name in self.replaced}}.values())


_PLAIN = "plain/xnor_popcount_mvu.sv"
STRUCTURES = {
    "flat": Structure("one loop, left to synthesis", (_PLAIN, "flat/xnor_popcount.sv")),
    "leaf": Structure("three-lane leaves, tree of adders", (_PLAIN, "leaf/xnor_popcount.sv")),
    "adders": Structure("nothing subtracted, one-bit counts by adders", ("adders/bit_count.sv",)),
    "compressors": Structure("nothing subtracted, 6:3 compressors", ("compressors/bit_count.sv",)),
    "full_adders": Structure("nothing subtracted, 3:2 compressors", ("full_adders/bit_count.sv",)),
    "lut": Structure("nothing subtracted, 7:3 compressors in carry chains"),
    "dsp": Structure("as lut, rows accumulated in DSP slices", dsp=True),
}


@dataclass(frozen=True)
class Size:
    """Lanes, columns and rows of a unit, and where its weights are."""

    pe: int
    simd: int
    columns: int
    rows: int
    weights: str

    def parameters(self, structure: Structure) -> dict[str, int | str]:
        """Return the parameters of the module."""
        return {
            "PE": self.pe,
            "SIMD": self.simd,
            "MW": self.columns,
            "MH": self.rows,
            "ACC_BITS": self.columns.bit_length() + 1,
            "DSP": int(structure.dsp),
            "WEIGHT_STYLE": ROM_STYLES[self.weights],
            "WEIGHT_FILE": WEIGHTS,
        }

    def weight_lines(self) -> list[str]:
        """Return random weights, the same in every run, as the lines of the memory file."""
        folds = (self.columns // self.simd) * (self.rows // self.pe)
        return hex_words(pack_words(np.random.default_rng(0).integers(0, 2, (folds, self.pe * self.simd)), 1))


@dataclass(frozen=True)
class Measurement:
    """One structure after synthesis and, unless that was left out, after place and route."""

    structure: str
    size: Size
    utilization: Utilization
    timing: Timing | None = field(default=None)

    def figures(self, versions: Mapping[str, str]) -> dict[str, Any]:
        """Return everything that was measured; what was not is absent."""
        lanes, used = self.size.pe * self.size.simd, self.utilization
        figures: dict[str, Any] = {
            "structure": self.structure,
            **vars(self.size),
            "lut_per_lane": round(used.LUT / lanes, 3),
            "lut": used.LUT,
            "ff": used.FF,
            "bram18": used.BRAM18,
            "dsp": used.DSP,
            "lut_source": f"yosys {versions[YOSYS]}",
        }
        if self.timing is not None:
            figures |= {
                "fmax_mhz": round(self.timing.fmax_mhz, 1),
                "placed_luts": self.timing.used["LUT6"],
                "placed_lut_per_lane": round(self.timing.used["LUT6"] / lanes, 3),
                "placed_slice_lutx": self.timing.used["LUT"],
                "part": PART,
                "fmax_source": f"nextpnr {versions[NEXTPNR]}, seed {self.timing.seed}",
            }
        return figures


def measure(tools: OpenTools, name: str, size: Size, cache: Path, route: bool, mhz: float) -> Measurement:
    """Synthesize a structure and, if asked for, place and route it; raises as `synthesize`."""
    structure = STRUCTURES[name]
    parameters, sources = size.parameters(structure), structure.sources()
    with tempfile.TemporaryDirectory() as folder:
        memory = Path(folder) / WEIGHTS
        memory.write_text("\n".join(size.weight_lines()) + "\n")
        used = synthesize(tools, TOP, sources, parameters, memories=[memory], cache=cache)
        if not route:
            return Measurement(name, size, used)
        timing = place_and_route(
            tools, TOP, sources, parameters, memories=[memory], cache=cache, part=PART, target_mhz=mhz
        )
    return Measurement(name, size, used, timing)


def table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return the figures as a table."""
    columns = ("lut", "lut_per_lane", "placed_lut_per_lane", "ff", "bram18", "dsp", "fmax_mhz")
    result = Table("structure", title="XNOR-popcount MVU")
    for name in columns:
        result.add_column(name.replace("_", " "), justify="right")
    for row in rows:
        figures = [str(row.get(name, "-")) for name in columns]
        result.add_row(row["structure"], *figures)
    return result


def main(
    pe: Annotated[int, typer.Option(min=1, help="Rows per cycle.")] = 32,
    simd: Annotated[int, typer.Option(min=1, help="Columns per cycle.")] = 32,
    columns: Annotated[int, typer.Option(min=1, help="Columns; 576 is 3 x 3 taps of 64 channels.")] = 576,
    rows: Annotated[int, typer.Option(min=1, help="Rows: output channels.")] = 64,
    structure: Annotated[str, typer.Option(help=f"One of {', '.join(STRUCTURES)}, or all.")] = "dsp",
    weights: Annotated[str, typer.Option(help=f"Where: {', '.join(ROM_STYLES)}.")] = "block",
    route: Annotated[bool, typer.Option(help="Place and route, too.")] = True,
    target_mhz: Annotated[float, typer.Option(help="Clock to aim at.")] = 200.0,
    cache: Annotated[Path, typer.Option(help="Folder for netlists and routed designs.")] = Path("build/mvu"),
    as_json: Annotated[bool, typer.Option("--json", help="End with the figures as a line of JSON.")] = False,
) -> None:
    """Measure the unit in one structure or in all, and print a table."""
    if (structure != "all" and structure not in STRUCTURES) or weights not in ROM_STYLES:
        raise typer.BadParameter(
            f"structures: {', '.join(STRUCTURES)}, all; weights: {', '.join(ROM_STYLES)}"
        )
    if columns % simd or rows % pe:
        raise typer.BadParameter(f"SIMD={simd} must divide {columns} columns, and PE={pe} {rows} rows")
    tools, size = OpenTools.from_environment(os.environ), Size(pe, simd, columns, rows, weights)
    names, console = list(STRUCTURES) if structure == "all" else [structure], Console(stderr=True)
    figures = []
    try:
        versions = {program: tools.version(program) for program in (YOSYS, NEXTPNR)}
        for name in names:
            with console.status(f"{name}: {STRUCTURES[name].what}"):
                measured = measure(tools, name, size, cache, route, target_mhz)
            figures.append(measured.figures(versions))
    except BbcuFpgaError as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    Console().print(table(figures))
    if as_json:
        typer.echo(json.dumps(figures if structure == "all" else figures[0]))


if __name__ == "__main__":
    typer.run(main)
