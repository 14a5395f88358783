# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""check_supported and check_hardware_only: what has no hardware form is named."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.check_operators import check_hardware_only, check_supported
from tests.transformation.graphs import Network


def test_the_shipped_network_passes_before_and_after(
    tiny_network: ModelWrapper, tiny_hardware: ModelWrapper
) -> None:
    check_supported(tiny_network)
    check_hardware_only(tiny_hardware)


def test_an_unknown_operator_is_named_with_what_is_supported() -> None:
    network = Network()
    model = network.model(network.node("MaxPool", network.quant("in0"), kernel_shape=[3, 3]))
    message = r"^node MaxPool_1 \(MaxPool\) has no hardware form\. Supported: Conv .*SpaceToDepth; Resize"
    with pytest.raises(UnsupportedOperatorError, match=message):
        check_supported(model)
    model.graph.node[1].name = ""
    with pytest.raises(UnsupportedOperatorError, match=r"^node MaxPool_1_out \(MaxPool\)"):
        check_supported(model)


@pytest.mark.parametrize("operator", ["Pad", "Slice"])
def test_a_frame_that_is_padded_and_cropped_is_named(operator: str) -> None:
    network = Network(height=5, width=7)
    border = {"Pad": [[0, 0, 0, 0, 0, 0, 1, 1]], "Slice": [[0, 0], [4, 6], [2, 3]]}[operator]
    constants = [network.constant(np.array(value), "INT64") for value in border]
    result = network.node(operator, network.quant("in0"), *constants)
    model = network.model(network.node("SpaceToDepth", result, blocksize=2))
    message = rf"\({operator}\) has no hardware form: for a frame of 5x7 .* choose an even height and width"
    with pytest.raises(UnsupportedOperatorError, match=message):
        check_supported(model)


def test_what_is_left_is_named_but_not_the_transposes_around_it() -> None:
    network = Network()
    turned = network.node("Transpose", "in0", perm=[0, 2, 3, 1])
    back = network.node("Transpose", turned, perm=[0, 3, 1, 2])
    model = network.model(network.elementwise("Mul", back, 2.0))
    with pytest.raises(
        UnsupportedOperatorError, match=r"^node Mul_2 \(Mul\) has no hardware form here\. Supported"
    ):
        check_hardware_only(model)


def test_a_transpose_alone_is_named() -> None:
    network = Network()
    model = network.model(network.node("Transpose", "in0", perm=[0, 2, 3, 1]))
    with pytest.raises(
        UnsupportedOperatorError, match=r"^node Transpose_0 \(Transpose\) has no hardware form here"
    ):
        check_hardware_only(model)
