# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""generate_rtl: a self-contained folder; golden files show what the hardware of a node looks like."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from onnx import helper
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga import resources
from bbcu_fpga.errors import BuildError, FoldingError
from bbcu_fpga.transformation.generate_rtl import FILE_LIST, TOP, generate_rtl, rtl_module, write_wrapper
from bbcu_fpga.transformation.graph_edit import hardware_node, new_constant
from tests.golden import compare
from tests.transformation.graphs import Network

GOLDEN = Path(__file__).parent / "golden" / "rtl"


@pytest.fixture(scope="module")
def folder(tiny_streams: ModelWrapper, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rtl")
    generate_rtl(tiny_streams, path)
    return path


def test_every_listed_file_exists_and_every_source_is_listed(
    folder: Path, tiny_streams: ModelWrapper
) -> None:
    listed = (folder / FILE_LIST).read_text().split()
    assert len(set(listed)) == len(listed)
    assert set(listed) == {path.name for path in folder.iterdir() if path.suffix in (".sv", ".v")}
    assert listed[-1] == f"{TOP}.v"
    assert {f"{node.name}.v" for node in tiny_streams.graph.node} <= set(listed)


def test_every_memory_exists_and_is_used(folder: Path) -> None:
    wrappers = [path for path in folder.glob("*.v") if path.stem != TOP]
    used = [name for path in wrappers for name in re.findall(r'"\./([^"]+)"', path.read_text())]
    assert used
    assert sorted(used) == sorted(path.name for path in folder.glob("*.dat"))


def test_every_module_is_there_and_none_is_superfluous(folder: Path) -> None:
    instantiated = {
        name
        for path in folder.glob("*.*v")
        for name in re.findall(r"^ *(\w+) (?:#\(|\w+ \()", path.read_text(), re.MULTILINE)
    }
    library = {path.stem for path in resources.rtl_dir().glob("*.sv")}
    copied = {path.stem for path in folder.glob("*.sv")}
    assert instantiated & library <= copied <= library
    assert "xnor_popcount_mvu" in copied
    assert "broken_stream" not in copied
    for name in copied:
        assert (folder / f"{name}.sv").read_bytes() == (resources.rtl_dir() / f"{name}.sv").read_bytes()


def test_the_top_connects_every_port_once(folder: Path, tiny_streams: ModelWrapper) -> None:
    text = (folder / f"{TOP}.v").read_text()
    nets = re.findall(r"\.(?:in|out)\d_V_tdata\((\w+)_tdata\)", text)
    for name in set(nets):
        assert nets.count(name) == (1 if name in ("in0_V", "out0_V") else 2), name
    assert all(f"  {node.name} {node.name}_inst (" in text for node in tiny_streams.graph.node)


def test_both_ends_of_a_net_have_its_width(folder: Path, tiny_streams: ModelWrapper) -> None:
    text = (folder / f"{TOP}.v").read_text()
    width = {name: int(bits) for bits, name in re.findall(r"wire \[(\d+):0\] (\w+)_tdata", text)}
    for node in tiny_streams.graph.node:
        wrapper = (folder / f"{node.name}.v").read_text()
        ports = {name: int(bits) for bits, name in re.findall(r"wire \[(\d+):0\] (\w+)_tdata", wrapper)}
        instance = text[text.index(f"{node.name}_inst (") :].split(");")[0]
        for port, net in re.findall(r"\.(\w+)_tdata\((\w+)_tdata\)", instance):
            assert ports[port] == width[net], (node.name, port, net)


def mvu() -> ModelWrapper:
    """Return a graph of one binary unit: 4 channels, 3x3 taps, PE=2, SIMD=2."""
    network = Network()
    model = network.model(network.elementwise("Mul", "in0", 2.0))
    weights = np.random.default_rng(0).choice(np.float32([-1, 1]), (4, 36))
    sizes = {"height": 3, "width": 5, "MW": 36, "MH": 4, "channels": 4, "PE": 2, "SIMD": 2}
    types = {"input_datatype": "BIPOLAR", "weight_datatype": "BIPOLAR", "accumulator_datatype": "INT7"}
    matrix = new_constant(model, weights, "BIPOLAR")
    node = hardware_node("XnorPopcountMVU_rtl", ["taps"], "sums", "body_mvu", **sizes, **types)
    node.domain, node.input[:] = "finn.custom_op.fpgadataflow.rtl", ["taps", matrix]
    model.graph.node.append(node)
    return model


def test_the_wrapper_of_a_unit_is_golden(tmp_path: Path) -> None:
    model = mvu()
    write_wrapper(model.graph.node[-1], model, tmp_path)
    compare({path.name: path.read_text() for path in tmp_path.iterdir()}, GOLDEN)


def converter(model: ModelWrapper, widths: tuple[int, int]) -> ModelWrapper:
    attributes = {"shape": [1, 48], "inWidth": widths[0], "outWidth": widths[1], "dataType": "INT8"}
    domain = "finn.custom_op.fpgadataflow.rtl"
    op_type = "StreamingDataWidthConverter_rtl"
    model.graph.node.append(
        helper.make_node(
            op_type, ["a"], ["b"], "body_window_dwc", domain=domain, backend="fpgadataflow", **attributes
        )
    )
    return model


@pytest.mark.parametrize("widths", [(16, 48), (48, 16), (8, 8)])
def test_widths_that_divide_are_converted(widths: tuple[int, int]) -> None:
    model = converter(mvu(), widths)
    module = rtl_module(model.graph.node[-1], model)
    assert module.name == "stream_width_converter"
    assert module.parameters == {"IN_WIDTH": widths[0], "OUT_WIDTH": widths[1]}


@pytest.mark.parametrize("widths", [(16, 24), (24, 16)])
def test_widths_that_do_not_divide_are_refused(widths: tuple[int, int]) -> None:
    model = converter(mvu(), widths)
    message = (
        rf"^layer body_window_dwc: converts {widths[0]} to {widths[1]} bits, which are no multiples; choose"
    )
    with pytest.raises(FoldingError, match=message):
        rtl_module(model.graph.node[-1], model)


def test_a_node_without_rtl_form_is_refused() -> None:
    model = mvu()
    model.graph.node[-1].domain, model.graph.node[-1].op_type = (
        "finn.custom_op.fpgadataflow",
        "XnorPopcountMVU",
    )
    with pytest.raises(BuildError, match=r"^node body_mvu \(XnorPopcountMVU\) has no RTL form"):
        rtl_module(model.graph.node[-1], model)
