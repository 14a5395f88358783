# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""generate_hls: a self-contained folder; golden files show what the C++ of a network looks like."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga import resources
from bbcu_fpga.builder.execution import execute
from bbcu_fpga.builder.verification import verification_frames
from bbcu_fpga.transformation.generate_hls import generate_hls
from bbcu_fpga.transformation.generate_rtl import FILE_LIST, HLS_NOTE, generate_rtl
from bbcu_fpga.transformation.hls_node import literal
from bbcu_fpga.transformation.set_folding import LayerFolding
from tests.golden import compare
from tests.transformation.streaming_graphs import residual_network, to_streams

GOLDEN = Path(__file__).parent / "golden" / "hls"
FOLDING = {
    "head": LayerFolding(PE=2, SIMD=1, lanes=2),
    "body": LayerFolding(PE=1, SIMD=1, lanes=1),
    "tail": LayerFolding(PE=3, SIMD=2, lanes=3),
}
COPIED = ("bbcu", "pc", "testbench", "ap_types", "example")


def generate(model: ModelWrapper, folder: Path) -> Path:
    """Generate the C++ of a graph with a frame it must restore."""
    _, height, width, _ = model.get_tensor_shape(model.graph.input[0].name)
    pictures = verification_frames(height, width)
    example = pictures, execute(model, pictures)
    folder.mkdir()
    generate_hls(model, folder, part="xc7z020clg400-1", clock_mhz=100.0, example=example)
    return folder


@pytest.fixture(scope="module")
def streams() -> ModelWrapper:
    """Return head, a binary unit with a residual, and tail, so small that its constants are readable."""
    return to_streams(residual_network(channels=2, height=4, width=5), FOLDING)


@pytest.fixture(scope="module")
def folder(streams: ModelWrapper, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(streams, tmp_path_factory.mktemp("hls") / "hls")


def test_the_generated_files_are_golden(folder: Path) -> None:
    compare({path.name: path.read_text() for path in folder.iterdir() if path.is_file()}, GOLDEN)


def test_the_same_graph_gives_the_same_files(folder: Path, streams: ModelWrapper, tmp_path: Path) -> None:
    again = generate(streams, tmp_path / "again")
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    assert sorted(names) == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert all((folder / name).read_bytes() == (again / name).read_bytes() for name in names)


def test_the_folder_is_self_contained(folder: Path) -> None:
    assert {path.name for path in folder.iterdir() if path.is_dir()} == set(COPIED)
    for path in resources.hls_dir().rglob("*.h"):
        assert (folder / path.relative_to(resources.hls_dir())).read_bytes() == path.read_bytes()
    assert "Apache License" in (folder / "ap_types/LICENSE").read_text()
    includes = re.findall(
        r'#include ["<]([a-z_/]+\.h)[">]', "".join(p.read_text() for p in folder.glob("*.[ch]*"))
    )
    assert includes
    places = [folder, folder / "pc", folder / "ap_types"]
    assert all(any((place / name).is_file() for place in places) for name in includes)


def test_every_stream_has_one_writer_and_one_reader(folder: Path, streams: ModelWrapper) -> None:
    text = (folder / "accelerator.cpp").read_text()
    depths = {name: int(depth) for name, depth in re.findall(r"BBCU_STREAM\(.*, (\w+), (\d+)\)", text)}
    calls = re.findall(r"BBCU_RUN\((\w+)\((.*)\)\)", text)
    used = [name for _, nets in calls for name in nets.split(", ")]
    assert sorted(used) == sorted([*depths, *depths, "in0_V", "out0_V"])
    fifos = {n.name: getCustomOp(n).get_nodeattr("depth") for n in streams.graph.node if "FIFO" in n.op_type}
    assert fifos
    assert depths == {name: fifos.get(name, 2) for name in depths}
    assert set(fifos) < set(depths)
    assert [name for name, _ in calls] == [n.name for n in streams.graph.node if n.name not in fifos]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (5, "ap_uint<4>", "0x5"),
        (2**40, "ap_uint<41>", "0x10000000000ULL"),
        (2**70 + 1, "ap_uint<71>", 'ap_uint<71>("400000000000000001", 16)'),
        (-3, "ap_int<4>", "-3"),
        (-(2**40), "ap_int<42>", "-1099511627776LL"),
        (np.int64(7), "bbcu::Line<3, 4, 4>", "7"),
    ],
)
def test_constants_are_written_so_that_no_bit_is_lost(value: int, kind: str, text: str) -> None:
    assert literal(value, kind) == text


def test_make_check_compares_both_forms_with_the_example(folder: Path, tmp_path: Path) -> None:
    work = shutil.copytree(folder, tmp_path / "work")
    # the tests may run under make themselves, which then names the folder it leaves in the last line
    command = ["make", "--no-print-directory", "check", "CXXFLAGS=-O0"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "both forms equal the reference"
    expected = bytearray((work / "example/expected.raw").read_bytes())
    expected[17] ^= 1
    (work / "example/expected.raw").write_bytes(expected)
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "differ" in done.stdout


def test_a_node_of_style_hls_has_no_module_in_the_rtl_folder(tmp_path: Path) -> None:
    network = residual_network(channels=2, height=4, width=5)
    mixed = to_streams(network, FOLDING, styles={"body_mvu": "hls"})
    generate_rtl(mixed, tmp_path)
    assert not (tmp_path / "body_mvu.v").exists()
    assert "body_mvu.v" not in (tmp_path / FILE_LIST).read_text()
    assert "xnor_popcount_mvu.sv" not in (tmp_path / FILE_LIST).read_text()
    assert "body_mvu body_mvu_inst (" in (tmp_path / "accelerator.v").read_text()
    assert "| body_mvu | XnorPopcountMVU | `../hls/body_mvu.h` |" in (tmp_path / HLS_NOTE).read_text()


def test_styles_do_not_change_the_cpp(folder: Path, tmp_path: Path) -> None:
    network = residual_network(channels=2, height=4, width=5)
    other = generate(to_streams(network, FOLDING, default="hls"), tmp_path / "hls")
    for path in other.glob("*.*"):
        assert path.read_text() == (folder / path.name).read_text(), path.name
