# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldEpilogues: everything between an accumulator and the trunk, in integers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.general import SortGraph
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.errors import ExactnessError, ModelError
from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from bbcu_fpga.transformation.fold_epilogues import FoldEpilogues
from bbcu_fpga.transformation.fold_thresholds import FoldThresholds
from tests.transformation.graphs import (
    Network,
    assert_equal_values,
    binary_weights,
    integer_weights,
    operators,
    rewrite,
)

CHANNELS, BITS, STEP = 4, 9, 0.0625


@dataclass(frozen=True)
class Unit:
    """A binary unit on a trunk of integers: alpha, RPReLU, residual addition, activation."""

    residual: bool = True
    leaky: float | None = None
    repeat: int = 1
    sum_bits: int = BITS

    def write(self) -> ModelWrapper:
        """Return the graph with the convolution folded."""
        network, rows = Network(CHANNELS, datatype=f"INT{BITS}"), CHANNELS * self.repeat
        random = np.random.default_rng(2)
        bits = network.sign(network.elementwise("Add", "in0", random.normal(0, 20, CHANNELS)))
        sums = network.convolution(bits, binary_weights(rows, CHANNELS), "BIPOLAR")
        total = self._rprelu(network, sums, rows, random)
        if self.residual:
            trunk = (
                network.node("Gather", "in0", self._repetition(network), axis=1) if self.repeat > 1 else "in0"
            )
            total = network.quant(network.node("Add", total, trunk), bits=self.sum_bits)
        if self.leaky is not None:
            bent = network.node("LeakyRelu", network.elementwise("Mul", total, STEP), alpha=self.leaky)
            total = network.quant(network.elementwise("Div", bent, STEP), bits=BITS)
        return rewrite(network.model(total), FoldConvolutions())[0]

    @staticmethod
    def _rprelu(network: Network, sums: str, rows: int, random: np.random.Generator) -> str:
        slopes = random.uniform(-0.4, 1.2, rows)
        x = network.elementwise("Mul", sums, random.uniform(0.1, 0.9, rows))
        x = network.elementwise("Add", x, random.normal(0, 2, rows))
        x = network.elementwise("Add", network.elementwise("PRelu", x, slopes), random.normal(0, 1, rows))
        return network.quant(network.elementwise("Div", x, STEP), bits=BITS)

    def _repetition(self, network: Network) -> str:
        return network.constant(np.tile(np.arange(CHANNELS), self.repeat), "INT64")


UNITS = {
    "pre": Unit(residual=False),
    "residual": Unit(),
    "post": Unit(leaky=0.125),
    "repeat": Unit(repeat=4),
    "repeat and post": Unit(repeat=2, leaky=0.25),
}


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_becomes_one_epilogue(name: str) -> None:
    unit = UNITS[name]
    model = unit.write()
    folded, count = rewrite(model, FoldEpilogues())
    assert count == 1
    folded, _ = rewrite(folded, FoldThresholds())
    transposes = operators(folded).pop("Transpose")
    assert operators(folded) == {
        "Threshold": 1,
        "WindowGenerator": 1,
        "XnorPopcountMVU": 1,
        "Epilogue": 1,
        "Transpose": transposes,
    }
    (node,) = folded.get_nodes_by_op_type("Epilogue")
    operator = getCustomOp(node)
    assert node.name == "Conv_2_epilogue"
    assert operator.get_nodeattr("residual") == unit.residual
    assert operator.get_nodeattr("repeat") == unit.repeat
    assert operator.get_nodeattr("post") == (unit.leaky is not None)
    assert_equal_values(model, folded)
    folded.transform(InferDataTypes())


def test_the_accumulator_is_as_wide_as_its_taps() -> None:
    folded, _ = rewrite(UNITS["pre"].write(), FoldEpilogues())
    (mvu,) = folded.get_nodes_by_op_type("XnorPopcountMVU")
    # 9 * 4 = 36 taps of +-1
    assert getCustomOp(mvu).get_nodeattr("accumulator_datatype") == "INT7"
    assert folded.get_tensor_datatype(mvu.output[0]).name == "INT7"


