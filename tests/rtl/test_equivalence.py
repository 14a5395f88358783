# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Circuits and the arithmetic of the epilogue are proven equal to plain sums, with yosys's own cells."""

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


# the first cycle makes both sums known
ACCUMULATES = "-seq 4 -prove-skip 1 -set-at 1 in_first 1 -set-at 1 in_enable 1"
REGISTERED = "-seq 3 -prove-skip 1 -set-at 1 in_enable 1"
# four stages are filled, then every cycle may rest
PIPELINE = "-seq 6 -prove-skip 4 " + " ".join(f"-set-at {cycle} in_enable 1" for cycle in range(1, 5))
ROUNDINGS = [{"IN_BITS": bits, "SHIFT": shift} for bits, shift in ((8, 3), (7, 1), (9, 8), (6, 5))]
# symmetric and unsigned ranges of all bits, others, and ranges wider than the input
RANGES = [
    (8, 5, -16, 15),
    (8, 5, 0, 15),
    (8, 5, -9, 11),
    (6, 4, -8, 6),
    (4, 6, -32, 31),
    (5, 6, 0, 20),
    (7, 7, 1, 9),
]
RANGES += [(6, 5, 0, 15), (5, 5, -16, 15), (9, 2, -2, 1), (6, 6, 0, 0), (8, 8, -100, 31)]
SATURATIONS = [dict(zip(("IN_BITS", "OUT_BITS", "LOW", "HIGH"), values, strict=True)) for values in RANGES]
RESIDUALS = [
    {"BITS": 6, "RESIDUAL_BITS": bits, "RESIDUAL_SIGNED": signed, "LOW": low, "HIGH": high}
    for bits, signed, low, high in (
        (5, 1, -32, 31),
        (6, 1, -32, 31),
        (9, 1, -20, 31),
        (6, 0, -32, 30),
        (8, 0, 0, 25),
    )
]
WIDTHS = ("IN_BITS", "BREAK_BITS", "SLOPE_BITS", "OFFSET_BITS", "SHIFT", "OUT_BITS", "LOW", "HIGH")
FUNCTIONS = [
    dict(zip(WIDTHS, values, strict=True))
    for values in ((4, 3, 3, 5, 2, 4, -8, 7), (3, 5, 2, 7, 3, 5, 0, 9), (4, 4, 2, 3, 0, 5, -16, 15))
]
ARITHMETIC = [
    *(("round_half_even", parameters, "") for parameters in ROUNDINGS),
    *(("saturate", parameters, "") for parameters in SATURATIONS),
    *(("residual_sum", parameters, REGISTERED) for parameters in RESIDUALS),
    *(("piecewise_linear", parameters, PIPELINE) for parameters in FUNCTIONS),
]


def prove(
    folder: Path,
    top: str,
    parameters: dict[str, int],
    sources: list[Path],
    gold: str = "sums",
    steps: str = "",
) -> None:
    """Prove a module equal to that of `gold`, over `steps` of a clock if it has one.

    Raises VendorToolError if there is a counterexample.
    """
    tools, expected = OpenTools.from_environment(os.environ), DEVICE / f"{gold}.sv"
    script = TEMPLATES.get_template("equivalence.ys.j2").render(
        top=top,
        parameters=parameters,
        sources=[path.name for path in sources],
        gold=expected.name,
        steps=steps,
    )
    Step(
        title=f"proof of {top}",
        tool=YOSYS,
        version=tools.version(YOSYS),
        arguments=("-q", "-l", "yosys.log", "-s", "proof.ys"),
        files={"proof.ys": script, **by_name([expected, *sources])},
        outputs=("proof.txt",),
    ).run(tools, folder)


@pytest.mark.parametrize(("top", "parameters"), [*COUNTS, *SUMS])
def test_equal_for_every_input(tmp_path: Path, top: str, parameters: dict[str, int]) -> None:
    prove(tmp_path, top, parameters, module_sources(top), steps=ACCUMULATES if "accumulator" in top else "")


@pytest.mark.parametrize(("top", "parameters", "steps"), ARITHMETIC)
def test_arithmetic_of_every_integer(
    tmp_path: Path, top: str, parameters: dict[str, int], steps: str
) -> None:
    prove(tmp_path, top, parameters, module_sources(top), "arithmetic", steps)


def test_a_wrong_table_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "bit_count.sv"
    sources = {path.name: path for path in module_sources("bit_count")}
    wrong.write_text(sources["bit_count.sv"].read_text().replace("has_ones(5, 4, 5)", "has_ones(5, 4, 4)"))
    with pytest.raises(VendorToolError):
        prove(tmp_path / "cache", "bit_count", {"N": 11}, list({**sources, wrong.name: wrong}.values()))
