# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Small graphs of streaming operators, as the folding passes leave them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
from finn.transformation.fpgadataflow.insert_fifo import InsertFIFO
from finn.transformation.fpgadataflow.set_exec_mode import SetExecMode
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.general import SortGraph

from bbcu_fpga.builder.boards import get_board
from bbcu_fpga.custom_op.resources import Resources
from bbcu_fpga.transformation import PIXEL_SHUFFLE, STREAMLINE, TO_HARDWARE
from bbcu_fpga.transformation.chain_width_converters import ChainWidthConverters
from bbcu_fpga.transformation.name_nodes import NameNodes
from bbcu_fpga.transformation.optimize_folding import cheapest_folding
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding
from bbcu_fpga.transformation.set_impl_style import SetImplStyle
from bbcu_fpga.transformation.size_fifos import SizeFifos
from tests.transformation.graphs import Network, binary_weights, integer_weights

PYNQ_Z2 = Resources(**get_board("Pynq-Z2").resources)


def to_hardware(model: ModelWrapper) -> ModelWrapper:
    """Apply every pass behind tidying, whose work `Network` does itself."""
    for transformation in (*STREAMLINE, *PIXEL_SHUFFLE, *TO_HARDWARE):
        model = model.transform(transformation()).transform(SortGraph())
    return model


def to_streams(
    model: ModelWrapper,
    folding: int | Mapping[str, LayerFolding],
    default: str = "rtl",
    styles: Mapping[str, str] | None = None,
) -> ModelWrapper:
    """Fold, insert FIFOs and converters, and specialize (see SetImplStyle).

    An integer asks for the cheapest folding for that many cycles per frame, which depends on the estimates.
    """
    chosen = cheapest_folding(model, folding, PYNQ_Z2).folding if isinstance(folding, int) else folding
    passes = (
        SetFolding(chosen),
        SizeFifos(),
        InsertDWC(),
        ChainWidthConverters(),
        InsertFIFO(),
        SetImplStyle(default, styles or {}),
        SpecializeLayers("xc7z020clg400-1"),
        SetExecMode("cppsim"),
        NameNodes(),
    )
    for transformation in passes:
        model = model.transform(transformation).transform(SortGraph())
    return model


def residual_network(channels: int = 4, height: int = 5, width: int = 6, kernel: int = 3) -> ModelWrapper:
    """Return head, one binary unit with a residual, and a tail that shuffles: layers head, body and tail."""
    network = Network(3, height, width)
    head = network.elementwise("Mul", network.convolution("in0", integer_weights(channels, 3)), 0.125)
    trunk = network.quant(head, bits=9)
    bits = network.sign(network.elementwise("Add", trunk, np.linspace(-9, 9, channels)))
    sums = network.convolution(bits, binary_weights(channels, channels, kernel), "BIPOLAR")
    branch = network.quant(network.elementwise("Mul", sums, np.linspace(0.317, 2.113, channels)), bits=9)
    total = network.quant(network.node("Add", branch, trunk), bits=9)
    tail = network.elementwise("Mul", network.convolution(total, integer_weights(12, channels)), 0.0625)
    pixels = network.quant(tail, bits=8, signed=False)
    model = network.model(network.node("DepthToSpace", pixels, blocksize=2, mode="CRD"))
    for node, name in zip(model.get_nodes_by_op_type("Conv"), ("head", "body", "tail"), strict=True):
        node.name = name
    return to_hardware(model)
