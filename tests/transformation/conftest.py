# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The shipped tiny network at a small, odd frame: as exported, and folded into streaming operators."""

from __future__ import annotations

import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.general import SortGraph

from bbcu_fpga.transformation import PIPELINE
from brevitas_models.export import export
from tests.transformation.streaming_graphs import to_streams

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
    return to_streams(tiny_hardware, CYCLES_PER_FRAME)
