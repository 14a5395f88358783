# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldLightCurves: x + r (x^2 - x), rounded in between, as one operator per step."""

from __future__ import annotations

import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.general import SortGraph
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.transformation.extract_quantizer_scales import ExtractQuantizerScales
from bbcu_fpga.transformation.fold_light_curves import FoldLightCurves
from tests.transformation.graphs import Network, assert_equal_values, integer_weights, operators, rewrite

LIGHT, PARAMETER = 12, 8
STEP = 2.0**-LIGHT


def curve_network(
    steps: int, darken: float = 1.0, pixels: bool = True, bend_bits: int = LIGHT
) -> ModelWrapper:
    """Return the curve on pixels, with a parameter from a convolution, scales behind the quantizers."""
    network = Network(channels=3, height=4, width=9)
    source = network.quant("in0", signed=False)
    sums = network.convolution("in0", integer_weights(3, 3))
    parameter = network.quant(
        network.elementwise("Mul", sums, 2.0**-12), scale=2.0 ** (1 - PARAMETER), bits=PARAMETER
    )
    light = network.quant(network.elementwise("Mul", source, darken / 256), STEP, LIGHT, signed=False)
    for _ in range(steps):
        product = network.node("Mul", light, network.elementwise("Sub", light, 1.0))
        bend = network.quant(product, STEP, bend_bits)
        delta = network.quant(network.node("Mul", parameter, bend), STEP, LIGHT)
        light = network.quant(network.node("Add", light, delta), STEP, LIGHT, signed=False)
    if pixels:
        light = network.quant(network.elementwise("Mul", light, 256.0), signed=False)
    model = network.model(light)
    for transformation in (ExtractQuantizerScales(), SortGraph(), InferDataTypes()):
        model = model.transform(transformation)
    return model


def shifts(model: ModelWrapper) -> list[tuple[int, int]]:
    nodes = map(getCustomOp, model.get_nodes_by_op_type("LightCurve"))
    return [(node.get_nodeattr("in_shift"), node.get_nodeattr("out_shift")) for node in nodes]


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_every_step_becomes_an_operator_from_pixels_to_pixels(steps: int) -> None:
    model = curve_network(steps)
    folded, count = rewrite(model, FoldLightCurves())
    assert count == steps
    # the pixels' and the parameter's quantizers stay
    assert operators(folded)["LightCurve"] == steps
    assert operators(folded)["Quant"] == 2
    assert not {"Add", "Sub"} & set(operators(folded))
    expected = [(0, 0)] * steps
    expected[0], expected[-1] = (4, expected[0][1]), (expected[-1][0], 4)
    assert shifts(folded) == ([(4, 4)] if steps == 1 else expected)
    assert_equal_values(model, folded, seeds=range(4))
    assert [node.name for node in folded.get_nodes_by_op_type("LightCurve")] == [
        f"curve_{step}" for step in range(steps)
    ]


def test_light_that_is_no_shifted_pixel_keeps_its_quantizers() -> None:
    model = curve_network(1, darken=0.75, pixels=False)
    folded, count = rewrite(model, FoldLightCurves())
    assert count == 1
    assert shifts(folded) == [(0, 0)]
    assert operators(folded)["Quant"] == 3
    assert_equal_values(model, folded, seeds=range(4))


def test_another_rounding_is_no_curve() -> None:
    model = curve_network(1, bend_bits=LIGHT - 3)
    folded, count = rewrite(model, FoldLightCurves())
    assert count == 0
    assert operators(folded) == operators(model)
