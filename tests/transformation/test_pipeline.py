# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The pipeline on the shipped tiny network: values equal after every pass, and what is left at the end."""

from __future__ import annotations

from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.builder.verification import Verifier
from bbcu_fpga.transformation import PIPELINE
from tests.transformation.conftest import HEIGHT, WIDTH
from tests.transformation.graphs import copied, operators


def test_every_pass_keeps_every_integer(tiny_network: ModelWrapper) -> None:
    verifier, model = Verifier(tiny_network, HEIGHT, WIDTH), copied(tiny_network)
    for passes in PIPELINE.values():
        model = verifier.apply(model, passes)
    # a head, a tail and six binary units, of which the last but one up-samples; and a bilinear skip
    assert operators(model) == {
        "StreamFork": 7,
        "WindowGenerator": 9,
        "IntegerMVU": 2,
        "XnorPopcountMVU": 6,
        "Epilogue": 8,
        "Threshold": 6,
        "BilinearKernel": 1,
        "PixelShuffle": 2,
    }


def test_the_rtl_graph_keeps_every_integer(tiny_network: ModelWrapper, tiny_streams: ModelWrapper) -> None:
    Verifier(tiny_network, HEIGHT, WIDTH).check(tiny_streams, "streams")
    assert all(node.op_type.endswith("_rtl") for node in tiny_streams.graph.node)


def test_every_node_accepts_the_datatypes_of_its_inputs(tiny_hardware: ModelWrapper) -> None:
    typed = tiny_hardware.transform(InferDataTypes())
    assert typed.get_tensor_datatype(typed.graph.output[0].name).name == "UINT8"
