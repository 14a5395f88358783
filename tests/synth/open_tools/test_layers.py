# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Layers of a build are synthesized once each, again when they changed, and end in both reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.errors import BuildError, MissingToolError, VendorToolError
from bbcu_fpga.report.content import collect
from bbcu_fpga.synth.open_tools import OpenTools, place_and_route, synthesize
from bbcu_fpga.synth.open_tools.layers import layer_design, plan, synthesize_build
from bbcu_fpga.synth.open_tools.record import load_synthesis, report_path
from tests.synth.open_tools.conftest import calls


def edit(build: Build, name: str, text: str) -> None:
    """Change a file of the build's RTL."""
    (build.path / "rtl" / name).write_text(text)


def test_equal_layers_are_synthesized_once(build: Build, tools: OpenTools) -> None:
    seen: list[tuple[str, int, int]] = []
    report = synthesize_build(build, tools, jobs=2, progress=lambda *step: seen.append(step))
    assert calls(tools) == ["yosys"] * 3  # one = two, other, the accelerator
    assert list(report.layers) == ["one", "two", "other"]
    assert report.accelerator is not None
    assert {row.FF for row in (*report.layers.values(), report.accelerator)} == {9}
    assert seen == [("synthesizing", done, 3) for done in range(4)]
    assert load_synthesis(build) == report


def test_a_layer_is_its_text_without_its_name(build: Build) -> None:
    designs = {name: layer_design(build, name).step("1").key() for name in ("one", "two", "other")}
    assert designs["one"] == designs["two"] != designs["other"]
    assert set(layer_design(build, "one").sources) == {"core.sv", "layer.v"}
    assert layer_design(build, "one").step("2").key() != designs["one"]


def test_what_is_done_is_not_done_again(build: Build, tools: OpenTools) -> None:
    first = synthesize_build(build, tools)
    assert synthesize_build(build, tools) == first
    assert len(calls(tools)) == 3
    edit(build, "other_weight.dat", "3\n")
    synthesize_build(build, tools)
    assert len(calls(tools)) == 5  # that layer and the accelerator


def test_an_interrupted_run_goes_on(build: Build, tools: OpenTools) -> None:
    edit(build, "other.v", "module other; syntax error endmodule\n")
    with pytest.raises(VendorToolError, match="syntax error"):
        synthesize_build(build, tools)
    with pytest.raises(
        VendorToolError, match=r"synthesis of other: yosys ended with status 1 in .*; its log is"
    ):
        synthesize_build(build, tools, layer="other")
    assert not report_path(build).exists()
    before = len(calls(tools))
    edit(build, "other.v", "module other; endmodule\n")
    edit(build, "accelerator.v", "module accelerator;\nendmodule\n")
    synthesize_build(build, tools)
    assert len(calls(tools)) in (before + 2, before + 3)  # whether `one` was reached before the failure
    for mark in (build.path / "synthesis").glob("*/done"):  # as when killed just before the end
        mark.unlink()
    before = len(calls(tools))
    synthesize_build(build, tools)
    assert len(calls(tools)) == before + 3


def test_one_layer_joins_the_others(build: Build, tools: OpenTools) -> None:
    assert list(synthesize_build(build, tools, layer="other").layers) == ["other"]
    found = synthesize_build(build, tools, layer="one")
    assert set(found.layers) == {"one", "other"} and found.accelerator is None
    assert len(calls(tools)) == 2
    with pytest.raises(BuildError, match="three is none of one, two, other"):
        synthesize_build(build, tools, layer="three")


def test_layers_of_hls_are_left_out(build: Build, tools: OpenTools, caplog: pytest.LogCaptureFixture) -> None:
    rows = [build.manifest.layers[0].model_copy(update={"style": "hls"}), *build.manifest.layers[1:]]
    mixed = Build(build.path, build.manifest.model_copy(update={"layers": rows}))
    assert list(synthesize_build(mixed, tools).layers) == ["two", "other"]
    assert "left out" in caplog.text
    with pytest.raises(BuildError, match="one is of style hls"):
        synthesize_build(mixed, tools, layer="one")


