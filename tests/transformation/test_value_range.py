# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""value_range and accumulator_range: what an integer tensor can hold."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from bbcu_fpga.transformation.fold_epilogues import FoldEpilogues
from bbcu_fpga.transformation.value_range import accumulator_range, accumulator_type, value_range
from tests.transformation.graphs import Network, integer_weights, rewrite


@pytest.mark.parametrize(("low", "high"), [(0, 3), (-1, 1), (-4, 3), (1, 2), (-3, -1)])
def test_accumulators_reach_their_extremes(low: int, high: int) -> None:
    weights = np.array([[2, -3, 1], [0, 0, 0], [-1, -1, -5]])
    taps = np.array(list(product(sorted({*range(low, high + 1), 0}), repeat=3)))  # 0: outside the image
    sums = taps @ weights.T
    least, most = accumulator_range(weights, low, high)
    np.testing.assert_array_equal(least, sums.min(axis=0))
    np.testing.assert_array_equal(most, sums.max(axis=0))


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [([-3, -400], [100, 7], "INT10"), ([-3, -4], [7, 100], "INT8"), ([0, 2], [1, 3], "INT3")],
)
def test_the_type_of_accumulators_holds_every_row_and_a_sign(
    low: list[int], high: list[int], kind: str
) -> None:
    assert accumulator_type(np.array(low), np.array(high)).name == kind


def test_a_range_is_the_datatypes_or_the_epilogues() -> None:
    network = Network(channels=4)
    scaled = network.elementwise("Mul", network.convolution("in0", integer_weights(4, 4, limit=1)), 2.0**-6)
    quantized = network.quant(scaled, bits=12)
    shuffled = network.node("DepthToSpace", quantized, blocksize=2, mode="DCR")
    model = network.model(shuffled)
    assert value_range(model, "in0") == (0, 255)
    assert value_range(model, shuffled) == (-2048, 2047)
    folded, _ = rewrite(rewrite(model, FoldConvolutions())[0], FoldEpilogues())
    low, high = value_range(folded, shuffled)
    assert -150 < low < high < 150, "at most 36 * 255 / 64"
