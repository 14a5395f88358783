# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The C++ form of every operator: template arguments, constants, and what is refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import NodeProto, helper
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.hls_function import HlsFunction, hls_function
from bbcu_fpga.errors import BuildError, FoldingError
from tests.custom_op.operators import single_node
from tests.custom_op.test_registration import CASES

TEMPLATES = {
    "WindowGenerator": "BITS=1 SIMD=2 CHANNELS=6 HEIGHT=4 WIDTH=5 KERNEL=3 FLAG=1",
    "XnorPopcountMVU": "PE=3 SIMD=2 MW=36 MH=6 PIXELS=20 ACC_BITS=7",
    "IntegerMVU": "PE=3 SIMD=2 MW=36 MH=6 PIXELS=20 Input=ap_uint<8> Weight=ap_int<4> ACC_BITS=17",
    "DepthwiseUnit": "CHANNELS=4 TAPS=9 PIXELS=20 FLAG=1 Input=ap_uint<1> Weight=ap_uint<1> ACC_BITS=7",
    "Epilogue": "PE=2 CHANNELS=4 PIXELS=20 Accumulator=ap_int<7> Result=ap_int<8>"
    " Sum=bbcu::Rounding<2, -128, 127> Pre=bbcu::Line<3, 4, 4> Residual=ap_int<9> REPEAT=2"
    " Out=bbcu::Rounding<0, -5, 90> Post=bbcu::Line<3, 4, 4>",
    "Threshold": "PE=3 CHANNELS=6 PIXELS=20 Input=ap_int<9> Bound=ap_int<10>",
    "PixelShuffle": "BEAT_BITS=18 FOLDS=2 HEIGHT=4 WIDTH=5 FACTOR=2",
    "PixelUnshuffle": "BEAT_BITS=18 FOLDS=2 HEIGHT=4 WIDTH=6 FACTOR=2",
    "BilinearKernel": "CHANNELS=3 BITS=8 FACTOR=2 PIXELS=20",
    "LightCurve": "PE=3 WORDS=40 LIGHT_BITS=12 PARAMETER_BITS=7 IN_SHIFT=4 OUT_SHIFT=1",
    "StreamFork": "WIDTH=15 WORDS=40",
}


def function_of(op_type: str, parameters: dict[str, np.ndarray] | None = None, **changes: Any) -> HlsFunction:
    """Return the C++ form of a case of the registration tests, some attributes changed."""
    case = CASES[op_type.partition("_")[0]]
    model, _ = single_node(op_type, parameters or case.parameters, **{**case.attributes, **changes})
    return hls_function(model.graph.node[0], model)


def test_every_operator_has_a_cpp_form() -> None:
    assert list(TEMPLATES) == list(CASES)


@pytest.mark.parametrize("form", ["", "_rtl", "_hls"])
@pytest.mark.parametrize("name", CASES)
def test_template_arguments_and_ports_follow_from_the_attributes(name: str, form: str) -> None:
    function, case = function_of(name + form), CASES[name]
    assert " ".join(f"{key}={value}" for key, value in function.template) == TEMPLATES[name]
    assert function.inputs == [bits for _, bits in case.inputs]
    assert function.outputs == [bits for _, bits in case.outputs]
    # header and function carry the operator's name in snake case
    assert function.name.replace("_", "") == name.lower()