def test_the_output_range_is_what_is_reached() -> None:
    network = Network(channels=4, datatype="UINT2")
    sums = network.convolution("in0", np.concatenate([np.ones((1, 4, 3, 3)), -np.ones((1, 4, 3, 3))]))
    model = network.model(network.quant(network.elementwise("Mul", sums, 0.5), bits=12))
    folded, _ = rewrite(rewrite(model, FoldConvolutions())[0], FoldEpilogues())
    operator = getCustomOp(folded.get_nodes_by_op_type("Epilogue")[0])
    # 36 taps of up to 3, halved
    assert (operator.get_nodeattr("out_low"), operator.get_nodeattr("out_high")) == (-54, 54)
    assert operator.get_output_datatype().name == "INT7"
    assert_equal_values(model, folded)


def test_an_integer_head_is_folded() -> None:
    network = Network(channels=3)
    sums = network.convolution("in0", integer_weights(4, 3))
    biased = network.elementwise("Add", network.elementwise("Mul", sums, 2.0**-7), [1.5, -9.25, 0.3, 7.7])
    model = network.model(network.quant(biased, bits=8))
    folded, count = rewrite(rewrite(model, FoldConvolutions())[0], FoldEpilogues())
    assert count == 1
    assert operators(folded)["Epilogue"] == 1
    assert_equal_values(model, folded)


def test_units_in_a_row_are_folded_in_stream_order() -> None:
    network = Network(channels=3, datatype="INT4")
    tensor = "in0"
    for seed in range(2):
        sums = network.convolution(tensor, integer_weights(3, 3, seed=seed, limit=2))
        tensor = network.quant(network.elementwise("Mul", sums, 0.0625), bits=4)
    model = network.model(tensor)
    converted, _ = rewrite(model, FoldConvolutions())
    first, again = FoldEpilogues().apply(converted.transform(SortGraph()))
    assert again
    assert [node.name for node in first.get_nodes_by_op_type("Epilogue")] == ["Conv_0_epilogue"]
    folded, _ = rewrite(first, FoldEpilogues())
    names = [node.name for node in folded.graph.node if node.op_type == "Epilogue"]
    assert names == ["Conv_0_epilogue", "Conv_3_epilogue"]
    assert_equal_values(model, folded)


def test_a_sum_in_another_range_is_refused() -> None:
    message = (
        r"^layer Conv_2: the sum of branch and residual is not quantized as the branch is \(range -256..255\)"
    )
    for bits in (BITS - 1, BITS + 1):
        with pytest.raises(ModelError, match=message):
            rewrite(Unit(sum_bits=bits).write(), FoldEpilogues())


def test_a_slope_of_a_tenth_behind_the_addition_is_refused() -> None:
    with pytest.raises(
        ExactnessError, match=r"^layer Conv_2, channel 0: no integer slope and offset.*dyadic"
    ):
        rewrite(Unit(leaky=0.1).write(), FoldEpilogues())


def test_a_branch_that_bends_twice_is_refused() -> None:
    network = Network(channels=3, datatype="INT4")
    x = network.elementwise("Mul", network.convolution("in0", integer_weights(3, 3, limit=1)), 0.5)
    x = network.elementwise("PRelu", x, [0.25, 0.5, 0.25])
    x = network.elementwise("PRelu", network.elementwise("Add", x, 3.0), [0.5, 0.25, 0.5])
    model, _ = rewrite(network.model(network.quant(x)), FoldConvolutions())
    with pytest.raises(
        ExactnessError, match="^node Quant_5, channel 0: bends at .* one breakpoint is supported"
    ):
        rewrite(model, FoldEpilogues())


def test_sums_beyond_float32_are_refused() -> None:
    network = Network(channels=3)
    weights = np.full((2, 3, 3, 3), 1 << 12)
    sums = network.elementwise("Mul", network.convolution("in0", weights, "INT16"), 2.0**-20)
    model, _ = rewrite(network.model(network.quant(sums)), FoldConvolutions())
    largest = 27 * 255 * (1 << 12)
    with pytest.raises(
        ExactnessError, match=rf"^layer Conv_0: its sums reach {largest}, beyond the {1 << 24}"
    ):
        rewrite(model, FoldEpilogues())


