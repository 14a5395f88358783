# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A root with stand-ins for the open tools and a small database, and a build of three RTL layers."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import onnx
import pytest

from bbcu_fpga.builder.build_folder import HARDWARE_GRAPH, Build
from bbcu_fpga.synth.open_tools.prjxray import Database
from bbcu_fpga.synth.open_tools.root import PROGRAMS, OpenTools
from tests.convolution_build import manifest

PART = "xc7z020clg400-1"
STAND_IN = Path(__file__).with_name("stand_in.py")

# Two tiles of a logic column, half an I/O tile, and one with block memory; the types are made up
GRID = {
    "A_X0": {"type": "A", "bits": {"CLB_IO_CLK": {"baseaddr": "0x10", "frames": 4, "offset": 2, "words": 2}}},
    "A_X1": {
        "type": "A",
        "bits": {"CLB_IO_CLK": {"baseaddr": "0x20", "frames": 4, "offset": 49, "words": 2}},
    },
    "HALF": {
        "type": "A_HALF",
        "bits": {
            "CLB_IO_CLK": {
                "baseaddr": "0x10",
                "frames": 4,
                "offset": 6,
                "words": 1,
                "alias": {"type": "A", "start_offset": 1, "sites": {"PAD_Y0": "PAD_Y1"}},
            }
        },
    },
    "M_X0": {
        "type": "M",
        "bits": {
            "CLB_IO_CLK": {"baseaddr": "0x18", "frames": 4, "offset": 0, "words": 2},
            "BLOCK_RAM": {"baseaddr": "0x100", "frames": 4, "offset": 10, "words": 2},
        },
    },
    "NOTHING": {"type": "WIRES", "bits": {}},
}
DATABASE = {
    "segbits_a.db": "A.LUT.INIT[00] 00_05\nA.LUT.INIT[01] 01_33\nA.LUT.INIT[02] 02_00\nA.LUT.INIT[03] 03_63\n"
    "A.MUX.ONE 00_10 !00_11\nA.MUX.TWO !00_10 00_11\nA.ZERO[0] 03_01\nA.PAD_Y1.ON 01_40\nA.NEED 00_31\n",
    "ppips_a.db": "A.BUFFER always\n",
    "segbits_m.db": "M.EN 00_00\n",
    "segbits_m.block_ram.db": "M.INIT_00[000] 00_00\nM.INIT_00[255] 03_32\n",
    "ppips_wires.db": "WIRES.TO.FROM always\n",
}


@pytest.fixture
def tools(tmp_path: Path) -> OpenTools:
    """Return a private root of stand-ins."""
    root = tmp_path / "tools"
    programs, family = root / "usr/bin", root / "usr/share/prjxray/database/zynq7"
    for folder in (programs, family / PART, family / "xc7z020", root / "usr/share/nextpnr/himbaechel/xilinx"):
        folder.mkdir(parents=True)
    for name in PROGRAMS:
        line = shlex.join([sys.executable, "-I", str(STAND_IN), str(root), name])
        (programs / name).write_text(f'#!/bin/sh\nunset PYTHONHOME\nexec {line} "$@"\n')
        (programs / name).chmod(0o755)
    (root / "usr/share/nextpnr/himbaechel/xilinx/chipdb-xc7z020.bin").touch()
    (family / "xc7z020/tilegrid.json").write_text(json.dumps(GRID))
    (family / PART / "part.yaml").touch()
    (family / PART / "required_features.fasm").write_text("A_X1.NEED\n")
    for name, text in DATABASE.items():
        (family / name).write_text(text)
    return OpenTools(root)


@pytest.fixture
def database(tools: OpenTools) -> Database:
    """Return the small database."""
    return Database(tools.prjxray_database(PART), "xc7z020", PART)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Return a build: two layers of equal text, one with another memory, and a shell."""
    folder = tmp_path / "build"
    names = ("one", "two", "other")
    rows = [manifest().layers[0].model_copy(update={"name": name}) for name in names]
    for name in ("rtl", "shell", "hls"):
        (folder / name).mkdir(parents=True)
    for name in names:
        text = f'module {name}; core #(.FILE("./{name}_weight.dat")) impl (); endmodule // {name}\n'
        (folder / f"rtl/{name}.v").write_text(text)
        (folder / f"rtl/{name}_weight.dat").write_text("2\n" if name == "other" else "1\n")
    (folder / "rtl/core.sv").write_text("module core; endmodule\n")
    (folder / "rtl/accelerator.v").write_text("module accelerator; endmodule\n")
    (folder / "rtl/files.f").write_text("core.sv\none.v\ntwo.v\nother.v\naccelerator.v\n")
    (folder / "shell/bbcu_shell.sv").write_text("module bbcu_shell; endmodule\n")
    (folder / "shell/pynq_z2_top.v").write_text("module pynq_z2_top; endmodule\n")
    (folder / "shell/files.f").write_text("bbcu_shell.sv\n")
    (folder / HARDWARE_GRAPH).parent.mkdir()
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], [])), folder / HARDWARE_GRAPH)
    (folder / "manifest.json").write_text(manifest().model_copy(update={"layers": rows}).model_dump_json())
    return Build.open(folder)


def calls(tools: OpenTools) -> list[str]:
    """Return the programs that were run, in order."""
    path = tools.root / "calls"
    return path.read_text().split() if path.exists() else []
