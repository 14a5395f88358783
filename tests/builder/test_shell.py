# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A build for a Zynq-7000 has a shell that fits its accelerator; a build for another board has none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.errors import BuildError
from bbcu_fpga.sim.verilator import lint
from bbcu_fpga.transformation.generate_shell import BOARD_TOP, SYSTEM
from tests.builder.conftest import Configure

PRIMITIVES = Path(__file__).parents[1] / "shell" / "zynq_primitives.v"


def description(built: Build) -> dict[str, Any]:
    return dict(json.loads((built.path / "shell/shell.json").read_text()))


def stream_bytes(built: Build, port: str) -> int:
    """Return the width of a port of the accelerator as its Verilog has it."""
    found = re.search(rf"\[(\d+):0\] {port}_tdata", (built.path / "rtl/accelerator.v").read_text())
    assert found is not None
    return (int(found[1]) + 1) // 8


@pytest.fixture(scope="module")
def built(configure: Configure, tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build(configure(), tmp_path_factory.mktemp("shell") / "b")


def test_the_description_is_of_the_accelerator(built: Build) -> None:
    said = description(built)
    build_id = said.pop("build_id")
    assert 0 < build_id < 2**32
    assert said == {
        "base": 0x4000_0000,
        "version": 1,
        "frame_width": 7,
        "frame_height": 9,
        "input_bytes": 9 * 7 * 3,
        "output_bytes": 4 * 9 * 7 * 3,
        "input_stream_bytes": stream_bytes(built, "in0_V"),
        "output_stream_bytes": stream_bytes(built, "out0_V"),
    }
    assert f".BUILD_ID(32'h{build_id:08X})" in (built.path / "shell" / f"{SYSTEM}.v").read_text()


def test_the_accelerator_alone_is_as_it_was(built: Build) -> None:
    names = (built.path / "rtl/files.f").read_text().split()
    assert names[-1] == "accelerator.v" and "bbcu_shell.sv" not in names
    sources = [path.name for path in built.system_sources()]
    assert len(sources) == len(set(sources)), "a module is read twice"
    assert sources[: len(names)] == names and sources[-1] == f"{SYSTEM}.v"


def test_the_system_is_clean_under_full_lint(built: Build) -> None:
    lint(built.system_sources(), SYSTEM)


def test_the_board_top_fits_the_processor(built: Build) -> None:
    board_top = built.path / "shell" / f"{BOARD_TOP}.v"
    lint([PRIMITIVES, *built.system_sources(), board_top], BOARD_TOP)


def test_another_accelerator_has_another_id_and_another_board_no_shell(
    configure: Configure, built: Build, tmp_path: Path
) -> None:
    again = build(configure(), tmp_path / "b")
    assert description(again) == description(built)
    faster = build(configure(folding={"target_fps": 8000.0}), tmp_path / "b")
    assert description(faster)["build_id"] != description(built)["build_id"]
    other = build(configure(board="ZCU104"), tmp_path / "b")
    assert not (other.path / "shell").exists()
    with pytest.raises(BuildError, match="ZCU104 has no shell"):
        other.system_sources()
