# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Write the accelerator as Verilog: a wrapper per node, a top, the library modules they use, and memories."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.hls_function import check_converter
from bbcu_fpga.custom_op.rtl_variants import RtlModule, RtlOperator
from bbcu_fpga.errors import BuildError
from bbcu_fpga.resources import module_sources
from bbcu_fpga.transformation.set_impl_style import impl_style

TOP = "accelerator"
FILE_LIST = "files.f"
HLS_NOTE = "HLS_MODULES.md"

_templates = Environment(
    loader=PackageLoader("bbcu_fpga.transformation"), undefined=StrictUndefined, keep_trailing_newline=True
)


@dataclass(frozen=True)
class Port:
    """A stream port: its name, padded TDATA width, and the net it is connected to."""

    name: str
    bits: int
    net: str


def generate_rtl(model: ModelWrapper, folder: Path) -> list[Path]:
    """Write a self-contained RTL folder and return its source files in the order of `files.f`.

    The top module `accelerator` has one stream in and one out, `ap_clk` and `ap_rst_n`; memories are `.dat`
    files beside the sources, found by simulators and synthesizers that run in the folder.

    Nodes of style HLS have no module here: Vitis HLS makes it (`HLS_NOTE` then lists them), or a simulator's
    shim around their C++.

    Args:
        model: dataflow graph of specialized nodes with unique names.
        folder: an existing, empty folder.
    """
    nodes = [node for node in model.graph.node if impl_style(node) == "rtl"]
    modules = {write_wrapper(node, model, folder).name for node in nodes}
    library = module_sources(*modules)
    for path in library:
        shutil.copy(path, folder / path.name)
    (folder / f"{TOP}.v").write_text(_top(model))
    files = [path.name for path in library] + sorted(f"{node.name}.v" for node in nodes) + [f"{TOP}.v"]
    from_hls = [node for node in model.graph.node if impl_style(node) == "hls"]
    if from_hls:
        (folder / HLS_NOTE).write_text(_templates.get_template("hls_modules.md.j2").render(nodes=from_hls))
    (folder / FILE_LIST).write_text("\n".join(files) + "\n")
    return [folder / name for name in files]


def write_wrapper(node: NodeProto, model: ModelWrapper, folder: Path) -> RtlModule:
    """Write one node's Verilog wrapper and memories into `folder`; return the module it instantiates."""
    module = rtl_module(node, model)
    parameters: dict[str, Any] = dict(module.parameters)
    for parameter, lines in module.memories.items():
        name = f"{node.name}_{parameter.lower().removesuffix('_file')}.dat"
        (folder / name).write_text("\n".join(lines) + "\n")
        # FINN makes paths that begin with a dot absolute, because Vivado runs in another folder
        parameters[parameter] = f'"./{name}"'
    text = _templates.get_template("wrapper.v.j2").render(
        name=node.name,
        op=node.op_type,
        module=module,
        parameters=parameters,
        inputs=input_ports(model, node),
        outputs=output_ports(model, node),
        residual_bits=8 * -(-module.parameters.get("RESIDUAL_BITS", 8) * module.parameters.get("PE", 1) // 8),
    )
    (folder / f"{node.name}.v").write_text(text)
    return module


def rtl_module(node: NodeProto, model: ModelWrapper) -> RtlModule:
    """Return the library module of a node; FINN's FIFOs and width converters get ours.

    FINN's fifo.sv does not elaborate in Verilator (in simulation FINN replaces it by an unbounded gauge).

    Raises:
        FoldingError: a width converter between widths of which neither divides the other.
        BuildError: a node without RTL form.
    """
    operator = getCustomOp(node)
    if isinstance(operator, RtlOperator):
        return operator.rtl_module(model)
    if node.op_type == "StreamingFIFO_rtl":
        padded, payload = operator.get_instream_width_padded(), operator.get_instream_width()
        sizes = {"WIDTH": padded, "PAYLOAD": payload, "DEPTH": operator.get_nodeattr("depth")}
        return RtlModule("stream_fifo", sizes)
    if node.op_type == "StreamingDataWidthConverter_rtl":
        widths = operator.get_nodeattr("inWidth"), operator.get_nodeattr("outWidth")
        check_converter(node.name, widths)
        return RtlModule("stream_width_converter", {"IN_WIDTH": widths[0], "OUT_WIDTH": widths[1]})
    raise BuildError(f"node {node.name} ({node.op_type}) has no RTL form")


def input_ports(model: ModelWrapper, node: NodeProto) -> list[Port]:
    """Return a node's input streams."""
    operator, ports = getCustomOp(node), []
    for index, tensor in enumerate(node.input):
        if model.get_initializer(tensor) is None:
            producer = model.find_producer(tensor)
            net = "in0_V" if producer is None else _net(producer, list(producer.output).index(tensor))
            ports.append(Port(f"in{index}_V", operator.get_instream_width_padded(index), net))
    return ports


def output_ports(model: ModelWrapper, node: NodeProto) -> list[Port]:
    """Return a node's output streams."""
    operator, ports = getCustomOp(node), []
    for index, tensor in enumerate(node.output):
        net = _net(node, index) if model.find_consumers(tensor) else "out0_V"
        ports.append(Port(f"out{index}_V", operator.get_outstream_width_padded(index), net))
    return ports


def _net(node: NodeProto, output: int) -> str:
    return f"{node.name}_out{output}"


def _top(model: ModelWrapper) -> str:
    nodes, nets = [], []
    for node in model.graph.node:
        outputs = output_ports(model, node)
        nodes.append({"name": node.name, "ports": input_ports(model, node) + outputs})
        nets += [{"name": port.net, "bits": port.bits} for port in outputs if port.net != "out0_V"]
    first = model.find_consumer(model.graph.input[0].name)
    last = model.find_producer(model.graph.output[0].name)
    return _templates.get_template("top.v.j2").render(
        top=TOP,
        nodes=nodes,
        nets=nets,
        input=input_ports(model, first)[0],
        output=output_ports(model, last)[0],
        frame_in=_frame(getCustomOp(first).get_folded_input_shape()),
        frame_out=_frame(getCustomOp(last).get_folded_output_shape()),
    )


def _frame(folded_shape: list[int]) -> str:
    _, height, width, folds, lanes = folded_shape
    return f"{height} x {width} pixels, {folds} words of {lanes} lanes each"