def test_binary_weights_are_words_by_fold_and_row() -> None:
    weights = np.where(np.random.default_rng(1).random((6, 36)) < 0.5, -1.0, 1.0)
    (parameter,) = function_of("XnorPopcountMVU", {"weights": weights}).parameters
    assert (parameter.type, parameter.name, parameter.values.shape) == ("ap_uint<2>", "weights", (36, 3))
    for row in range(6):
        for column in range(36):
            word = parameter.values[row // 3 * 18 + column // 2, row % 3]
            assert word >> column % 2 & 1 == (weights[row, column] > 0)


def test_words_wider_than_a_machine_word_are_whole() -> None:
    weights = np.ones((1, 200))
    weights[0, 70] = -1
    sizes = {"MW": 200, "MH": 1, "channels": 200, "SIMD": 200, "PE": 1, "accumulator_datatype": "INT9"}
    (parameter,) = function_of("XnorPopcountMVU", {"weights": weights}, **sizes).parameters
    assert parameter.values.tolist() == [[2**200 - 1 - 2**70]]


def test_integer_weights_keep_row_and_column() -> None:
    weights = np.arange(216.0).reshape(6, 36) % 13 - 6
    (parameter,) = function_of("IntegerMVU", {"weights": weights}).parameters
    assert (parameter.type, parameter.values.shape) == ("ap_int<4>", (36, 3, 2))
    for fold, row, column in np.ndindex(36, 3, 2):
        expected = weights[fold // 18 * 3 + row, fold % 18 * 2 + column]
        assert parameter.values[fold, row, column] == expected


def test_functions_are_lines_by_channel() -> None:
    rows = np.arange(20).reshape(5, 4) - 9
    case = CASES["Epilogue"]
    pre, post = function_of("Epilogue", {"pre": rows, "post": -rows}).parameters
    assert case.attributes["PE"] == 2
    for parameter, numbers in ((pre, rows), (post, -rows)):
        assert (parameter.is_struct, parameter.values.shape) == (True, (2, 2, 5))
        np.testing.assert_array_equal(parameter.values.reshape(4, 5).T, numbers)
    assert (pre.name, post.name) == ("pre", "post")


def test_a_line_is_wide_enough_for_its_shift() -> None:
    (pre, _) = function_of(
        "Epilogue", {"pre": np.zeros((5, 4)), "post": np.ones((5, 4))}, pre_shift=20
    ).parameters
    assert pre.type == "bbcu::Line<2, 2, 20>"


def test_an_epilogue_without_residual_and_post_has_fewer_arguments() -> None:
    rows = {"pre": np.ones((5, 4))}
    function = function_of("Epilogue", rows, residual=0, post=0, repeat=1, out_low=-128, out_high=127)
    names = [name for name, _ in function.template]
    assert names == ["PE", "CHANNELS", "PIXELS", "Accumulator", "Result", "Sum", "Pre"]
    assert (function.inputs, len(function.parameters)) == ([14], 1)


def converter(in_width: int, out_width: int) -> tuple[NodeProto, ModelWrapper]:
    """Return FINN's width converter of a stream of 4 x 5 pixels of 24 bits."""
    shape = [1, 4, 5, 6]
    attributes = {"inShape": shape, "outShape": shape, "inWidth": in_width, "outWidth": out_width}
    domain, op_type = "finn.custom_op.fpgadataflow.rtl", "StreamingDataWidthConverter_rtl"
    common = {"domain": domain, "backend": "fpgadataflow", "dataType": "INT4"}
    node = helper.make_node(op_type, ["a"], ["b"], "body_dwc", **common, **attributes)
    return node, ModelWrapper(helper.make_model(helper.make_graph([node], "converter", [], [])))


@pytest.mark.parametrize(("widths", "words"), [((8, 24), 20), ((24, 4), 20), ((12, 12), 40)])
def test_finns_width_converter_has_ours(widths: tuple[int, int], words: int) -> None:
    function = hls_function(*converter(*widths))
    assert function.name == "stream_width_converter"
    expected = {"IN_WIDTH": str(widths[0]), "OUT_WIDTH": str(widths[1]), "WORDS": str(words)}
    assert dict(function.template) == expected
    assert (function.inputs, function.outputs) == ([widths[0]], [widths[1]])


def test_widths_that_do_not_divide_are_refused() -> None:
    with pytest.raises(FoldingError, match="^layer body_dwc: converts 8 to 12 bits, which are no multiples"):
        hls_function(*converter(8, 12))


@pytest.mark.parametrize(("bits", "accepted"), [(8, True), (9, False)])
def test_a_stream_wider_than_vitis_takes_is_refused_by_name(bits: int, accepted: bool) -> None:
    sizes = {"channels": 512, "PE": 512, "datatype": f"UINT{bits}"}
    if accepted:
        assert function_of("StreamFork", **sizes).inputs == [4096]
        return
    with pytest.raises(FoldingError, match="^layer body: a stream of 4608 bits is wider than the 4096 bits"):
        function_of("StreamFork", **sizes)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.undivided])
def test_lanes_that_do_not_divide_are_refused(name: str) -> None:
    with pytest.raises(FoldingError, match=r"^layer body: (PE|SIMD)=\d does not divide \d; possible"):
        function_of(name, **CASES[name].undivided)


@pytest.mark.parametrize(
    ("name", "changes", "problem"),
    [
        ("WindowGenerator", {"kernel": 2}, "kernel=2 is even, so that no pixel is its centre"),
        ("PixelShuffle", {"factor": 1}, "factor=1: there is nothing to shuffle below 2"),
        ("PixelUnshuffle", {"factor": 1}, "factor=1: there is nothing to shuffle below 2"),
        ("IntegerMVU", {"accumulator_datatype": "INT63"}, "the accumulator takes 63 bits, more than 62"),
        (
            "Epilogue",
            {"accumulator_datatype": "INT58"},
            "slope . x . offset of pre takes 63 bits, more than 62",
        ),
        ("Epilogue", {"post_shift": 62}, "slope . x . offset of post takes 63 bits, more than 62"),
    ],
)
def test_what_a_header_does_not_allow_is_refused_by_name(
    name: str, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(BuildError, match=f"^layer body: {problem}"):
        function_of(name, **changes)


def test_an_operator_without_cpp_form_is_refused_by_name() -> None:
    node = helper.make_node("Pool_hls", ["a"], ["b"], "odd", domain="finn.custom_op.fpgadataflow.hls")
    model = ModelWrapper(helper.make_model(helper.make_graph([node], "odd", [], [])))
    with pytest.raises(
        BuildError, match="^layer odd: Pool_hls has no HLS form; operators that have one: Bil"
    ):
        hls_function(node, model)
