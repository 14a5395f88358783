# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldBilinearResize and FoldDepthToSpace."""

from __future__ import annotations

from typing import Any

import pytest
from qonnx.transformation.infer_datatypes import InferDataTypes
from qonnx.transformation.infer_shapes import InferShapes

from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.fold_upsampling import FoldBilinearResize, FoldDepthToSpace
from tests.transformation.graphs import Network, assert_equal_values, operators, rewrite


@pytest.mark.parametrize("datatype", ["UINT8", "UINT4"])
def test_bilinear_upsampling_is_exact_in_sixteenths(datatype: str) -> None:
    network = Network(datatype=datatype)
    model = network.model(network.resize("in0", 2.0, "linear"))
    folded, count = rewrite(model, FoldBilinearResize())
    assert count == 1
    assert operators(folded) == {
        "Transpose": 2,
        "WindowGenerator": 1,
        "BilinearKernel": 1,
        "PixelShuffle": 1,
        "Mul": 1,
    }
    assert_equal_values(model, folded)
    typed = folded.transform(InferShapes()).transform(InferDataTypes())
    shuffle = typed.get_nodes_by_op_type("PixelShuffle")[0]
    sixteenths = typed.get_tensor_datatype(shuffle.output[0])
    assert sixteenths.name == f"UINT{int(datatype[4:]) + 4}"


ALIGNED = {"coordinate_transformation_mode": "align_corners"}
REFUSED: dict[str, tuple[str, float, str, dict[str, Any], str]] = {
    "corners": ("UINT8", 2.0, "linear", ALIGNED, "corners are aligned; use align_corners=False"),
    "x3": ("UINT8", 3.0, "linear", {}, r"from \[5, 6\] to \[15, 18\]; linear supports x2"),
    "signed": ("INT8", 2.0, "linear", {}, "input is INT8; supported are unsigned integers"),
    "float": ("FLOAT32", 2.0, "linear", {}, "input is FLOAT32"),
    "cubic": ("UINT8", 2.0, "cubic", {}, "mode cubic; supported are nearest, and linear"),
    "antialias": ("UINT8", 2.0, "linear", {"antialias": 1}, "mode linear; .* without antialiasing"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(case: str) -> None:
    datatype, factor, mode, how, reason = REFUSED[case]
    network = Network(datatype=datatype)
    model = network.model(network.resize("in0", factor, mode, **how))
    with pytest.raises(UnsupportedOperatorError, match=rf"^node Resize_0 \(Resize\): {reason}"):
        rewrite(model, FoldBilinearResize())


@pytest.mark.parametrize("factor", [2, 3])
def test_a_shuffle_becomes_hardware(factor: int) -> None:
    network = Network(channels=2 * factor**2, datatype="INT5")
    model = network.model(network.node("DepthToSpace", "in0", blocksize=factor, mode="DCR"))
    folded, count = rewrite(model, FoldDepthToSpace())
    assert count == 1
    assert operators(folded) == {"Transpose": 2, "PixelShuffle": 1}
    assert_equal_values(model, folded)
    assert folded.transform(InferDataTypes()).get_tensor_datatype(folded.graph.output[0].name).name == "INT5"
