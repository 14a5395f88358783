# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""ExtractQuantizerScales: Quant(x; s) = s * Quant(x / s; 1)."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.extract_quantizer_scales import ExtractQuantizerScales
from tests.transformation.graphs import Network, assert_equal_values, operators, rewrite


def test_scales_become_factors() -> None:
    network = Network(datatype="INT8")
    trunk = network.quant(network.elementwise("Mul", "in0", 0.37), scale=0.25, bits=6)
    model = network.model(network.quant(network.elementwise("Add", trunk, 0.6), scale=2.0, bits=4))
    split, _ = rewrite(model, ExtractQuantizerScales())
    assert operators(split) == {"Mul": 1 + 2, "Add": 1, "Quant": 2, "Div": 2}
    quantizers = split.get_nodes_by_op_type("Quant")
    assert [float(split.get_initializer(node.input[1])) for node in quantizers] == [1.0, 1.0]
    assert_equal_values(model, split)
    typed = split.transform(InferDataTypes())
    assert [typed.get_tensor_datatype(node.output[0]).name for node in quantizers] == ["INT6", "INT4"]


def test_an_integer_quantizer_stays() -> None:
    network = Network()
    model = network.model(network.quant("in0", bits=8, signed=False))
    split, _ = rewrite(model, ExtractQuantizerScales())
    assert operators(split) == {"Quant": 1}


@pytest.mark.parametrize(
    ("scale", "zero_point", "named"),
    [
        (0.3, 0.0, "scale 0.3"),
        (-0.5, 0.0, "scale -0.5"),
        (np.full((1, 3, 1, 1), 0.5), 0.0, "scale None"),
        (0.5, 1.0, "zero point 1.0"),
        (1.0, 3.0, "zero point 3.0"),
    ],
)
def test_other_scales_are_refused(scale: ArrayLike, zero_point: float, named: str) -> None:
    network = Network()
    model = network.model(network.quant("in0", scale=scale, zero_point=zero_point), datatypes=False)
    with pytest.raises(
        ModelError, match=rf"^node Quant_0 \(Quant\): .*{named}.*power-of-two scale per tensor"
    ):
        rewrite(model, ExtractQuantizerScales())
