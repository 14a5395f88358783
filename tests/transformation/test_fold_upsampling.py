# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FoldBilinearResize and FoldDepthToSpace."""

from __future__ import annotations

from typing import Any

import pytest
from qonnx.transformation.infer_datatypes import InferDataTypes
from qonnx.transformation.infer_shapes import InferShapes

from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.bilinear_pattern import mean_of_repeated
from bbcu_fpga.transformation.fold_upsampling import FoldBilinearResize, FoldDepthToSpace
from bbcu_fpga.transformation.nearest_resize_to_depth_to_space import NearestResizeToDepthToSpace
from tests.transformation.graphs import Network, assert_equal_values, operators, rewrite

HARDWARE = {"Transpose": 2, "WindowGenerator": 1, "BilinearKernel": 1, "PixelShuffle": 1, "Mul": 1}


@pytest.mark.parametrize(("datatype", "factor", "bits"), [("UINT8", 2, 4), ("UINT4", 2, 4), ("UINT8", 4, 6)])
def test_linear_upsampling_is_exact(datatype: str, factor: int, bits: int) -> None:
    network = Network(datatype=datatype)
    model = network.model(network.resize("in0", float(factor), "linear"))
    folded, count = rewrite(model, FoldBilinearResize())
    assert count == 1
    assert operators(folded) == HARDWARE
    assert_equal_values(model, folded)
    typed = folded.transform(InferShapes()).transform(InferDataTypes())
    shuffle = typed.get_nodes_by_op_type("PixelShuffle")[0]
    fractions = typed.get_tensor_datatype(shuffle.output[0])
    assert fractions.name == f"UINT{int(datatype[4:]) + bits}"


@pytest.mark.parametrize("factor", [3, 5])
def test_the_mean_of_repeated_pixels_is_bilinear(factor: int) -> None:
    network = Network()
    # no quotient ties: whatever divides by 9, the same sixteenth is nearest
    mean = network.quant(network.mean_of_repeated("in0", factor), scale=1 / 16, bits=13)
    model = network.model(mean)
    assert rewrite(model, NearestResizeToDepthToSpace())[1] == 0
    folded, count = rewrite(model, FoldBilinearResize())
    assert count == 1
    assert operators(folded) == {**HARDWARE, "Quant": 1}
    assert_equal_values(model, folded)


@pytest.mark.parametrize(
    ("factor", "changes"),
    [
        (2, {}),
        (3, {"pad": "reflect"}),
        (3, {"kernel_shape": [3, 1]}),
        (3, {"strides": [3, 3]}),
        (3, {"pads": [1] * 4}),
        (3, {"auto_pad": "SAME_UPPER", "pads": None}),
    ],
)
def test_another_mean_is_not_bilinear(factor: int, changes: dict[str, Any]) -> None:
    network = Network()
    model = network.model(network.mean_of_repeated("in0", factor, **changes))
    (resize,) = model.get_nodes_by_op_type("Resize")
    assert mean_of_repeated(model, resize) is None


ALIGNED = {"coordinate_transformation_mode": "align_corners"}
REFUSED: dict[str, tuple[str, float, str, dict[str, Any], str]] = {
    "corners": ("UINT8", 2.0, "linear", ALIGNED, "corners are aligned; use align_corners=False"),
    "x1.5": ("UINT8", 1.5, "linear", {}, r"from \[5, 6\] to \[7, 9\]; supported is one integer factor"),
    "x3": (
        "UINT8",
        3.0,
        "linear",
        {},
        r"linear by 3, no power of two: .*; use brevitas_models.units.bilinear",
    ),
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
