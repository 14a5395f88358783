# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The benchmarks: what they time, that engines which differ get no figures, and what the pages count."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.sim.verilator import lint
from bbcu_fpga.synth.open_tools import Timing, Utilization
from bbcu_fpga.synth.open_tools.root import NEXTPNR, YOSYS
from benchmarks.engines import ENGINES, measure, table
from benchmarks.faults.__main__ import page
from benchmarks.faults.kinds import KINDS, Outcome
from benchmarks.flow_stages import StageClock
from benchmarks.flow_time import rows as flow_rows
from benchmarks.mvu import STRUCTURES, TOP, Measurement, Size
from benchmarks.scaling import cycles_row, layers_row
from tests.convolution_build import ConvolutionBuild


def test_every_engine_is_timed_on_the_same_frames(tmp_path: Path) -> None:
    build = ConvolutionBuild(tmp_path)
    measured = measure(build, list(ENGINES), 3)
    assert [row.engine for row in measured] == ["qonnx", "python", "hls", "rtl"]
    assert all(row.frames == 3 and row.frames_per_s > 0 and row.preparation_s >= 0 for row in measured)
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(table(build, measured))
    text = console.export_text()
    assert all(row.what in text for row in measured)


def test_an_engine_that_differs_is_not_timed(tmp_path: Path) -> None:
    with pytest.raises(ExactnessError, match="python differs from qonnx"):
        measure(ConvolutionBuild(tmp_path, fault=1), ["qonnx", "python"], 2)


@pytest.mark.parametrize("name", STRUCTURES)
def test_every_structure_of_the_unit_is_clean(name: str) -> None:
    structure = STRUCTURES[name]
    size = Size(pe=4, simd=8, columns=72, rows=8, weights="block")
    parameters = {key: value for key, value in size.parameters(structure).items() if key != "WEIGHT_FILE"}
    lint(structure.sources(), TOP, parameters)


def test_what_was_not_routed_is_absent() -> None:
    size = Size(pe=4, simd=8, columns=72, rows=8, weights="block")
    used = Utilization(LUT=48, FF=9, RAMB36=1, RAMB18=1, DSP=0, LUTRAM=4, SRL=0, CARRY4=1, version="0")
    versions = {YOSYS: "0.66", NEXTPNR: "0.11"}
    figures = Measurement("lut", size, used).figures(versions)
    assert figures["lut_per_lane"] == 1.5 and figures["bram18"] == 3
    assert not {"fmax_mhz", "placed_luts"} & figures.keys()
    timing = Timing(fmax_mhz=151.26, target_mhz=200, seed=1, used={"LUT": 99, "LUT6": 64}, version="0.11")
    figures = Measurement("lut", size, used, timing).figures(versions)
    assert (figures["fmax_mhz"], figures["placed_lut_per_lane"]) == (151.3, 2.0)


def test_stages_end_where_the_next_one_begins() -> None:
    clock = StageClock("import")
    for name in ("build", "build", "report", "end"):
        clock.begin(name)
    assert [stage.name for stage in clock.stages] == ["import", "build", "report"]
    assert all(stage.cpu_s >= 0 and stage.wall_s >= 0 for stage in clock.stages)


def flow_figures(*seconds: float) -> dict[str, Any]:
    names = ("import", "build the simulator", "simulating RTL", "import")
    stages = [{"name": name, "cpu_s": value} for name, value in zip(names, seconds, strict=True)]
    cycles = {"bound": 1000, "cycles_per_frame": 1005, "latency_bound": 800, "latency_cycles": 1000}
    return {"stages": stages, "config": "net", "nodes": 7, "total_cycles": 3000, "compared": 12, **cycles}


def test_flow_times_are_summed_and_compared() -> None:
    now, before = flow_figures(1, 2, 3, 4), flow_figures(0, 4, 0, 2)
    assert flow_rows(now, before) == [
        ["import", "2.0", "5.0", "2.50"],
        ["build the simulator", "4.0", "2.0", "0.50"],
        ["simulating RTL", "0.0", "3.0", "-"],
        ["all", "6.0", "10.0", "1.67"],
    ]
    assert [row[1] for row in flow_rows(now, None)] == ["-"] * 4


def test_scaling_rows_say_how_far_from_the_bound() -> None:
    figures = {**flow_figures(1, 2, 3, 4), "build_peak_mib": 900.4}
    row = cycles_row(figures)
    assert (row["above"], row["times"], row["compared"]) == ("0.50 %", "1.250", "12")
    row = layers_row({**figures, "stages": figures["stages"][:3]})
    assert (row["build (CPU s)"], row["cycles per CPU s"]) == ("1.0", "1,000")


def test_the_page_of_faults_counts_every_outcome() -> None:
    found = {
        KINDS[0]: Counter({Outcome.ABANDONED: 3, Outcome.SILENT: 1}),
        KINDS[2]: Counter({Outcome.REPORTED: 4}),
    }
    text = page(found)
    assert f"| {KINDS[0].name} | 4 | 0 | 0 | 3 | 1 | 0 |" in text
    assert f"| {KINDS[2].name} | 4 | 0 | 4 | 0 | 0 | 0 |" in text
