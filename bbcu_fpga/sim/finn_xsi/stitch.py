# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A graph of FINN's RTL nodes as one design without Vivado, and the fill of its FIFOs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from finn.core.rtlsim_exec import rtlsim_exec
from finn.transformation.fpgadataflow.replace_verilog_relpaths import ReplaceVerilogRelPaths
from finn.util.basic import make_build_dir
from finn.util.fpgadataflow import is_rtl_node
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import BuildError, UnsupportedOperatorError
from bbcu_fpga.sim.finn_xsi.build import render

TOP = "finn_design_wrapper"
SOURCE_LIST = "all_verilog_srcs.txt"
GAUGE = "maxcount"


@dataclass(frozen=True)
class Port:
    """A node's stream port: name, spelling of its signals, TDATA bits, and the net it is connected to."""

    name: str
    upper: bool
    bits: int
    net: str
    is_input: bool


@dataclass(frozen=True)
class Cell:
    """A node in the design: instance, module, ports, and the design's port with its FIFO's fill, if any."""

    name: str
    module: str
    ports: list[Port]
    gauge: str


class StitchVerilog(Transformation):
    """Connect the generated Verilog of all nodes, as CreateStitchedIP does with Vivado.

    The design, `finn_design_wrapper.v`, and its list of sources lie in a new folder of FINN's build folder.
    The model's properties point there, so that `rtlsim_exec` and execution with the model property exec_mode
    = rtlsim find it. A FIFO with depth_monitor = 1 gets a port `maxcount_N`. AXI-Lite ports stay unconnected.

    Raises:
        UnsupportedOperatorError: a node is not an RTL node, or has a port of another kind than streams.
        BuildError: a node's Verilog was not generated, or its path has a space in it.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Write the design and set the model's properties; the graph stays as it is."""
        files = [_sources(node) for node in model.graph.node]
        # not before every node is known to have Verilog: without, FINN's pass rewrites the current folder
        model = model.transform(ReplaceVerilogRelPaths())
        nets = _external_nets(model)
        nodes = zip(model.graph.node, files, strict=True)
        cells = [_cell(model, node, index, own, nets) for index, (node, own) in enumerate(nodes)]
        sources = dict.fromkeys(path for own in files for path in own)
        folder = Path(make_build_dir("stitched_verilog_"))
        wrapper = folder / f"{TOP}.v"
        if spaced := [path for path in (*sources, str(wrapper)) if path.split() != [path]]:
            raise BuildError(
                f"{spaced[0]}: FINN splits its list of sources at spaces; set FINN_BUILD_DIR elsewhere"
            )
        wrapper.write_text(_design(cells, set(nets.values())))
        (folder / SOURCE_LIST).write_text("\n".join([*sources, str(wrapper)]) + "\n")
        _set_properties(model, folder, wrapper, cells, nets)
        return model, False


def measure_fifo_fills(model: ModelWrapper, inputs: Mapping[str, np.ndarray]) -> dict[str, int]:
    """Simulate a stitched graph with unbounded FIFOs and return the highest fill by FIFO node name, in words.

    Args:
        model: a graph whose StreamingFIFO_rtl nodes have depth_monitor = 1, after StitchVerilog. Its property
            rtlsim_behavioral is set.
        inputs: integer tensors of the graph's inputs, float32; a batch above 1 sends frames without a gap.

    Raises:
        BuildError: the graph has no FIFO that is monitored.
        SimulationError: the design cannot be compiled or simulated.
    """
    names = {port: name for name, port in json.loads(model.get_metadata_prop("bbcu_gauges") or "{}").items()}
    if not names:
        raise BuildError(
            "no FIFO is monitored: set depth_monitor = 1 on StreamingFIFO_rtl nodes, then stitch"
        )
    fills: dict[str, int] = {}

    def read_gauges(simulation: Any) -> None:
        for port, name in names.items():
            fills[name] = simulation.top.getPort(port).read().as_unsigned()

    model.set_metadata_prop("rtlsim_behavioral", "1")
    context: dict[str, np.ndarray] = {**model.make_empty_exec_context(), **inputs}
    rtlsim_exec(model, context, post_hook=read_gauges)
    return fills


