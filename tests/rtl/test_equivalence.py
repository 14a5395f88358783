# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Circuits of LUTs, carry chains and DSP slices are proven equal to plain sums, with yosys's own cells."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.resources import module_sources
from bbcu_fpga.synth.open_tools import OpenTools
from bbcu_fpga.synth.open_tools.root import YOSYS
from bbcu_fpga.synth.open_tools.step import Step, by_name

pytestmark = [pytest.mark.slow, pytest.mark.open_tools]

DEVICE = Path(__file__).with_name("device")
TEMPLATES = Environment(loader=FileSystemLoader(DEVICE), undefined=StrictUndefined)
COUNTS = [("bit_count", {"N": lanes}) for lanes in (2, 3, 4, 7, 8, 11, 12, 15, 16, 22)]
SUMS = [("lut_accumulator", {"WIDTH": 10, "BITS": 4, "INITIAL": 741}), ("dsp_accumulator", {})]


def prove(folder: Path, top: str, parameters: dict[str, int], sources: list[Path]) -> None:
    """Run the proof; raises VendorToolError if there is a counterexample."""
    tools, gold = OpenTools.from_environment(os.environ), DEVICE / "sums.sv"
    script = TEMPLATES.get_template("equivalence.ys.j2").render(
        top=top,
        parameters=parameters,
        sources=[path.name for path in sources],
        sequential="accumulator" in top,
    )
    Step(
        title=f"proof of {top}",
        tool=YOSYS,
        version=tools.version(YOSYS),
        arguments=("-q", "-l", "yosys.log", "-s", "proof.ys"),
        files={"proof.ys": script, **by_name([gold, *sources])},
        outputs=("proof.txt",),
    ).run(tools, folder)


@pytest.mark.parametrize(("top", "parameters"), [*COUNTS, *SUMS])
def test_equal_for_every_input(tmp_path: Path, top: str, parameters: dict[str, int]) -> None:
    prove(tmp_path, top, parameters, module_sources(top))


def test_a_wrong_table_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "bit_count.sv"
    sources = {path.name: path for path in module_sources("bit_count")}
    wrong.write_text(sources["bit_count.sv"].read_text().replace("has_ones(5, 4, 5)", "has_ones(5, 4, 4)"))
    with pytest.raises(VendorToolError):
        prove(tmp_path / "cache", "bit_count", {"N": 11}, list({**sources, wrong.name: wrong}.values()))
