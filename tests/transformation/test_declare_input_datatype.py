# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""DeclareInputDatatype: the quantizer at the input is a promise of the host."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from onnx import TensorProto, helper

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.declare_input_datatype import DeclareInputDatatype
from tests.transformation.graphs import Network, operators, rewrite


@pytest.mark.parametrize(
    ("bits", "signed", "name"), [(8, False, "UINT8"), (8, True, "INT8"), (4, False, "UINT4")]
)
def test_the_input_takes_the_quantizers_type(bits: int, signed: bool, name: str) -> None:
    network = Network(datatype="FLOAT32")
    model = network.model(network.elementwise("Mul", network.quant("in0", bits=bits, signed=signed), 0.5))
    declared, _ = rewrite(model, DeclareInputDatatype())
    assert declared.get_tensor_datatype("in0").name == name
    assert operators(declared) == operators(model)


def unquantized(network: Network) -> str:
    return network.elementwise("Mul", "in0", 2.0)


def scaled(network: Network) -> str:
    return network.quant("in0", scale=0.5)


def twice(network: Network) -> str:
    return network.node("Add", network.quant("in0"), network.quant("in0"))


@pytest.mark.parametrize("body", [unquantized, scaled, twice])
def test_anything_else_at_the_input_is_refused(body: Callable[[Network], str]) -> None:
    network = Network(datatype="FLOAT32")
    model = network.model(body(network), datatypes=False)
    with pytest.raises(ModelError, match="^input in0 must go through one Quant of scale 1"):
        rewrite(model, DeclareInputDatatype())


def test_a_second_input_is_refused() -> None:
    network = Network()
    model = network.model(network.quant("in0"))
    model.graph.input.append(helper.make_tensor_value_info("in1", TensorProto.FLOAT, [1]))
    with pytest.raises(ModelError, match="one input and one output"):
        rewrite(model, DeclareInputDatatype())
