# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The shipped tiny network at a small, odd frame: as exported, and folded into streaming operators."""

from __future__ import annotations

import pytest
from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
from finn.transformation.fpgadataflow.insert_fifo import InsertFIFO
from finn.transformation.fpgadataflow.set_exec_mode import SetExecMode
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.general import SortGraph

from bbcu_fpga.transformation import PIPELINE
from bbcu_fpga.transformation.name_nodes import NameNodes
from bbcu_fpga.transformation.set_folding import SetFolding, folding_for
from bbcu_fpga.transformation.size_fifos import SizeFifos
from brevitas_models.export import export

HEIGHT, WIDTH = 9, 11
CYCLES_PER_FRAME = 20_000


@pytest.fixture(scope="session")
def tiny_network(tmp_path_factory: pytest.TempPathFactory) -> ModelWrapper:
    """Return the exported network; not to be changed."""
    path = export("tiny", tmp_path_factory.mktemp("export") / "tiny.onnx", HEIGHT, WIDTH)
    return ModelWrapper(str(path))


@pytest.fixture(scope="session")
def tiny_hardware(tiny_network: ModelWrapper) -> ModelWrapper:
    """Return the network as streaming operators that are not folded yet; not to be changed."""
    model = tiny_network
    for passes in PIPELINE.values():
        for transformation in passes:
            model = model.transform(transformation()).transform(SortGraph())
    return model


@pytest.fixture(scope="session")
def tiny_streams(tiny_hardware: ModelWrapper) -> ModelWrapper:
    """Return the network folded, with FIFOs and converters, all nodes in RTL form; not to be changed."""
    passes = (
        SetFolding(folding_for(tiny_hardware, CYCLES_PER_FRAME)),
        SizeFifos(),
        InsertDWC(),
        InsertFIFO(),
        SpecializeLayers("xc7z020clg400-1"),
        SetExecMode("cppsim"),
        NameNodes(),
    )
    model = tiny_hardware
    for transformation in passes:
        model = model.transform(transformation).transform(SortGraph())
    return model
