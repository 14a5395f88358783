# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Operators as nodes of a graph with nothing else, and what the tests of all operators do with them."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.base import StreamOperator
from bbcu_fpga.numerics import IntArray
from bbcu_fpga.transformation.graph_edit import HARDWARE_DOMAIN

HEIGHT, WIDTH = 4, 5


def single_node(
    op_type: str, parameters: dict[str, np.ndarray] | None = None, **attributes: Any
) -> tuple[ModelWrapper, StreamOperator]:
    """Return a graph of one operator, and it; `parameters` are its initializers by name.

    Inputs are called in0, in1, ... and outputs out0, out1, ...; shapes and datatypes are the operator's.
    """
    sizes = {"height": HEIGHT, "width": WIDTH, **attributes}
    _, _, style = op_type.partition("_")
    domain = f"{HARDWARE_DOMAIN}.{style}" if style else HARDWARE_DOMAIN
    common = {"domain": domain, "backend": "fpgadataflow", "name": "body", "layer": "body"}
    blank = getCustomOp(helper.make_node(op_type, [], [], **common, **sizes))
    inputs, outputs = blank.input_streams(), blank.output_streams()
    names = [f"in{i}" for i in range(len(inputs))], [f"out{i}" for i in range(len(outputs))]
    node = helper.make_node(op_type, [*names[0], *(parameters or {})], names[1], **common, **sizes)
    tensors = [
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, stream.shape)
            for name, stream in zip(*pair, strict=True)
        ]
        for pair in ((names[0], inputs), (names[1], outputs))
    ]
    model = ModelWrapper(helper.make_model(helper.make_graph([node], "operator", *tensors)))
    for name, value in (parameters or {}).items():
        model.set_initializer(name, value)
    for name, stream in zip(names[0], inputs, strict=True):
        model.set_tensor_datatype(name, stream.tensor_datatype)
    return model, getCustomOp(model.graph.node[0])


def execute(model: ModelWrapper, *values: IntArray, output: str = "out0") -> np.ndarray:
    """Execute the operator on the tensors of its streams."""
    return execute_onnx(model, {f"in{i}": value.astype(np.float32) for i, value in enumerate(values)})[output]


def random_tensor(operator: StreamOperator, index: int = 0, seed: int = 0) -> IntArray:
    """Return random elements for an input stream, the ends of its datatype included."""
    stream = operator.input_streams()[index]
    kind, random = stream.datatype, np.random.default_rng(seed)
    if kind == DataType["BIPOLAR"]:
        return random.choice([-1, 1], stream.shape)
    values = random.integers(int(kind.min()), int(kind.max()) + 1, stream.shape)
    values.reshape(-1)[[0, -1]] = int(kind.min()), int(kind.max())
    return values


def memory_words(lines: list[str]) -> list[int]:
    """Return the words of `$readmemh` lines."""
    return [int(line, 16) for line in lines]


def fields(word: int, widths: list[int]) -> list[int]:
    """Split a memory word into signed fields, the first in the lowest bits."""
    result = []
    for width in widths:
        field = word & ((1 << width) - 1)
        result.append(field - (1 << width) if field >> (width - 1) else field)
        word >>= width
    assert word == 0, "bits beyond the last field"
    return result
