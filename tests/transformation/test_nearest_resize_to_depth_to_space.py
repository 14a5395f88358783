# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""NearestResizeToDepthToSpace: repeated channels, shuffled, are nearest-neighbour up-sampling."""

from __future__ import annotations

import pytest

from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.nearest_resize_to_depth_to_space import NearestResizeToDepthToSpace
from tests.transformation.graphs import Network, assert_equal_values, operators, rewrite


@pytest.mark.parametrize("factor", [2, 3])
def test_an_integer_factor_is_a_shuffle(factor: int) -> None:
    network = Network()
    model = network.model(network.resize("in0", factor))
    shuffled, count = rewrite(model, NearestResizeToDepthToSpace())
    assert count == 1
    assert operators(shuffled) == {"Gather": 1, "DepthToSpace": 1}
    assert_equal_values(model, shuffled)


@pytest.mark.parametrize(("rows", "columns"), [(1.5, 1.5), (2.0, 3.0), (1.0, 1.0)])
def test_other_factors_are_refused(rows: float, columns: float) -> None:
    network = Network(height=4, width=6)
    how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    scales = network.constant([1.0, 1.0, rows, columns])
    model = network.model(network.node("Resize", "in0", "", scales, **how))
    size = rf"from \[4, 6\] to \[{int(4 * rows)}, {int(6 * columns)}\]"
    with pytest.raises(
        UnsupportedOperatorError, match=rf"^node Resize_0 \(Resize\): {size}; .* one integer factor"
    ):
        rewrite(model, NearestResizeToDepthToSpace())


def test_a_linear_resize_is_left_alone() -> None:
    network = Network()
    assert rewrite(network.model(network.resize("in0", 2.0, "linear")), NearestResizeToDepthToSpace())[1] == 0
