# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""NarrowStreams: what an epilogue reaches types the windows and residuals behind it."""

from __future__ import annotations

import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from bbcu_fpga.transformation.fold_epilogues import FoldEpilogues
from bbcu_fpga.transformation.narrow_streams import NarrowStreams
from tests.transformation.graphs import Network, assert_equal_values, integer_weights, rewrite


def _folded(model: ModelWrapper) -> ModelWrapper:
    return rewrite(rewrite(model, FoldConvolutions())[0], FoldEpilogues())[0]


def _two_convolutions() -> ModelWrapper:
    """Return a convolution of which ReLU keeps the positive half, and one behind it."""
    network = Network(channels=3, datatype="UINT4")
    sums = network.convolution("in0", integer_weights(3, 3, limit=2))
    tensor = network.quant(network.elementwise("Mul", network.node("Relu", sums), 0.25), bits=12)
    sums = network.convolution(tensor, integer_weights(2, 3, seed=1, limit=2))
    return network.model(network.quant(network.elementwise("Mul", sums, 0.0625), bits=8))


def test_windows_take_the_type_that_the_epilogue_reaches() -> None:
    model = _two_convolutions()
    folded = _folded(model)
    with pytest.raises(ModelError, match=r"input .* is UINT\d, not INT12"):
        folded.transform(InferDataTypes())
    narrowed, _ = rewrite(folded, NarrowStreams())
    kinds = [
        getCustomOp(node).get_nodeattr("datatype")
        for node in narrowed.get_nodes_by_op_type("WindowGenerator")
    ]
    assert kinds == ["UINT4", "UINT7"]
    units = narrowed.get_nodes_by_op_type("IntegerMVU")
    assert [getCustomOp(unit).get_nodeattr("input_datatype") for unit in units] == kinds
    assert_equal_values(model, narrowed.transform(InferDataTypes()))


def test_a_residual_takes_the_type_of_the_side_that_is_folded_later() -> None:
    network = Network(channels=2, datatype="UINT4")
    sides = [
        network.quant(
            network.elementwise("Mul", network.convolution("in0", integer_weights(2, 2, seed=seed)), 0.125),
            bits=12,
        )
        for seed in (0, 1)
    ]
    model = network.model(network.quant(network.node("Add", *sides), bits=12))
    narrowed, _ = rewrite(_folded(model), NarrowStreams())
    kinds = [
        getCustomOp(node).get_nodeattr("residual_datatype")
        for node in narrowed.get_nodes_by_op_type("Epilogue")
    ]
    assert "INT12" not in kinds
    assert sum(kind != "" for kind in kinds) == 1
    assert_equal_values(model, narrowed.transform(InferDataTypes()))
