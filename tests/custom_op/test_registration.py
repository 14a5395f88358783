# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Every operator is found by FINN, in all forms, and its interface follows from its streams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from finn.custom_op.fpgadataflow.hlsbackend import HLSBackend
from finn.custom_op.fpgadataflow.hwcustomop import HWCustomOp
from finn.custom_op.fpgadataflow.rtlbackend import RTLBackend
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
from finn.util.fpgadataflow import is_fpgadataflow_node, is_hls_node, is_rtl_node
from qonnx.core.datatype import DataType
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.infer_datatypes import InferDataTypes

from bbcu_fpga.custom_op import HLS_OPERATORS, OPERATORS, RTL_OPERATORS
from bbcu_fpga.errors import FoldingError, ModelError
from tests.custom_op.operators import HEIGHT, WIDTH, execute, random_tensor, single_node

PIXELS = HEIGHT * WIDTH
FUNCTION = np.array([[0, 1, -2, 3], [5, 4, 3, 2], [0, 1, 2, 3], [-1, 2, -3, 4], [7, 6, 5, 4]], np.float32)


SIGNS = np.random.default_rng(5).choice(np.float32([-1, 1]), (6, 36))


@dataclass(frozen=True)
class Case:
    """One operator with (folded shape, payload bits) of every port, and its cycles per frame."""

    attributes: dict[str, Any]
    inputs: list[tuple[list[int], int]]
    outputs: list[tuple[list[int], int]]
    cycles: int
    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    undivided: dict[str, int] = field(default_factory=dict)


def folded(words: int, lanes: int, factor: int = 1) -> list[int]:
    return [1, factor * HEIGHT, factor * WIDTH, words, lanes]


BITS = {"input_datatype": "BIPOLAR", "weight_datatype": "BIPOLAR", "accumulator_datatype": "INT7"}
BYTES = {"input_datatype": "UINT8", "weight_datatype": "INT4", "accumulator_datatype": "INT17"}
MATRIX = {"MW": 36, "MH": 6, "channels": 4, "SIMD": 2, "PE": 3}
SUMS = {"accumulator_datatype": "INT7", "pre_shift": 2, "sum_low": -128, "sum_high": 127}
OUT = {"out_low": -5, "out_high": 90}
CASES = {
    "WindowGenerator": Case(
        {"channels": 6, "kernel": 3, "SIMD": 2, "flag": 1, "datatype": "BIPOLAR"},
        [(folded(3, 2), 2)],
        [(folded(27, 2), 2 + 1)],
        PIXELS * 27,
        undivided={"SIMD": 4},
    ),
    "XnorPopcountMVU": Case(
        {**MATRIX, **BITS},
        [(folded(18, 2), 2 + 1)],
        [(folded(2, 3), 3 * 7)],
        PIXELS * 18 * 2,
        {"weights": SIGNS},
        {"SIMD": 3},
    ),
    "IntegerMVU": Case(
        {**MATRIX, **BYTES},
        [(folded(18, 2), 16)],
        [(folded(2, 3), 3 * 17)],
        PIXELS * 18 * 2,
        {"weights": SIGNS},
        {"PE": 4},
    ),
    "DepthwiseUnit": Case(
        {"channels": 4, "taps": 9, **BITS},
        [(folded(9, 4), 4 + 1)],
        [(folded(1, 4), 4 * 7)],
        PIXELS * 9,
        {"weights": SIGNS[:4, :9]},
    ),
    "Epilogue": Case(
        {
            "channels": 4,
            "PE": 2,
            "residual": 1,
            "residual_datatype": "INT9",
            "repeat": 2,
            "post": 1,
            **SUMS,
            **OUT,
        },
        [(folded(2, 2), 14), (folded(1, 2), 18)],
        [(folded(2, 2), 16)],
        PIXELS * 2,
        {"pre": FUNCTION, "post": FUNCTION},
        {"PE": 4},
    ),
    "Threshold": Case(
        {"channels": 6, "PE": 3, "datatype": "INT9", "threshold_datatype": "INT10"},
        [(folded(2, 3), 27)],
        [(folded(2, 3), 3)],
        PIXELS * 2,
        {"thresholds": np.arange(-3, 3, dtype=np.float32)},
        {"PE": 5},
    ),
    "PixelShuffle": Case(
        {"channels": 4, "factor": 2, "PE": 2, "datatype": "INT9"},
        [(folded(8, 2), 18)],
        [(folded(2, 2, factor=2), 18)],
        PIXELS * 8,
        undivided={"PE": 8},
    ),
    "PixelUnshuffle": Case(
        {"channels": 4, "factor": 2, "PE": 2, "datatype": "INT9", "width": 6},
        [([1, 4, 6, 2, 2], 18)],
        [([1, 2, 3, 8, 2], 18)],
        4 * 6 * 2,
        undivided={"PE": 8},
    ),
    "BilinearKernel": Case(
        {"channels": 3, "factor": 2, "datatype": "UINT8"},
        [(folded(9, 3), 24 + 1)],
        [(folded(4, 3), 36)],
        PIXELS * 9,
    ),
    "LightCurve": Case(
        {"channels": 6, "PE": 3, "light_bits": 12, "parameter_bits": 7, "in_shift": 4, "out_shift": 1},
        [(folded(2, 3), 3 * 8), (folded(2, 3), 3 * 7)],
        [(folded(2, 3), 3 * 11)],
        PIXELS * 2,
        undivided={"PE": 4},
    ),
    "StreamFork": Case(
        {"channels": 6, "PE": 3, "datatype": "UINT5"},
        [(folded(2, 3), 15)],
        [(folded(2, 3), 15)] * 2,
        PIXELS * 2,
        undivided={"PE": 4},
    ),
}


