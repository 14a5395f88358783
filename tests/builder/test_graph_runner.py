# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The runner computes what QONNX computes, and a memory spares exactly the nodes that did not change."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.builder.graph_runner import GraphRunner, Memory
from bbcu_fpga.builder.verification import Verifier
from bbcu_fpga.errors import ExactnessError, ModelError
from tests.transformation.graphs import (
    Network,
    binary_weights,
    copied,
    integer_weights,
    outputs,
    random_input,
)
from tests.transformation.streaming_graphs import residual_network


def unit() -> ModelWrapper:
    """Return a graph with what exported networks hold: both kinds of node, an unused input, a shared one."""
    network = Network(3)
    head = network.quant(network.convolution("in0", integer_weights(4, 3)), 0.25, bits=9)
    bits = network.sign(network.elementwise("Add", head, np.linspace(-9, 9, 4)))
    sums = network.convolution(bits, binary_weights(4, 4, 3), "BIPOLAR")
    branch = network.quant(network.elementwise("PRelu", sums, [0.3, -0.2, 0.7, 1.1]), 0.25, bits=9)
    total = network.node("Add", branch, branch)
    large = network.resize(network.node("Add", total, head), 2, mode="linear")
    return network.model(network.quant(large, bits=8, signed=False))


class Counting(GraphRunner):
    """Counts the nodes that are executed."""

    count = 0

    def _execute(self, node, context):
        self.count += 1
        super()._execute(node, context)


def executed(model: ModelWrapper, values: np.ndarray, memory: Memory) -> int:
    """Run a graph, compare it with QONNX, and return how many of its nodes were executed."""
    runner = Counting(model)
    found = runner.run({model.graph.input[0].name: values}, memory)[model.graph.output[0].name]
    np.testing.assert_array_equal(found, outputs(model, values))
    return runner.count


@pytest.mark.parametrize("model", [unit(), residual_network()], ids=["qonnx", "hardware"])
def test_it_computes_what_qonnx_computes(model: ModelWrapper) -> None:
    source, result = model.graph.input[0].name, model.graph.output[0].name
    runner = GraphRunner(model)
    for seed in range(3):
        values = random_input(model, seed)
        found = runner.run({source: values})[result]
        np.testing.assert_array_equal(found, outputs(model, values))
        assert len(np.unique(found)) > 20


def test_only_what_changed_is_executed_again() -> None:
    model, memory, values = unit(), Memory(), random_input(unit())
    nodes = len(model.graph.node)
    assert executed(model, values, memory) == nodes
    assert executed(copied(model), values, memory) == 0
    renamed = copied(model)
    renamed.rename_tensor("Conv_0_out", "sums")
    assert executed(renamed, values, memory) == 0, "names do not matter"
    weights = copied(model)
    (last,) = (node for node in weights.graph.node if node.op_type == "PRelu")
    slopes = weights.get_initializer(last.input[1]).copy()
    slopes.flat[0] += 1
    weights.set_initializer(last.input[1], slopes)
    assert 0 < executed(weights, values, memory) < nodes
    executed(model, values, memory)
    attribute = copied(model)
    (resize,) = attribute.get_nodes_by_op_type("Resize")
    (mode,) = (entry for entry in resize.attribute if entry.name == "coordinate_transformation_mode")
    mode.s = b"asymmetric"
    assert 0 < executed(attribute, values, memory) < nodes
    executed(model, values, memory)
    operator = copied(model)
    operator.get_nodes_by_op_type("Add")[0].op_type = "Sub"
    assert 0 < executed(operator, values, memory) < nodes
    assert executed(model, 255 - values, memory) > nodes // 2, "another picture is computed anew"
    for _ in range(2):
        executed(model, values, memory)
    assert executed(weights, values, memory) > 0, "only the last run is remembered"


class FlipOneWeight(Transformation):
    """A pass that is wrong."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        name = model.get_nodes_by_op_type("Conv")[1].input[1]
        weights = model.get_initializer(name).copy()
        weights.flat[4] *= -1
        model.set_initializer(name, weights)
        return model, False


class Nothing(Transformation):
    """A pass that changes nothing."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        return model, False


def test_a_wrong_pass_is_found_behind_one_that_is_remembered() -> None:
    model = unit()
    verifier = Verifier(model, 5, 6)
    verifier.apply(model, [Nothing, Nothing])
    with pytest.raises(ExactnessError, match=r"after pass FlipOneWeight: \d+ of"):
        verifier.apply(model, [Nothing, FlipOneWeight])


@pytest.mark.parametrize(("error", "fits"), [(0.005, True), (0.02, False)])
def test_a_tensor_that_is_declared_integer_holds_integers(error: float, fits: bool) -> None:
    network = Network()
    model = network.model(network.elementwise("Add", "in0", error), datatypes=False)
    model.set_tensor_datatype(model.graph.output[0].name, DataType["INT16"])
    values = random_input(model)
    if not fits:
        with pytest.raises(ModelError, match=r"Add_0_out is declared INT16"):
            GraphRunner(model).run({"in0": values})
        return
    (found,) = GraphRunner(model).run({"in0": values}).values()
    np.testing.assert_array_equal(found, values)


def test_a_node_before_its_input_is_refused() -> None:
    model = unit()
    node = model.graph.node[-1]
    model.graph.node.remove(node)
    model.graph.node.insert(0, node)
    with pytest.raises(ModelError, match=r"reads Resize_\d+_out, which is not computed"):
        GraphRunner(model).run({"in0": random_input(model)})
