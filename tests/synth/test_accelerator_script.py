# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The Tcl of a build's `hls` folder is executed with the stand-in for Vitis HLS."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from qonnx.core.onnx_exec import execute_onnx

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.sim.cpp import ap_types_dir
from bbcu_fpga.synth.commands import Command
from bbcu_fpga.synth.tools import Tools
from bbcu_fpga.transformation.generate_hls import generate_hls
from tests.synth.flows import fake_tools, residual_graph

SCRIPT = "run_hls.tcl"
COMPONENT = "project_accelerator/solution/impl/ip/component.xml"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `hls` folder of the residual network."""
    folder = tmp_path_factory.mktemp("accelerator") / "hls"
    folder.mkdir()
    model = residual_graph()
    frames = np.random.default_rng(3).integers(0, 256, (2, 3, 4, 3), np.uint8)
    source, result = model.graph.input[0].name, model.graph.output[0].name
    restored = [execute_onnx(model, {source: frame[None].astype(np.float32)})[result] for frame in frames]
    example = frames, np.concatenate(restored).astype(np.uint8)
    generate_hls(model, folder, part="xc7z020clg400-1", clock_mhz=100.0, example=example)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """Return a copy that a test may damage."""
    return Path(shutil.copytree(written, tmp_path / "hls"))


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    """Return the stand-ins."""
    return fake_tools(tmp_path_factory.mktemp("tools"))


def synthesize(folder: Path, tools: Tools) -> None:
    """Run the script as its first line says, and check that it exports an IP."""
    Command(
        stage="hls",
        title="accelerator",
        folder=folder,
        tool="vitis_hls",
        arguments=["-f", SCRIPT],
        promises=[COMPONENT],
        sources=[str(path.relative_to(folder)) for path in folder.rglob("*")],
    ).run(tools.find("vitis_hls"), os.environ)


def test_the_accelerator_is_exported_with_its_two_streams(folder: Path, tools: Tools) -> None:
    synthesize(folder, tools)
    text = (folder / COMPONENT).read_text()
    assert "vlnv xilinx.com:hls:accelerator:1.0" in text
    assert re.findall(r"interface (.*) -->", text) == ["in0_V slave 8", "out0_V master 8"]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (SCRIPT, "csynth_design", "csynth_desing", "invalid command name"),
        (SCRIPT, "[pwd]/example/input.raw", "[pwd]/example/absent.raw", "no such file: .*absent.raw"),
        (SCRIPT, "accelerator.cpp -cflags", "acelerator.cpp -cflags", "no such file: acelerator.cpp"),
        (SCRIPT, "-I[pwd]", "-I[pwd]/absent", "no such folder"),
        (SCRIPT, "set_part $part", "set_part $prt", "no such variable"),
        (SCRIPT, "add_files -tb", "add_files", "no benches yet"),
        ("accelerator.cpp", '"body_mvu.h"', '"body_mwu.h"', "body_mwu.h: No such file"),
        ("bbcu/dataflow.h", " || !defined(BBCU_PC_HLS_STREAM_H)", "", "local_stream.h: No such file"),
        ("accelerator.h", "unsigned INPUT_BITS", "unsigned INPUT_BIT", "width INPUT_BITS .* is no constant"),
        ("testbench.cpp", "int main(", "int mein(", "no test bench has a main"),
    ],
)
def test_damage_is_seen(name: str, old: str, new: str, message: str, folder: Path, tools: Tools) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    with pytest.raises(VendorToolError, match=message):
        synthesize(folder, tools)


def test_c_simulation_as_vitis_does_it(folder: Path) -> None:
    # other streams than those of pc/, __SYNTHESIS__ not set, and only the folders that the script names
    flags = re.findall(r'set flags "(.*)"', (folder / SCRIPT).read_text())[0].replace("[pwd]", str(folder))
    sources = ["accelerator.cpp", "testbench.cpp"]
    command = ["g++", "-O1", "-w", *flags.split(), f"-I{ap_types_dir()}", *sources, "-o", "csim"]
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL)
    subprocess.run(["./csim", "example/input.raw", "output.raw"], cwd=folder, check=True)
    expected = (folder / "example" / "expected.raw").read_bytes()
    assert len(set(expected)) > 20, "an expectation that says something"
    assert (folder / "output.raw").read_bytes() == expected
