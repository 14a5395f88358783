# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Write the accelerator as C++: a header per node, the dataflow between them, and what runs it."""

from __future__ import annotations

import importlib.metadata
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.hls_function import hls_function
from bbcu_fpga.sim.cpp import ap_types_dir
from bbcu_fpga.transformation.hls_node import HlsNode, copy_headers, render, write_node

EXAMPLE_FOLDER = "example"
_FIFO = "StreamingFIFO"
_DIRECT_DEPTH = 2  # of a stream without a FIFO, Vitis' own default


@dataclass(frozen=True)
class Link:
    """A stream between two nodes; `depth` in words."""

    name: str
    bits: int
    depth: int


@dataclass(frozen=True)
class _Process:
    """A node and the streams it is called with."""

    node: HlsNode
    nets: list[str]

    @property
    def name(self) -> str:
        return self.node.name


def generate_hls(
    model: ModelWrapper,
    folder: Path,
    *,
    part: str,
    clock_mhz: float,
    example: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> None:
    """Write a self-contained HLS folder: C++, library, testbench, Makefile for g++, Tcl for Vitis HLS.

    FIFOs are no functions: they are the depths of the streams.

    Args:
        model: dataflow graph of named nodes, of any style.
        folder: an existing, empty folder.
        part: the device, for Vitis HLS.
        clock_mhz: the clock in MHz.
        example: frames and what they are restored to, uint8, which `make check` compares.

    Raises:
        BuildError, FoldingError: a node has no C++ form; names the layer.
        MissingToolError: the ap_types headers are not installed.
    """
    nodes = _processes(model)
    processes = [_Process(write_node(node, model, folder), _nets(model, node)) for node in nodes]
    _write_dataflow(processes, _links(model, nodes), folder)
    copy_headers(folder, "bbcu", "pc", "testbench")
    _copy_ap_types(folder / "ap_types")
    (folder / "testbench.cpp").write_text(render("testbench.cpp.j2"))
    (folder / "Makefile").write_text(render("hls_makefile.j2"))
    script = render("run_hls.tcl.j2", part=part, clock_ns=1e3 / clock_mhz)
    (folder / "run_hls.tcl").write_text(script)
    (folder / EXAMPLE_FOLDER).mkdir()
    for name, frames in zip(("input", "expected"), example, strict=True):
        (folder / EXAMPLE_FOLDER / f"{name}.raw").write_bytes(frames.tobytes())


def check_hls_forms(model: ModelWrapper) -> None:
    """Raise BuildError or FoldingError, naming the layer, if a node has no C++ form."""
    for node in _processes(model):
        hls_function(node, model)


def _processes(model: ModelWrapper) -> list[NodeProto]:
    return [node for node in model.graph.node if not _is_fifo(node)]


def _write_dataflow(processes: list[_Process], links: list[Link], folder: Path) -> None:
    first = next(process.node for process in processes if "in0_V" in process.nets)
    last = next(process.node for process in processes if "out0_V" in process.nets)
    header = render("accelerator.h.j2", nodes=processes, input=first.inputs[0], output=last.outputs[0])
    (folder / "accelerator.h").write_text(header)
    (folder / "accelerator.cpp").write_text(render("accelerator.cpp.j2", nodes=processes, links=links))


def _nets(model: ModelWrapper, node: NodeProto) -> list[str]:
    """Return the streams a node is called with, inputs first."""
    inputs = [name for name in node.input if model.get_initializer(name) is None]
    return [_stream(model, name) for name in [*inputs, *node.output]]


def _links(model: ModelWrapper, nodes: list[NodeProto]) -> list[Link]:
    """Return the streams between nodes; a FIFO gives its stream name and depth."""
    links = []
    for node in nodes:
        operator = getCustomOp(node)
        for index, tensor in enumerate(node.output):
            name, fifo = _stream(model, tensor), _fifo(model, tensor)
            depth = _DIRECT_DEPTH if fifo is None else getCustomOp(fifo).get_nodeattr("depth")
            if name != "out0_V":
                links.append(Link(name, operator.get_outstream_width(index), depth))
    return links


def _stream(model: ModelWrapper, tensor: str) -> str:
    """Return the name of the stream that carries a tensor."""
    fifo = _fifo(model, tensor)
    source = tensor if fifo is None else fifo.input[0]
    target = tensor if fifo is None else fifo.output[0]
    producer = model.find_producer(source)
    if producer is None:
        return "in0_V"
    if not model.find_consumers(target):
        return "out0_V"
    return str(fifo.name) if fifo is not None else f"{producer.name}_out{list(producer.output).index(tensor)}"


def _fifo(model: ModelWrapper, tensor: str) -> NodeProto | None:
    """Return the FIFO that a tensor goes into or comes from, if there is one."""
    beside = [model.find_producer(tensor), *model.find_consumers(tensor)]
    return next((node for node in beside if node is not None and _is_fifo(node)), None)


def _is_fifo(node: NodeProto) -> bool:
    return str(node.op_type).startswith(_FIFO)


def _copy_ap_types(target: Path) -> None:
    """Copy the headers that stand in for Vitis' ap_int.h, with their licence."""
    # hls_stream.h comes from pc/
    shutil.copytree(ap_types_dir(), target, ignore=shutil.ignore_patterns("hls_stream.h", "__pycache__"))
    for path in importlib.metadata.files("hls4ml") or []:
        if path.name == "LICENSE":
            shutil.copy(path.locate(), target / "LICENSE")
