# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""`doctor` tells what is there from what is not."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bbcu_fpga import doctor
from bbcu_fpga.cli import app


def by_name(path: Path) -> dict[str, doctor.Finding]:
    """Examine a machine whose programs are those of the folder `path`."""
    environment = {"PATH": str(path), "BBCU_TOOLS": str(path / "tools"), "FINN_DEPS": str(path)}
    return {finding.name.partition(":")[0]: finding for finding in doctor.examine(environment)}


def put(path: Path, text: str) -> None:
    """Write a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_what_the_test_environment_has_is_found(tmp_path: Path) -> None:
    found = by_name(tmp_path)
    assert found["Python"].found
    assert all(found[f"packages of [{extra}]"].found == "complete" for extra in ("flow", "sim", "train"))


def test_programs_are_missing_until_they_are_there(tmp_path: Path) -> None:
    before = by_name(tmp_path)
    assert not any(before[name].found for name in ("g++", "make", "perl", "yosys", "vivado", "vitis_hls"))
    assert before["g++"].cure == "apt install g++"
    put(tmp_path / "g++", "")
    put(tmp_path / "vivado", "")
    put(tmp_path / "tools/usr/bin/yosys", "echo Yosys 0.66")
    after = by_name(tmp_path)
    assert after["g++"].found == str(tmp_path / "g++")
    assert after["vivado"].found == str(tmp_path / "vivado")
    assert after["yosys"].found == "0.66"


def test_packages_that_are_absent_or_too_old_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name == "brevitas":
            raise metadata.PackageNotFoundError(name)
        return "0.1" if name == "qonnx" else metadata.version(name)

    monkeypatch.setattr(doctor, "version", version)
    names = [finding.name for finding in doctor.examine({"PATH": ""}) if finding.found is None]
    assert "packages of [train]: brevitas is missing" in names
    assert "packages of [flow]: qonnx is 0.1, not ==1.0.*" in names


def test_verb_ends_with_1_when_the_demo_cannot_run(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["doctor", "--json"], env={"PATH": str(tmp_path)})
    assert result.exit_code == 1
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert rows["perl"]["found"] is None and rows["perl"]["needed"]


def test_verb_says_what_a_missing_tool_costs(tmp_path: Path) -> None:
    for program in ("g++", "make", "perl"):
        put(tmp_path / program, "")
    environment = {
        "PATH": str(tmp_path),
        "BBCU_TOOLS": str(tmp_path),
        "FINN_TOOL_DIR_OVERRIDE": str(tmp_path),
    }
    result = CliRunner().invoke(app, ["doctor"], env=environment)
    assert result.exit_code == 0
    assert "resources are estimates" in result.stdout and "bbcu-fpga tools install" in result.stdout
