# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Operators as nodes of a graph with nothing else, and what the tests of all operators do with them."""

from __future__ import annotations

import numpy as np
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx

from bbcu_fpga.custom_op.base import StreamOperator
from bbcu_fpga.numerics import IntArray
from bbcu_fpga.transformation.single_node import HEIGHT, WIDTH, single_node

__all__ = ["HEIGHT", "WIDTH", "execute", "fields", "memory_words", "random_tensor", "single_node"]


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