def _external_nets(model: ModelWrapper) -> dict[str, str]:
    """Return the net of every graph input and output by tensor name, numbered as FINN numbers them."""
    inputs = {tensor.name: f"s_axis_{index}" for index, tensor in enumerate(model.graph.input)}
    return inputs | {tensor.name: f"m_axis_{index}" for index, tensor in enumerate(model.graph.output)}


def _sources(node: NodeProto) -> list[str]:
    if not is_rtl_node(node):
        raise UnsupportedOperatorError(
            f"node {node.name} ({node.op_type}) is not an RTL node: only those have Verilog without Vitis HLS"
        )
    operator = getCustomOp(node)
    if not operator.get_nodeattr("gen_top_module"):
        raise BuildError(f"node {node.name} ({node.op_type}) has no Verilog yet: apply PrepareIP first")
    return [str(path) for path in operator.get_rtl_file_list(abspath=True)]


def _cell(model: ModelWrapper, node: NodeProto, index: int, files: list[str], nets: dict[str, str]) -> Cell:
    operator = getCustomOp(node)
    interfaces = operator.get_verilog_top_module_intf_names()
    streams = [tensor for tensor in node.input if model.get_initializer(tensor) is None]
    if interfaces["aximm"] or len(interfaces["s_axis"]) != len(streams):
        raise UnsupportedOperatorError(
            f"node {node.name} ({node.op_type}) gets parameters through a port; the memory that feeds it is"
            " built by CreateStitchedIP with Vivado only"
        )
    module = operator.get_nodeattr("gen_top_module")
    # FINN's Verilog writes TDATA, this project's writes tdata
    texts = (Path(file).read_text() for file in files)
    upper = any("_V_TDATA" in text for text in texts if re.search(rf"\bmodule\s+{module}\b", text))
    ends = [(streams, interfaces["s_axis"], True), (list(node.output), interfaces["m_axis"], False)]
    ports = [
        Port(name, upper, bits, nets.get(tensor, _net(tensor, model)), is_input)
        for tensors, names, is_input in ends
        for tensor, (name, bits) in zip(tensors, names, strict=True)
    ]
    return Cell(node.name, module, ports, f"{GAUGE}_{index}" if GAUGE in interfaces["ap_none"] else "")


def _net(tensor: str, model: ModelWrapper) -> str:
    producer = model.find_producer(tensor)
    if producer is None:
        return ""
    return f"{producer.name}_out{list(producer.output).index(tensor)}"


def _design(cells: list[Cell], external: set[str]) -> str:
    ports = [port for cell in cells for port in cell.ports]
    return render(
        "stitched.v.j2",
        top=TOP,
        nodes=cells,
        external=[port for port in ports if port.net in external],
        internal=[port for port in ports if port.net not in external and not port.is_input],
        gauges=[cell.gauge for cell in cells if cell.gauge],
    )


def _set_properties(
    model: ModelWrapper, folder: Path, wrapper: Path, cells: list[Cell], nets: dict[str, str]
) -> None:
    ports = {port.net: port.bits for cell in cells for port in cell.ports if port.net in nets.values()}
    axes = {kind: [[net, ports[net]] for net in nets.values() if net.startswith(kind)] for kind in ("s", "m")}
    gauges = {cell.name: cell.gauge for cell in cells if cell.gauge}
    names = {
        "clk": ["ap_clk"],
        "rst": ["ap_rst_n"],
        "s_axis": axes["s"],
        "m_axis": axes["m"],
        "aximm": [],
        "axilite": [],
        "ap_none": list(gauges.values()),
    }
    model.set_metadata_prop("vivado_stitch_proj", str(folder))
    model.set_metadata_prop("wrapper_filename", str(wrapper))
    model.set_metadata_prop("vivado_stitch_ifnames", json.dumps(names))
    model.set_metadata_prop("bbcu_gauges", json.dumps(gauges))
    # a library compiled before belongs to another design
    model.set_metadata_prop("rtlsim_so", "")