def test_the_plan_runs_nothing(build: Build, tools: OpenTools) -> None:
    lines = plan(build, tools)
    assert len(lines) == 3 and all(line.endswith("yosys -q -l yosys.log -s synthesize.ys") for line in lines)
    assert calls(tools) == []


def test_figures_come_into_the_report(build: Build, tools: OpenTools) -> None:
    estimated = collect(build)
    synthesize_build(build, tools, layer="two")
    content = collect(build)
    assert [row.source for row in content.layers] == ["estimate", "yosys", "estimate"]
    assert content.layers[1].resources == {"LUT": 1, "FF": 9, "BRAM18": 1, "DSP": 1}
    assert content.layers[0] == estimated.layers[0]
    assert content.resources["LUT"].source == "estimate + yosys"
    assert "FF" not in content.resources  # nobody estimates it: a sum would be too small
    assert content.versions["yosys"] == "0.1+7"
    synthesize_build(build, tools)
    whole = collect(build)
    assert {row.source for row in whole.resources.values()} == {"yosys"}
    assert whole.resources["FF"].used == 9  # of the accelerator, not the sum of the layers
    assert whole.timing is None and "timing" not in whole.sources


def test_a_report_of_an_earlier_build_is_refused_and_replaced(build: Build, tools: OpenTools) -> None:
    synthesize_build(build, tools)
    edit(build, "one.v", "module one; endmodule\n")
    with pytest.raises(BuildError, match=r"synthesis\.json: is of an earlier build: run"):
        collect(build)
    assert list(synthesize_build(build, tools, layer="one").layers) == ["one"]
    report_path(build).write_text("{}")
    with pytest.raises(BuildError, match="not a synthesis report"):
        load_synthesis(build)
    assert list(synthesize_build(build, tools, layer="two").layers) == ["two"]


def test_a_module_alone(build: Build, tools: OpenTools, tmp_path: Path) -> None:
    rtl, cache = build.path / "rtl", tmp_path / "cache"
    sources = [rtl / "core.sv", rtl / "one.v"]
    memories = [rtl / "one_weight.dat"]
    found = synthesize(tools, "one", sources, {"N": 3, "FILE": "./x.dat"}, memories=memories, cache=cache)
    assert found.resources == {"LUT": 1, "FF": 9, "BRAM18": 1, "DSP": 1}
    (script,) = cache.glob("*/synthesize.ys")
    assert 'chparam -set N 3 -set FILE "./x.dat" $abstract\\one\n' in script.read_text()
    with pytest.raises(VendorToolError, match="one_weight"):  # a memory that is not among the inputs
        synthesize(tools, "one", sources, cache=cache)
    with pytest.raises(BuildError, match=r"parameter FILE: .*quotes"):
        synthesize(tools, "one", sources, {"FILE": 'a"b'}, cache=cache)
    with pytest.raises(BuildError, match=r"nowhere\.sv: no such file"):
        synthesize(tools, "one", [rtl / "nowhere.sv"], cache=cache)
    (tmp_path / "one.v").touch()
    with pytest.raises(BuildError, match="have the same name"):
        synthesize(tools, "one", [*sources, tmp_path / "one.v"], cache=cache)
    with pytest.raises(BuildError, match="one needs the clock ap_clk"):  # the stand-in's netlist has no ports
        place_and_route(tools, "one", sources, memories=memories, cache=cache)


def test_missing_tools_are_named(build: Build, tools: OpenTools) -> None:
    (tools.root / "usr/bin/yosys").unlink()
    with pytest.raises(MissingToolError, match=r"yosys is not in .*run `bbcu-fpga tools install`"):
        synthesize_build(build, tools)
