# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""ChannelsLastBoundary: the host delivers and takes NHWC frames."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.channels_last_boundary import ChannelsLastBoundary
from tests.transformation.graphs import Network, operators, outputs, random_input, rewrite

LAST, FIRST = [0, 2, 3, 1], [0, 3, 1, 2]


def test_both_ends_become_channels_last() -> None:
    network = Network()
    halves = network.elementwise("Mul", network.node("Transpose", "in0", perm=LAST), 0.5)
    doubled = network.elementwise("Mul", network.node("Transpose", "in0", perm=LAST), 2.0)
    model = network.model(network.node("Transpose", network.node("Add", halves, doubled), perm=FIRST))
    last, count = rewrite(model, ChannelsLastBoundary())
    assert count == 1
    assert operators(last) == {"Mul": 2, "Add": 1}
    assert [last.get_tensor_shape(name) for name in ("in0", model.graph.output[0].name)] == [[1, 5, 6, 3]] * 2
    values = random_input(model)
    expected = outputs(model, values).transpose(LAST)
    np.testing.assert_array_equal(outputs(last, np.ascontiguousarray(values.transpose(LAST))), expected)


def test_an_input_read_channels_first_is_refused() -> None:
    network = Network()
    turned = network.node("Transpose", network.node("Transpose", "in0", perm=LAST), perm=FIRST)
    model = network.model(network.node("Add", turned, "in0"))
    with pytest.raises(ModelError, match=r"^input in0 feeds \['Add Add_2'\] channels first; only streams"):
        rewrite(model, ChannelsLastBoundary())


def test_an_output_that_is_no_stream_is_refused() -> None:
    network = Network()
    turned = network.node("Transpose", network.node("Transpose", "in0", perm=LAST), perm=FIRST)
    model = network.model(network.elementwise("Mul", turned, 2.0))
    with pytest.raises(ModelError, match="^output Mul_2_out is made by Mul Mul_2, not by a stream"):
        rewrite(model, ChannelsLastBoundary())


def test_a_graph_without_transposes_stays() -> None:
    network = Network()
    assert rewrite(network.model(network.elementwise("Mul", "in0", 2.0)), ChannelsLastBoundary())[1] == 0
