# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""`bbcu-fpga build --flow vivado`: the plan without tools, the results with them, one line without."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from bbcu_fpga.builder.build_folder import Layer
from bbcu_fpga.cli import app
from bbcu_fpga.resources import build_configs_dir
from bbcu_fpga.synth.vivado import VivadoFlow

CONFIG = build_configs_dir() / "pynq_z2_tiny.yaml"
VARIABLES = ("FINN_TOOL_DIR_OVERRIDE", "FINN_DEPS", "XILINX_VIVADO")


@pytest.fixture
def built(flow: VivadoFlow, monkeypatch: pytest.MonkeyPatch) -> VivadoFlow:
    """Let `build` find the configured flow's build finished, on a machine without vendor tools."""
    layer = Layer(name="body", op="Epilogue", cycles=40, resources={}, source="estimate")
    manifest = flow.build.manifest.model_copy(update={"layers": [layer]})
    monkeypatch.setattr(flow.build, "manifest", manifest)
    monkeypatch.setattr("bbcu_fpga.builder.build.build", lambda *_, **__: flow.build)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FINN_DEPS", str(flow.tools.finn_deps))
    return flow


def build(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["build", str(CONFIG), *arguments])


def test_plan_prints_every_command(built: VivadoFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = build("--flow", "vivado", "--plan")
    assert result.exit_code == 0, result.output
    printed = result.stdout.splitlines()
    plan = built.configure()
    assert [line for line in printed if line.startswith(("cd ", "export "))] == plan.lines()
    assert printed[-1] == str(built.build.path)
    assert not (built.build.path / "bitfile").exists()


def test_without_tools_one_line_says_what_to_do(built: VivadoFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    # not after the minutes that a build takes
    monkeypatch.setattr("bbcu_fpga.builder.build.build", lambda *_, **__: pytest.fail("built first"))
    result = build("--flow", "vivado")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: vivado is not on PATH: source settings64.sh")
    assert "2022.2 or 2024.2" in line and "--plan" in line


def test_results_are_printed(built: VivadoFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINN_TOOL_DIR_OVERRIDE", str(built.tools.directory))
    result = build("--flow", "vivado")
    assert result.exit_code == 0, result.output
    assert "worst slack 1.875 ns at 100 MHz, {'LUT': 5123" in result.stdout
    assert (built.build.path / "bitfile" / "smallest.bit").is_file()


def test_sources_is_the_default(built: VivadoFlow) -> None:
    result = build()
    assert result.exit_code == 0, result.output
    assert not (built.build.path / "bitfile").exists()


@pytest.mark.parametrize("arguments", [("--plan",), ("--flow", "vitis")])
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert build(*arguments).exit_code == 2