def test_an_accumulator_that_only_a_sign_reads_stays() -> None:
    network = Network(channels=3)
    sums = network.convolution("in0", integer_weights(3, 3))
    model, _ = rewrite(network.model(network.sign(network.elementwise("Mul", sums, 0.5))), FoldConvolutions())
    assert rewrite(model, FoldEpilogues())[1] == 0


def _clipped(bound: float, step: float) -> tuple[Network, str]:
    """Return a binary convolution, normalized, clipped at +-bound and quantized to `step`."""
    network = Network(channels=4, datatype="BIPOLAR")
    sums = network.convolution("in0", binary_weights(4, 4), "BIPOLAR")
    tensor = network.elementwise("Mul", sums, [0.3, -0.21, 0.02, 1.7])
    tensor = network.elementwise("Add", tensor, [0.5, -2.0, 0.11, 3.0])
    limits = (network.constant(-bound), network.constant(bound))
    tensor = network.node("Clip", tensor, *limits)
    return network, network.quant(network.elementwise("Div", tensor, step), bits=8)


@pytest.mark.parametrize(("bound", "step"), [(1.0, 0.0625), (2.3, 0.25), (3.0, 1.0)])
def test_a_clip_is_the_saturation_of_its_epilogue(bound: float, step: float) -> None:
    network, result = _clipped(bound, step)
    model = network.model(result)
    folded, count = rewrite(rewrite(model, FoldConvolutions())[0], FoldEpilogues())
    assert count == 1
    operator = getCustomOp(folded.get_nodes_by_op_type("Epilogue")[0])
    assert operator.get_nodeattr("out_high") <= min(127, round(bound / step))
    assert_equal_values(model, folded)


def test_a_sum_behind_a_clip_is_not_saturated_to_the_clip() -> None:
    network, branch = _clipped(1.0, 0.0625)
    trunk = network.elementwise("Mul", "in0", 100.0)
    model = network.model(network.quant(network.node("Add", branch, network.quant(trunk)), bits=8))
    folded, _ = rewrite(rewrite(model, FoldConvolutions())[0], FoldEpilogues())
    assert operators(folded)["Add"] == 1  # FoldStreamEpilogues takes it
    assert_equal_values(model, folded)


def test_a_second_quantizer_without_residual_is_the_second_function() -> None:
    network = Network(channels=3)
    sums = network.convolution("in0", integer_weights(4, 3))
    trunk = network.quant(network.elementwise("Mul", sums, 0.125), bits=9)  # saturates
    model = network.model(network.quant(network.elementwise("Div", trunk, 8.0), bits=6))
    folded, count = rewrite(rewrite(model, FoldConvolutions())[0], FoldEpilogues())
    assert count == 1
    operator = getCustomOp(folded.get_nodes_by_op_type("Epilogue")[0])
    assert (operator.get_nodeattr("residual"), operator.get_nodeattr("post")) == (0, 1)
    assert (operator.get_nodeattr("sum_low"), operator.get_nodeattr("sum_high")) == (-256, 255)
    assert_equal_values(model, folded)


def test_accumulators_are_signed_even_if_no_sum_is_negative() -> None:
    network = Network(channels=3, datatype="UINT8")
    sums = network.convolution("in0", np.eye(3).reshape(3, 3, 1, 1))
    model = network.model(network.quant(network.elementwise("Mul", sums, 0.5), bits=8))
    convolved, _ = rewrite(model, FoldConvolutions())
    folded, _ = rewrite(convolved, FoldEpilogues())
    for graph in (convolved, folded):
        unit = getCustomOp(graph.get_nodes_by_op_type("IntegerMVU")[0])
        assert unit.get_nodeattr("accumulator_datatype") == "INT9"
    assert_equal_values(model, folded)
