# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""UnshareWeights: every use of shared weights gets its own copy."""

from __future__ import annotations

import numpy as np
import pytest
from finn.transformation.qonnx.fold_quant_weights import FoldQuantWeights
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.transformation.unshare_weights import UnshareWeights
from tests.transformation.graphs import (
    Network,
    assert_equal_values,
    binary_weights,
    integer_weights,
    operators,
    rewrite,
)


def _quantized(network: Network, kind: str) -> str:
    if kind == "sign":
        return network.sign(network.constant(0.3 * binary_weights(3, 3)))
    scales = np.array([0.25, 0.5, 2.0]).reshape(3, 1, 1, 1)
    return network.quant(network.constant(0.6 * integer_weights(3, 3)), scale=scales)


def _recurrent(kind: str, uses: int) -> ModelWrapper:
    """Return a network that convolves with the same weights again and again."""
    network = Network()
    weights, x = _quantized(network, kind), "in0"
    for _ in range(uses):
        x = network.quant(network.node("Conv", x, weights, kernel_shape=[3, 3], pads=[1] * 4), bits=12)
    return network.model(x)


@pytest.mark.parametrize("kind", ["quant", "sign"])
def test_every_use_gets_its_own_quantizer_and_constants(kind: str) -> None:
    model = _recurrent(kind, 3)
    unshared, count = rewrite(model, UnshareWeights())
    assert count == 0, "one sweep"
    assert operators(unshared)["Conv"] == 3
    assert sum(operators(unshared).values()) == sum(operators(model).values()) + 2
    quantizers = [unshared.find_producer(n.input[1]) for n in unshared.get_nodes_by_op_type("Conv")]
    names = [name for quantizer in quantizers for name in (quantizer.name, *quantizer.input)]
    assert len(set(names)) == len(names)
    assert_equal_values(model, unshared)


def test_scales_of_unshared_weights_move_on_their_own() -> None:
    model = _recurrent("quant", 2)
    folded = rewrite(model, UnshareWeights())[0].transform(FoldQuantWeights())
    assert operators(folded) == {"Conv": 2, "Mul": 2, "Quant": 2}
    assert_equal_values(model, folded)


def test_activations_keep_their_quantizer() -> None:
    network = Network()
    x = network.quant("in0", bits=7)
    model = network.model(network.node("Add", x, x))
    assert operators(rewrite(model, UnshareWeights())[0]) == operators(model)
