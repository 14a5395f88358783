# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Verilog with the port names of Vitis HLS goes through the same bench, or is refused with the reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.numerics import pack_words
from bbcu_fpga.sim.dpi import CppModule
from bbcu_fpga.sim.dut import vitis_dut
from tests.operators.bench import Bench

SOURCE = Path(__file__).with_name("vitis_style.v")
MODULE = CppModule("body_invert", inputs=[8], outputs=[16])


@pytest.fixture
def verilog(tmp_path: Path) -> Path:
    """Return a folder as Vitis HLS leaves it."""
    folder = tmp_path / "verilog"
    folder.mkdir()
    # Vitis HLS writes such paths
    text = SOURCE.read_text().replace('("body_invert_memory.dat"', '("./body_invert_memory.dat"')
    (folder / "body_invert.v").write_text(text)
    (folder / "body_invert_memory.dat").write_text("a5\n")
    return folder


def test_the_bench_drives_it(bench: Bench, verilog: Path, tmp_path: Path) -> None:
    data = np.arange(256)[:, None]
    dut = vitis_dut(MODULE, verilog, tmp_path / "shell")
    expected = {"out0": pack_words(0xA500 | data ^ 0xFF, 16)}
    result = bench.run_with_rests(dut, {"in0": pack_words(data, 8)}, expected, frames=2)
    assert dut.has_cycles and result.cycles_per_frame() == 128


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match=r"has no body_invert\.v: give the folder"):
        vitis_dut(MODULE, tmp_path, tmp_path / "shell")


def test_a_missing_stream_is_named(verilog: Path, tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match=r"no port in1_V_TDATA, in1_V_TVALID, in1_V_TREADY; the"):
        vitis_dut(CppModule("body_invert", [8, 8], [16]), verilog, tmp_path / "shell")


def test_a_module_that_waits_for_a_start_is_refused(verilog: Path, tmp_path: Path) -> None:
    source = verilog / "body_invert.v"
    source.write_text(source.read_text().replace("ap_rst_n;", "ap_rst_n;\n  input ap_start;"))
    with pytest.raises(SimulationError, match="waits for ap_start"):
        vitis_dut(MODULE, verilog, tmp_path / "shell")
