# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""ChannelGatherToConvolution: a selection of channels as a 1x1 convolution."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.transformation.channel_gather_to_convolution import ChannelGatherToConvolution
from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from tests.transformation.graphs import Network, assert_equal_values, operators, rewrite


def _gathered(order: list[int], axis: int = 1, datatype: str = "UINT8") -> Network:
    network = Network(channels=3, datatype=datatype)
    network.node("Gather", "in0", network.constant(np.array(order), "INT64"), axis=axis)
    return network


@pytest.mark.parametrize("order", [[0, 1, 2, 0], [0, 0, 1, 1, 2, 2, 0, 1], [2, 0, 1], [1], [0, 1]])
def test_a_selection_becomes_a_convolution_that_has_a_hardware_form(order: list[int]) -> None:
    model = _gathered(order).model("Gather_0_out")
    convolved, count = rewrite(model, ChannelGatherToConvolution())
    assert count == 1
    assert operators(convolved) == {"Conv": 1}
    assert_equal_values(model, convolved)
    folded, _ = rewrite(convolved, FoldConvolutions())
    assert operators(folded) == {"WindowGenerator": 1, "IntegerMVU": 1, "Transpose": 2}
    assert_equal_values(model, folded)


@pytest.mark.parametrize(
    ("order", "axis", "datatype"),
    [
        ([0, 1, 2], 1, "UINT8"),
        ([0, 1, 2] * 4, 1, "UINT8"),
        ([1, 0], 2, "UINT8"),
        ([0, 0, 1, 2], 1, "FLOAT32"),
    ],
    ids=["all", "repetition", "rows", "floats"],
)
def test_what_stays(order: list[int], axis: int, datatype: str) -> None:
    model = _gathered(order, axis, datatype).model("Gather_0_out")
    assert rewrite(model, ChannelGatherToConvolution())[1] == 0
