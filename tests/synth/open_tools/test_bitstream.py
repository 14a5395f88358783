# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A bitstream belongs to one build, was read back, and is resumed where a run was interrupted."""

from __future__ import annotations

import json
import shutil

import pytest

from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.errors import BuildError, VendorToolError
from bbcu_fpga.report.content import collect
from bbcu_fpga.synth.open_tools import OpenTools
from bbcu_fpga.synth.open_tools.bitstream import build_bitstream, load_bitstream, plan
from bbcu_fpga.synth.open_tools.record import load_synthesis
from tests.synth.open_tools.conftest import calls

NEXTPNR = "nextpnr-himbaechel-xilinx"
ALL = ["yosys", NEXTPNR, "xc7frames2bit", "bitread"]


@pytest.fixture
def slow_build(build: Build) -> Build:
    """Return the build for a clock that the stand-in of nextpnr reaches."""
    manifest = build.manifest.model_copy(update={"clock_mhz": 75.0})
    (build.path / "manifest.json").write_text(manifest.model_dump_json())
    return Build.open(build.path)


def test_a_bitstream_says_what_it_is_of(slow_build: Build, tools: OpenTools) -> None:
    report = build_bitstream(slow_build, tools, seed=4)
    assert calls(tools) == ALL
    assert report.timing is not None and report.device is not None
    assert (report.timing.fmax_mhz, report.timing.target_mhz, report.timing.seed) == (80.0, 75.0, 4)
    path, record = load_bitstream(slow_build)
    assert path.name == "stand_in.bit" and record.part == "xc7z020clg400-1"
    assert path.read_text().startswith("0x00000011 ")
    assert record.tools["yosys"] == "0.1+7"
    content = collect(slow_build)
    assert content.timing == report.timing
    assert content.resources["LUT"].source == "yosys" and content.versions["nextpnr"] == "0.2-3"
    assert build_bitstream(slow_build, tools, seed=4) == report
    assert calls(tools) == ALL  # nothing was run again


def test_a_clock_that_is_not_reached_is_an_error(build: Build, tools: OpenTools) -> None:
    with pytest.raises(VendorToolError, match=r"reaches 80\.0 MHz, not 100: choose a lower clock_mhz"):
        build_bitstream(build, tools)
    assert load_bitstream(build)[0].is_file()


@pytest.mark.parametrize("folder", ["rtl", "shell"])
def test_a_changed_build_has_no_bitstream(slow_build: Build, tools: OpenTools, folder: str) -> None:
    build_bitstream(slow_build, tools)
    name = {"rtl": "one.v", "shell": "bbcu_shell.sv"}[folder]
    (slow_build.path / folder / name).write_text("module changed; endmodule\n")
    with pytest.raises(BuildError, match=r"stand_in\.bit: is of an earlier build: run .* --tool open"):
        load_bitstream(slow_build)
    (tools.root / "fail").write_text("yosys")
    with pytest.raises(VendorToolError, match="was told to fail"):
        build_bitstream(slow_build, tools)
    assert not (slow_build.path / "bitfile").exists()  # the old one cannot be taken for the new
    (tools.root / "fail").unlink()
    build_bitstream(slow_build, tools)
    assert load_bitstream(slow_build)[0].is_file()


def test_a_build_that_changes_meanwhile_gets_no_bitstream(slow_build: Build, tools: OpenTools) -> None:
    def change(what: str, done: int, total: int) -> None:
        if what == "placing and routing":
            (slow_build.path / "rtl" / "one.v").write_text("module changed; endmodule\n")

    with pytest.raises(BuildError, match="was built anew meanwhile"):
        build_bitstream(slow_build, tools, progress=change)
    assert not (slow_build.path / "bitfile").exists()
    assert load_synthesis(slow_build) is None
    build_bitstream(slow_build, tools)
    assert load_bitstream(slow_build)[0].is_file()


def test_a_changed_file_is_found(slow_build: Build, tools: OpenTools) -> None:
    build_bitstream(slow_build, tools)
    path, _ = load_bitstream(slow_build)
    path.write_text(path.read_text().replace("1", "2", 1))
    with pytest.raises(BuildError, match="was changed after it was written"):
        load_bitstream(slow_build)
    (path.parent / "bitstream.json").write_text("{}")
    with pytest.raises(BuildError, match="holds no bitstream of the open tools"):
        load_bitstream(slow_build)


@pytest.mark.parametrize("failing", ALL)
def test_an_interruption_costs_one_run(slow_build: Build, tools: OpenTools, failing: str) -> None:
    (tools.root / "fail").write_text(failing)
    with pytest.raises(VendorToolError, match=rf"{failing} ended with status 1 in .*\n.*told to fail"):
        build_bitstream(slow_build, tools)
    (tools.root / "fail").unlink()
    build_bitstream(slow_build, tools)
    assert sorted(calls(tools)) == sorted([*ALL, failing])


def test_a_placement_that_nextpnr_refuses_is_tried_with_the_next_seed(
    slow_build: Build, tools: OpenTools, caplog: pytest.LogCaptureFixture
) -> None:
    (tools.root / "misplaced").write_text("1 2")
    report = build_bitstream(slow_build, tools)
    assert report.timing is not None and report.timing.seed == 3
    assert [record.args for record in caplog.records if "its own placement" in record.msg] == [(1,), (2,)]
    ran = [ALL[0], *3 * [NEXTPNR], *ALL[2:]]
    assert calls(tools) == ran
    assert build_bitstream(slow_build, tools) == report
    assert calls(tools) == ran  # no seed was tried again
    (tools.root / "misplaced").write_text("6 7 8")
    with pytest.raises(VendorToolError, match=r"nextpnr.* ended with status 1"):
        build_bitstream(slow_build, tools, seed=6)


def test_another_bit_read_back_is_found(slow_build: Build, tools: OpenTools) -> None:
    (tools.root / "flip").touch()
    with pytest.raises(VendorToolError, match=r"3 frames are not those written, the first is 0x00000011"):
        build_bitstream(slow_build, tools)
    assert not (slow_build.path / "bitfile").exists()


def test_the_plan_runs_nothing(build: Build, tools: OpenTools) -> None:
    lines = plan(build, tools)
    assert [line.split(" && ")[1].split()[0] for line in lines] == ALL
    assert "--freq 100 --seed 1" in lines[1]
    assert calls(tools) == []


def test_without_a_shell_there_is_no_bitstream(build: Build, tools: OpenTools) -> None:
    shutil.rmtree(build.path / "shell")
    with pytest.raises(BuildError, match="has no shell"):
        build_bitstream(build, tools)


def test_a_damaged_report_of_nextpnr_is_named(slow_build: Build, tools: OpenTools) -> None:
    build_bitstream(slow_build, tools)
    report = slow_build.path / "synthesis/route/report.json"
    content = json.loads(report.read_text())
    report.write_text(json.dumps({**content, "fmax": {}}))
    with pytest.raises(VendorToolError, match="the design has no clock"):
        build_bitstream(slow_build, tools)
    report.write_text("{}")
    with pytest.raises(VendorToolError, match="not a report of nextpnr"):
        build_bitstream(slow_build, tools)
