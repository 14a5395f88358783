# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Small QONNX graphs, written operator by operator, and what the tests of the passes do with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.base import Transformation
from qonnx.transformation.general import SortGraph
from qonnx.transformation.infer_datatypes import InferDataTypes
from qonnx.transformation.infer_shapes import InferShapes

QONNX = "qonnx.custom_op.general"
Floats = NDArray[np.float32]


class Network:
    """A graph with one input ``in0`` [1, C, H, W]; a method appends an operator and returns its result."""

    def __init__(self, channels: int = 3, height: int = 5, width: int = 6, datatype: str = "UINT8") -> None:
        self.shape, self.datatype = [1, channels, height, width], datatype
        self.nodes: list[Any] = []
        self.constants: dict[str, tuple[np.ndarray, str]] = {}

    def constant(self, value: ArrayLike, datatype: str = "FLOAT32") -> str:
        """Add a constant: floats as float32, integers (indices) as int64."""
        array = np.asarray(value)
        kind = np.int64 if np.issubdtype(array.dtype, np.integer) and datatype == "INT64" else np.float32
        name = f"constant_{len(self.constants)}"
        self.constants[name] = array.astype(kind), "FLOAT32" if datatype == "INT64" else datatype
        return name

    def node(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node named after its operator and position."""
        name = f"{operator}_{len(self.nodes)}"
        result = f"{name}_out"
        self.nodes.append(
            helper.make_node(operator, list(inputs), [result], name, domain=domain, **attributes)
        )
        return result

    def quant(
        self, x: str, scale: ArrayLike = 1.0, bits: int = 8, signed: bool = True, zero_point: float = 0.0
    ) -> str:
        """Quantize to integers times `scale`, rounding half to even."""
        numbers = [self.constant(np.float32(value)) for value in (scale, zero_point, bits)]
        options = {"signed": int(signed), "narrow": 0, "rounding_mode": "ROUND"}
        return self.node("Quant", x, *numbers, domain=QONNX, **options)

    def sign(self, x: str) -> str:
        """Binarize."""
        return self.node("BipolarQuant", x, self.constant(1.0), domain=QONNX)

    def elementwise(self, operator: str, x: str, value: ArrayLike) -> str:
        """Apply an operator with a constant; an array is one number per channel."""
        number = np.asarray(value, np.float32)
        shape = (1, -1, 1, 1) if operator != "PRelu" else (-1, 1, 1)
        return self.node(operator, x, self.constant(number.reshape(shape) if number.ndim else number))

    def convolution(self, x: str, weights: np.ndarray, datatype: str = "INT8", **attributes: Any) -> str:
        """Convolve with weights [M, C, K, K], zeros outside the image."""
        geometry = {
            "kernel_shape": list(weights.shape[2:]),
            "pads": [weights.shape[2] // 2] * 4,
            **attributes,
        }
        return self.node("Conv", x, self.constant(weights, datatype), **geometry)

    def resize(self, x: str, factor: float, mode: str = "nearest", **attributes: Any) -> str:
        """Up-sample as PyTorch does, corners not aligned."""
        how = {"coordinate_transformation_mode": "asymmetric" if mode == "nearest" else "half_pixel"}
        if mode == "nearest":
            how["nearest_mode"] = "floor"
        scales = self.constant([1.0, 1.0, factor, factor])
        return self.node("Resize", x, "", scales, mode=mode, **{**how, **attributes})

    def mean_of_repeated(self, x: str, factor: int, **changes: Any) -> str:
        """Up-sample by an odd factor: the mean of factor x factor pixels, each of which is repeated."""
        margin = self.constant(np.array([0, 0, factor // 2, factor // 2] * 2), "INT64")
        padded = self.node("Pad", self.resize(x, factor), margin, mode=changes.pop("pad", "edge"))
        pooling = {"kernel_shape": [factor] * 2, "strides": [1, 1], "pads": [0] * 4, **changes}
        return self.node("AveragePool", padded, **pooling)

    def model(self, result: str, datatypes: bool = True) -> ModelWrapper:
        """Return the graph that computes `result`, with shapes and, if asked for, datatypes inferred."""
        graph = helper.make_graph(
            self.nodes,
            "network",
            [helper.make_tensor_value_info("in0", TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info(result, TensorProto.FLOAT, None)],
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(QONNX, 1)]
        model = ModelWrapper(helper.make_model(graph, opset_imports=opsets, ir_version=10))
        for name, (value, datatype) in self.constants.items():
            model.set_initializer(name, value)
            model.set_tensor_datatype(name, DataType[datatype])
        model.set_tensor_datatype("in0", DataType[self.datatype])
        model = model.transform(InferShapes())
        return model.transform(InferDataTypes()) if datatypes else model


def copied(model: ModelWrapper) -> ModelWrapper:
    """Return a graph that may be changed."""
    return ModelWrapper(model.model, make_deepcopy=True)


def rewrite(model: ModelWrapper, transformation: Transformation) -> tuple[ModelWrapper, int]:
    """Return the graph after a pass, and how many rewrites the pass reported; `model` stays as it is."""
    changed, count, again = copied(model), 0, True
    while again:
        changed, again = transformation.apply(changed)
        count += int(again)
    return changed.transform(SortGraph()), count


def random_input(model: ModelWrapper, seed: int = 0) -> Floats:
    """Return random integers of the input's datatype, its ends included."""
    source = model.graph.input[0].name
    kind, shape = model.get_tensor_datatype(source), model.get_tensor_shape(source)
    random = np.random.default_rng(seed)
    if kind.name == "BIPOLAR":
        return random.choice(np.float32([-1, 1]), shape)
    values = random.integers(int(kind.min()), int(kind.max()) + 1, shape).astype(np.float32)
    values.reshape(-1)[[0, -1]] = kind.min(), kind.max()
    return values


def outputs(model: ModelWrapper, values: Floats) -> Floats:
    """Execute a graph."""
    return execute_onnx(model, {model.graph.input[0].name: values})[model.graph.output[0].name]


def assert_equal_values(before: ModelWrapper, after: ModelWrapper, seeds: Sequence[int] = (0, 1)) -> None:
    """Check that two graphs give the same integers for random inputs."""
    for seed in seeds:
        values = random_input(before, seed)
        expected = outputs(before, values)
        assert np.unique(expected).size > 1, "a constant output proves nothing"
        np.testing.assert_array_equal(outputs(after, values), expected)


def operators(model: ModelWrapper) -> Counter[str]:
    """Count the operators."""
    return Counter(node.op_type for node in model.graph.node)


def integer_weights(
    rows: int, channels: int, kernel: int = 3, seed: int = 0, limit: int = 7
) -> NDArray[np.int64]:
    """Return random convolution weights [rows, channels, kernel, kernel] in ``-limit..limit``."""
    return np.random.default_rng(seed).integers(-limit, limit + 1, (rows, channels, kernel, kernel))


def binary_weights(rows: int, channels: int, kernel: int = 3, seed: int = 0) -> NDArray[np.int64]:
    """Return random weights of -1 and +1."""
    return np.random.default_rng(seed).choice([-1, 1], (rows, channels, kernel, kernel))
