# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Small builds for the vendor flow, and stand-ins for the vendor's tools."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
from finn.transformation.fpgadataflow.insert_fifo import InsertFIFO
from finn.transformation.fpgadataflow.set_exec_mode import SetExecMode
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.general import SortGraph

from bbcu_fpga.builder.boards import get_board
from bbcu_fpga.builder.build_folder import HARDWARE_GRAPH, MANIFEST, Build, BuildManifest
from bbcu_fpga.synth.tools import Tools
from bbcu_fpga.transformation.name_nodes import NameNodes
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding
from bbcu_fpga.transformation.set_impl_style import SetImplStyle
from bbcu_fpga.transformation.size_fifos import SizeFifos
from tests.custom_op.operators import single_node
from tests.transformation.streaming_graphs import residual_network

FAKE_TOOLS = Path(__file__).with_name("fake_tools")
PROGRAMS = {"vivado": "vivado.tcl", "vitis_hls": "vitis_hls.tcl", "vitis-run": "vitis_hls.tcl"}
LAYERS = ("head", "body", "tail")
# what FINN's DMA includes
LIBRARY = ("finn-hlslib/bnn-library.h", "finn-hlslib/dma.h", "finn-hlslib/streamtools.h")
DOWNLOADS = (*LIBRARY, "attention-hlslib/README.md", "board_files/pynq-z2/board.xml")


def fake_tools(folder: Path, release: str = "2022.2") -> Tools:
    """Return stand-ins for Vivado, Vitis HLS and FINN's downloads."""
    for name, script in PROGRAMS.items():
        program = folder / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\nexec tclsh "{FAKE_TOOLS / script}" "$@"\n')
        program.chmod(0o755)
    for name in DOWNLOADS:
        path = folder / "finn_deps" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n")
    return Tools(release, folder / "bin", "", folder / "finn_deps")


def vivado_build(folder: Path, model: ModelWrapper, *, board: str = "Pynq-Z2", clock: float = 100.0) -> Build:
    """Return a build folder that holds a hardware graph and a manifest, which is all that the flow reads."""
    path = folder / HARDWARE_GRAPH
    path.parent.mkdir(parents=True)
    model.save(str(path))
    shapes = [model.get_tensor_shape(ends[0].name) for ends in (model.graph.input, model.graph.output)]
    manifest = BuildManifest(
        name="smallest",
        model="graph",
        model_sha256="0" * 64,
        board=board,
        part=get_board(board).part,
        clock_mhz=clock,
        frame_height=shapes[0][1],
        frame_width=shapes[0][2],
        scale=shapes[1][1] // shapes[0][1],
        halo=0,
        task="super-resolution",
        layers=[],
        fifos=[],
        versions={},
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json())
    return Build(folder, manifest)


def one_epilogue() -> ModelWrapper:
    """Return a graph of one RTL node with a memory."""
    function = np.array([[0, 1, -2, 3], [5, 4, 3, 2], [0, 1, 2, 3], [-1, 2, -3, 4], [7, 6, 5, 4]], np.float32)
    model, _ = single_node(
        "Epilogue_rtl",
        {"pre": function},
        channels=4,
        PE=2,
        residual=0,
        post=0,
        accumulator_datatype="INT7",
        pre_shift=2,
        sum_low=0,
        sum_high=255,
        out_low=0,
        out_high=255,
        exec_mode="cppsim",
    )
    return model


def residual_graph() -> ModelWrapper:
    """Return head, binary unit with a residual, and tail, with FIFOs: the unit in HLS, the rest in RTL."""
    model = residual_network(channels=2, height=3, width=4, kernel=1)
    folding = SetFolding({name: LayerFolding(1, 2 if name == "body" else 1) for name in LAYERS})
    passes = (
        folding,
        SizeFifos(),
        InsertDWC(),
        InsertFIFO(),
        SetImplStyle("rtl", {"body": "hls", "tail_shuffle": "hls"}),
        SpecializeLayers(get_board("Pynq-Z2").part),
        SetExecMode("cppsim"),
        NameNodes(),
    )
    for transformation in passes:
        model = model.transform(transformation).transform(SortGraph())
    return model