def test_every_operator_has_a_case_and_all_forms() -> None:
    assert [operator.__name__ for operator in OPERATORS] == list(CASES)
    assert [operator.__name__ for operator in RTL_OPERATORS] == [f"{name}_rtl" for name in CASES]
    assert [operator.__name__ for operator in HLS_OPERATORS] == [f"{name}_hls" for name in CASES]


@pytest.mark.parametrize("style", ["rtl", "hls"])
@pytest.mark.parametrize("name", CASES)
def test_finn_finds_all_forms(name: str, style: str) -> None:
    case = CASES[name]
    model, operator = single_node(name, case.parameters, **case.attributes)
    assert isinstance(operator, HWCustomOp)
    assert is_fpgadataflow_node(model.graph.node[0])
    operator.set_nodeattr("preferred_impl_style", style)
    specialized = model.transform(SpecializeLayers("xc7z020clg400-1"))
    (node,) = specialized.graph.node
    assert node.op_type == f"{name}_{style}"
    assert (is_rtl_node(node), is_hls_node(node)) == (style == "rtl", style == "hls")
    form = getCustomOp(node)
    assert isinstance(form, {"rtl": RTLBackend, "hls": HLSBackend}[style])
    assert form.get_nodeattr("layer") == "body"
    assert form.input_streams() == operator.input_streams()


@pytest.mark.parametrize("form", ["", "_rtl", "_hls"])
@pytest.mark.parametrize("name", CASES)
def test_finns_interface_follows_from_the_streams(name: str, form: str) -> None:
    case = CASES[name]
    _, operator = single_node(name + form, case.parameters, **case.attributes)
    for index, (shape, bits) in enumerate(case.inputs):
        assert operator.get_folded_input_shape(index) == shape
        assert operator.get_normal_input_shape(index) == [*shape[:3], shape[3] * shape[4]]
        assert operator.get_instream_width(index) == bits
        assert operator.get_instream_width_padded(index) == 8 * -(-bits // 8)
        assert operator.get_input_datatype(index) == operator.input_streams()[index].datatype
    for index, (shape, bits) in enumerate(case.outputs):
        assert operator.get_folded_output_shape(index) == shape
        assert operator.get_normal_output_shape(index) == [*shape[:3], shape[3] * shape[4]]
        assert operator.get_outstream_width(index) == bits
        assert operator.get_outstream_width_padded(index) == 8 * -(-bits // 8)
        assert operator.get_output_datatype(index) == operator.output_streams()[index].datatype
    assert operator.get_instream_width(len(case.inputs)) == 0, "a parameter has no port"
    words = {f"out{index}": int(np.prod(shape[:-1])) for index, (shape, _) in enumerate(case.outputs)}
    assert operator.get_number_output_values() == (words if len(words) > 1 else words["out0"])
    assert operator.get_exp_cycles() == case.cycles


@pytest.mark.parametrize("name", CASES)
def test_resources_are_estimated(name: str) -> None:
    case = CASES[name]
    _, operator = single_node(name, case.parameters, **case.attributes)
    resources = operator.node_res_estimation("xc7z020clg400-1")
    assert resources["LUT"] > 0
    assert min(resources.values()) >= 0


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.undivided])
def test_lanes_that_do_not_divide_are_refused(name: str) -> None:
    case = CASES[name]
    _, operator = single_node(name, case.parameters, **case.attributes)
    operator.check_folding()
    for attribute, value in case.undivided.items():
        operator.set_nodeattr(attribute, value)
        size = operator.fold_attributes()[attribute]
        with pytest.raises(
            FoldingError, match=rf"^layer body: {attribute}={value} does not divide {size}; possible"
        ):
            operator.check_folding()


@pytest.mark.parametrize("name", CASES)
def test_a_tensor_of_another_type_is_refused(name: str) -> None:
    case = CASES[name]
    model, operator = single_node(name, case.parameters, **case.attributes)
    typed = model.transform(InferDataTypes())
    for index, stream in enumerate(operator.output_streams()):
        assert typed.get_tensor_datatype(f"out{index}") == stream.tensor_datatype
    expected = operator.input_streams()[-1].tensor_datatype.name
    last = len(case.inputs) - 1
    model.set_tensor_datatype(f"in{last}", DataType["INT32"])
    with pytest.raises(ModelError, match=rf"^body: input in{last} is INT32, not {expected}$"):
        model.transform(InferDataTypes())


@pytest.mark.parametrize("name", CASES)
def test_a_tensor_of_another_shape_is_refused(name: str) -> None:
    case = CASES[name]
    _, operator = single_node(name, case.parameters, **case.attributes)
    tensors = [random_tensor(operator, index) for index in range(len(case.inputs))]
    context = dict(
        zip(
            operator.onnx_node.input,
            [tensors[0][:, :-1], *tensors[1:], *case.parameters.values()],
            strict=True,
        )
    )
    with pytest.raises(
        ModelError, match=r"^body: input of shape \(1, 3, [56], \d+\), expected \(1, 4, [56], \d+\)"
    ):
        operator.execute_node(context, None)


@pytest.mark.parametrize("form", ["_rtl", "_hls"])
@pytest.mark.parametrize("name", CASES)
def test_all_forms_compute_the_same(name: str, form: str) -> None:
    case = CASES[name]
    (model, operator), (other_model, other) = (
        single_node(name + suffix, case.parameters, **case.attributes) for suffix in ("", form)
    )
    other.set_nodeattr("exec_mode", "cppsim")
    tensors = [random_tensor(operator, index, seed=index) for index in range(len(case.inputs))]
    expected = execute(model, *tensors)
    assert list(expected.shape) == operator.get_normal_output_shape()
    np.testing.assert_array_equal(execute(other_model, *tensors), expected)
