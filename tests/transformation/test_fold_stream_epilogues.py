# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldStreamEpilogues: sums of two streams, and activations of a stream."""

from __future__ import annotations

import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from bbcu_fpga.transformation.fold_epilogues import FoldEpilogues
from bbcu_fpga.transformation.fold_stream_epilogues import FoldStreamEpilogues
from bbcu_fpga.transformation.fold_thresholds import FoldThresholds
from tests.transformation.graphs import Network, assert_equal_values, integer_weights, operators, rewrite


def trunk(
    network: Network, x: str, seed: int, bits: int = 9, signed: bool = True, scale: float = 0.125
) -> str:
    """Return a stream: a convolution, scaled and quantized so that it uses its whole range."""
    sums = network.convolution(x, integer_weights(4, 3, seed=seed))
    return network.quant(network.elementwise("Mul", sums, scale), bits=bits, signed=signed)


def folded(network: Network, result: str) -> tuple[ModelWrapper, ModelWrapper, int]:
    """Return the graph before and after the pass, with epilogues behind its convolutions."""
    model = network.model(result)
    before = rewrite(rewrite(model, FoldConvolutions())[0], FoldEpilogues())[0]
    return model, *rewrite(before, FoldStreamEpilogues())


def forked_sum(network: Network, bits: int = 9, early_signed: bool = True) -> str:
    """Return early + late, both read elsewhere too, so that no convolution absorbs the sum."""
    early = trunk(network, "in0", 0, signed=early_signed)
    late = trunk(network, "in0", 1)
    total = network.quant(network.node("Add", early, late), bits=bits)
    return network.node("Concat", early, late, total, axis=1)


@pytest.mark.parametrize("early_signed", [True, False])
def test_a_sum_of_streams_saturates_in_an_epilogue(early_signed: bool) -> None:
    network = Network()
    model, after, count = folded(network, forked_sum(network, early_signed=early_signed))
    assert count == 1
    assert operators(after)["Epilogue"] == 3
    assert "Add" not in operators(after)
    assert_equal_values(model, after)
    (node,) = (n for n in after.get_nodes_by_op_type("Epilogue") if n.name.endswith("_sum_epilogue"))
    operator = getCustomOp(node)
    assert (operator.get_nodeattr("sum_low"), operator.get_nodeattr("sum_high")) == (-256, 255)
    residual = after.find_producer(node.input[1])
    early = after.get_nodes_by_op_type("Epilogue")[0]
    assert residual.op_type == "Transpose"
    assert after.find_producer(residual.input[0]).input[0] == early.output[0], "the earlier one waits"


def test_an_activation_of_a_stream_is_an_epilogue() -> None:
    network = Network()
    stream = trunk(network, "in0", 0)
    bent = network.quant(network.node("LeakyRelu", stream, alpha=0.125), bits=9)
    model, after, count = folded(network, network.node("Concat", stream, bent, axis=1))
    assert count == 1
    assert operators(after)["Epilogue"] == 2
    assert "LeakyRelu" not in operators(after)
    assert_equal_values(model, after)


def test_a_sum_of_bits_is_left_alone() -> None:
    """A bit stands for -1 or +1; an epilogue would add the bits themselves."""
    network = Network()
    bits = [network.sign(trunk(network, "in0", seed)) for seed in (0, 1)]
    model = network.model(network.node("Add", *bits))
    for transformation in (FoldConvolutions(), FoldEpilogues(), FoldThresholds()):
        model = rewrite(model, transformation)[0]
    after, count = rewrite(model, FoldStreamEpilogues())
    assert count == 0
    assert operators(after)["Add"] == 1


def test_what_does_more_than_saturate_follows_the_sum() -> None:
    network = Network()
    model, after, count = folded(network, forked_sum(network, bits=8))
    assert count == 2
    assert_equal_values(model, after)
    names = [node.name.split("_", 2)[-1] for node in after.get_nodes_by_op_type("Epilogue")]
    assert names[2:] == ["sum_epilogue", "sum_activation_epilogue"]
    total = getCustomOp(after.get_nodes_by_op_type("Epilogue")[2])
    assert (total.get_nodeattr("sum_low"), total.get_nodeattr("sum_high")) == (-512, 510)


def test_a_stream_that_leaves_the_sums_range_on_one_side_is_not_saturated_alone() -> None:
    network = Network()
    early, late = trunk(network, "in0", 0), trunk(network, "in0", 1)
    total = network.quant(network.node("Add", early, late), bits=9, signed=False)
    model, after, count = folded(network, network.node("Concat", early, late, total, axis=1))
    assert count == 2
    assert_equal_values(model, after)


def test_one_channel_that_does_more_than_saturate_counts() -> None:
    network = Network(height=2)
    early, late = trunk(network, "in0", 0), trunk(network, "in0", 1)
    scaled = network.elementwise("Mul", network.node("Add", early, late), [1.0, 1.0, 1.0, 0.5])
    model, after, count = folded(
        network, network.node("Concat", early, late, network.quant(scaled, bits=9), axis=1)
    )
    assert count == 2
    assert_equal_values(model, after)


def test_two_sums_of_one_stream_have_two_names() -> None:
    network = Network()
    streams = [trunk(network, "in0", seed) for seed in (0, 1, 2)]
    sums = [network.quant(network.node("Add", streams[i], streams[2]), bits=9) for i in (0, 1)]
    model, after, count = folded(network, network.node("Concat", *streams, *sums, axis=1))
    assert count == 2
    names = [node.name for node in after.get_nodes_by_op_type("Epilogue")]
    assert len(set(names)) == 5
    assert_equal_values(model, after)


def test_sums_beyond_float32_are_refused() -> None:
    network = Network()
    streams = [trunk(network, "in0", seed, bits=25, scale=2048.0) for seed in (0, 1)]
    total = network.quant(network.node("Add", *streams), bits=25)
    with pytest.raises(ExactnessError, match=r"^node Add_\d+ \(Add\): sums reach 33554432, float32 is exact"):
        folded(network, network.node("Concat", *streams, total, axis=1))


def test_unsigned_streams_add_up_too() -> None:
    network = Network()
    streams = [trunk(network, "in0", seed, bits=8, signed=False) for seed in (0, 1)]
    total = network.quant(network.node("Add", *streams), bits=8, signed=False)
    model, after, count = folded(network, network.node("Concat", *streams, total, axis=1))
    assert count == 1
    assert_equal_values(model, after)
    (node,) = (n for n in after.get_nodes_by_op_type("Epilogue") if n.name.endswith("_sum_epilogue"))
    assert getCustomOp(node).get_nodeattr("accumulator_datatype") == "UINT8"


def test_an_activation_has_the_range_that_it_reaches() -> None:
    network = Network()
    stream = trunk(network, "in0", 0, bits=8, signed=False)
    quarter = network.quant(network.elementwise("Mul", stream, 0.25), bits=9)
    model, after, count = folded(network, network.node("Concat", stream, quarter, axis=1))
    assert count == 1
    assert_equal_values(model, after)
    operator = getCustomOp(after.get_nodes_by_op_type("Epilogue")[1])
    assert (operator.get_nodeattr("out_low"), operator.get_nodeattr("out_high")) == (0, 64)


def test_an_activation_without_integer_form_is_refused() -> None:
    network = Network()
    stream = trunk(network, "in0", 0)
    bent = network.quant(network.node("LeakyRelu", stream, alpha=0.1), bits=9)
    with pytest.raises(ExactnessError, match=r"^layer node LeakyRelu_\d+ \(LeakyRelu\), channel 0"):
        folded(network, network.node("Concat", stream, bent, axis=1))
