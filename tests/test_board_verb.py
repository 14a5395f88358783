# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""`bbcu-fpga board`: results on stdout, and refusals in one line before anything is installed or compiled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bbcu_fpga.builder.build_folder import MANIFEST
from tests import convolution_build
from tests.test_cli import refused, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a build folder for frames of 12 x 10 pixels, without a shell."""
    path = tmp_path / "build"
    path.mkdir()
    (path / MANIFEST).write_text(convolution_build.manifest().model_dump_json())
    return path


@pytest.mark.parametrize("verb", ["package", "simulate"])
def test_help_has_an_example(verb: str) -> None:
    result = run("board", verb, "--help")
    assert result.exit_code == 0
    assert f"Example: bbcu-fpga board {verb}" in result.stdout


def test_package_prints_the_folder(folder: Path) -> None:
    refused(run("board", "package", folder), "shell.json: no such file: build again")
    (folder / "shell").mkdir()
    shell = {"build_id": 7, "input_bytes": 360, "output_bytes": 1440}
    (folder / "shell" / "shell.json").write_text(json.dumps(shell))
    example = folder / "hls" / "example"
    example.mkdir(parents=True)
    for name, size in (("input", 360), ("expected", 1440)):
        (example / f"{name}.raw").write_bytes(bytes(size))
    result = run("board", "package", folder)
    assert (result.exit_code, result.stdout.strip()) == (0, str(folder / "driver"))
    refused(run("board", "package", folder, "--bitstream", folder / "no.bit"), "no.bit: no such file")


def test_simulate_refuses(folder: Path, tmp_path: Path) -> None:
    refused(run("board", "simulate", tmp_path / "nothing"), "no such folder")
    refused(run("board", "simulate", folder, "--pynq", "4.0.0"), "pynq 4.0.0", "3.0.1 and 3.1.2")
    refused(run("board", "simulate", folder), "has no shell")
    for name in ("rtl", "shell"):
        (folder / name).mkdir()
        (folder / name / "files.f").touch()
    refused(run("board", "simulate", folder, "--image", tmp_path / "no.png"), "no.png: no such file")
    both = ("--image", "a.png", "--input", "b.png")
    assert run("board", "simulate", folder, *both).exit_code == 2
    assert run("board", "simulate", folder, "--frames", "0").exit_code == 2
