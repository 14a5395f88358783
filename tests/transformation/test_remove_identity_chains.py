# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""RemoveIdentityChains: Quant(s * x / s) = x."""

from __future__ import annotations

import pytest

from bbcu_fpga.transformation.remove_identity_chains import RemoveIdentityChains
from tests.transformation.graphs import Network, assert_equal_values, operators, rewrite


def test_what_changes_no_integer_goes() -> None:
    network = Network(datatype="INT6")
    scaled = network.elementwise("Div", network.elementwise("Mul", "in0", 0.3), 0.3)
    tensor = network.elementwise("Mul", network.quant(scaled, bits=7), 0.5)
    model = network.model(network.quant(tensor))
    shorter, count = rewrite(model, RemoveIdentityChains())
    assert count == 1
    assert operators(shorter) == {"Mul": 1, "Quant": 1}
    assert_equal_values(model, shorter)


@pytest.mark.parametrize(
    ("gain", "bits", "signed"),
    [(1.0, 5, True), (1.0, 8, False), (1.02, 8, True), (0.5, 8, True), (-1.0, 8, True)],
)
def test_what_changes_an_integer_stays(gain: float, bits: int, signed: bool) -> None:
    network = Network(datatype="INT6")
    tensor = network.quant(network.elementwise("Mul", "in0", gain), bits=bits, signed=signed)
    model = network.model(network.elementwise("Mul", tensor, 2.0))
    assert rewrite(model, RemoveIdentityChains())[1] == 0


def test_a_channel_that_changes_keeps_the_chain() -> None:
    network = Network(datatype="INT6")
    tensor = network.quant(network.elementwise("Mul", "in0", [1.0, 1.02, 1.0]))
    assert rewrite(network.model(network.elementwise("Mul", tensor, 2.0)), RemoveIdentityChains())[1] == 0


def test_a_sign_stays() -> None:
    network = Network(datatype="BIPOLAR")
    assert rewrite(network.model(network.sign("in0")), RemoveIdentityChains())[1] == 0


def test_the_output_keeps_its_name_and_other_readers_their_values() -> None:
    network = Network(datatype="INT6")
    first = network.quant(network.elementwise("Mul", "in0", 0.5), bits=5)
    network.elementwise("Mul", first, 3.0)  # reads what the output's quantizer reads
    model = network.model(network.quant(first, bits=8))
    shorter, count = rewrite(model, RemoveIdentityChains())
    assert count == 1
    assert [output.name for output in shorter.graph.output] == [output.name for output in model.graph.output]
    produced = {name for node in shorter.graph.node for name in node.output} | {"in0"}
    read = {
        name for node in shorter.graph.node for name in node.input if shorter.get_initializer(name) is None
    }
    assert read <= produced
    assert_equal_values(model, shorter)


def test_a_graph_that_does_nothing_keeps_its_node() -> None:
    network = Network(datatype="INT6")
    assert rewrite(network.model(network.quant("in0")), RemoveIdentityChains())[1] == 0
