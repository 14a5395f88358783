# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The shell keeps its promises and the rules of AXI, at several widths of the accelerator's streams."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbcu_fpga.resources import module_sources
from tests.shell.cocotb_run import run_cocotb

BENCHES = [f"tests.shell.echo_{part}_bench" for part in ("registers", "transfers", "faults")]
ECHO = Path(__file__).with_name("echo_system.sv")


def run_echo(simulator_root: Path, tmp_path: Path, in_bytes: int, out_bytes: int, frame_bytes: int) -> None:
    parameters = {"IN_STREAM_BYTES": in_bytes, "OUT_STREAM_BYTES": out_bytes, "FRAME_BYTES": frame_bytes}
    sources = [*module_sources("bbcu_shell"), ECHO]
    run_cocotb("echo_system", sources, parameters, BENCHES, simulator_root, tmp_path, job=parameters)


def test_shell_with_odd_words_and_frames(simulator_root: Path, tmp_path: Path) -> None:
    run_echo(simulator_root, tmp_path, 3, 7, 189)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("in_bytes", "out_bytes", "frame_bytes"),
    [(1, 16, 272), (16, 1, 208), (4, 12, 300), (12, 5, 240), (8, 8, 256), (13, 2, 26), (2, 3, 6)],
)
def test_shell_with_words_of_any_width(
    simulator_root: Path, tmp_path: Path, in_bytes: int, out_bytes: int, frame_bytes: int
) -> None:
    run_echo(simulator_root, tmp_path, in_bytes, out_bytes, frame_bytes)
