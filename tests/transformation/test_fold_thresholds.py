# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldThresholds: sign(s*x + m_c) = (x >= t_c)."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from bbcu_fpga.transformation.fold_thresholds import FoldThresholds
from tests.transformation.graphs import (
    Network,
    assert_equal_values,
    binary_weights,
    integer_weights,
    operators,
    rewrite,
)

SHIFTS = np.array([3.3, -200.0, 500.0, -0.5])


def shifted_sign(network: Network, x: str) -> str:
    return network.sign(network.elementwise("Add", network.elementwise("Mul", x, 0.25), SHIFTS))


@pytest.mark.parametrize("datatype", ["INT12", "UINT8"])
def test_a_shifted_sign_is_a_threshold(datatype: str) -> None:
    network = Network(channels=4, datatype=datatype)
    model = network.model(shifted_sign(network, "in0"))
    folded, count = rewrite(model, FoldThresholds())
    assert count == 1
    assert operators(folded) == {"Transpose": 2, "Threshold": 1}
    assert_equal_values(model, folded)
    folded.transform(InferDataTypes())
    levels = folded.get_initializer(folded.get_nodes_by_op_type("Threshold")[0].input[1])
    expected = [-13, 800, -2000, 2] if datatype == "INT12" else [0, 256, 0, 2]
    assert levels.tolist() == expected


def test_batch_normalized_accumulators_need_no_epilogue() -> None:
    network = Network(channels=3)
    sums = network.convolution("in0", integer_weights(4, 3, limit=1))
    model = network.model(shifted_sign(network, sums))
    folded, _ = rewrite(rewrite(model, FoldConvolutions())[0], FoldThresholds())
    assert operators(folded)["Threshold"] == 1
    assert_equal_values(model, folded)


def test_the_threshold_is_named_after_the_layer_it_feeds() -> None:
    network = Network(channels=4, datatype="INT12")
    model = network.model(network.convolution(shifted_sign(network, "in0"), binary_weights(2, 4), "BIPOLAR"))
    folded, count = rewrite(rewrite(model, FoldConvolutions())[0], FoldThresholds())
    assert count == 1
    assert folded.get_nodes_by_op_type("Threshold")[0].name == "Conv_3_threshold"
    assert_equal_values(model, folded)


def test_a_falling_sign_is_refused() -> None:
    network = Network(channels=4, datatype="INT8")
    model = network.model(network.sign(network.elementwise("Mul", "in0", [1.0, 1.0, 1.0, -0.5])))
    with pytest.raises(ExactnessError, match="^node BipolarQuant_1, channel 3: its sign is no single rising"):
        rewrite(model, FoldThresholds())


def test_a_sign_of_real_numbers_stays() -> None:
    network = Network(datatype="FLOAT32")
    assert rewrite(network.model(network.sign("in0")), FoldThresholds())[1] == 0
