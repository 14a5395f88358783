# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""SetAccumulators: slices go where they save most, and no more of them than there are."""

from __future__ import annotations

import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.transformation.set_accumulators import SetAccumulators
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding
from tests.transformation.graphs import assert_equal_values
from tests.transformation.streaming_graphs import residual_network

FOLDING = {"head": LayerFolding(2, 3), "body": LayerFolding(4, 2), "tail": LayerFolding(3, 1)}


@pytest.fixture(scope="module")
def network() -> ModelWrapper:
    """Return a network of an integer, a binary and an integer layer, folded."""
    return residual_network().transform(SetFolding(FOLDING))


def slices(model: ModelWrapper) -> int:
    return sum(int(getCustomOp(node).dsp_estimation("")) for node in model.graph.node)


def accumulator(model: ModelWrapper) -> str:
    (unit,) = [getCustomOp(node) for node in model.graph.node if node.name == "body_mvu"]
    return str(unit.get_nodeattr("accumulator"))


def test_a_slice_to_spare_is_used_and_none_else(network: ModelWrapper) -> None:
    assert accumulator(network) == "lut"
    others = slices(network)
    poor, rich = (network.transform(SetAccumulators(others + spare)) for spare in (0, 1))
    assert (accumulator(poor), slices(poor)) == ("lut", others)
    assert (accumulator(rich), slices(rich)) == ("dsp", others + 1)
    assert accumulator(rich.transform(SetAccumulators(others))) == "lut"
    assert_equal_values(network, rich)


def test_a_unit_that_does_not_fit_a_slice_keeps_its_luts(network: ModelWrapper) -> None:
    narrow = network.transform(SetFolding({**FOLDING, "body": LayerFolding(4, 4)}))
    assert accumulator(narrow.transform(SetAccumulators(1000))) == "lut"
