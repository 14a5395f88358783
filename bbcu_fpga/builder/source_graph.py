# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Loading a graph that somebody else wrote: everything is checked before anything is computed or imported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import prod
from pathlib import Path

import numpy as np
import onnx
from onnx import AttributeProto, ModelProto, TensorProto, numpy_helper
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.builder.execution import check_reference, colours, execute, with_frame_size
from bbcu_fpga.builder.verification import check_size
from bbcu_fpga.errors import BbcuFpgaError, ModelError
from bbcu_fpga.transformation.check_operators import check_supported
from bbcu_fpga.transformation.name_layers import METADATA_KEY

# QONNX imports the Python module that a node's domain names, so that a graph could run any module
_DOMAINS = ("", "ai.onnx", "qonnx.custom_op.general", "onnx.brevitas", "finn.custom_op.general")
# of one tensor at the size at which passes are checked: 47 thousand channels of 17x21, far beyond any device
_MOST_VALUES = 2**24
_LEAST = {"strides": 1, "dilations": 1, "kernel_shape": 1, "group": 1, "blocksize": 1, "pads": 0}
_MOST_SIZE = 2**12
_BITS = range(1, 33)
_NUMBERS = (
    TensorProto.FLOAT,
    TensorProto.DOUBLE,
    TensorProto.INT64,
    TensorProto.INT32,
    TensorProto.INT8,
    TensorProto.UINT8,
    TensorProto.BOOL,
)
_LAYER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")


def load_graph(path: Path) -> ModelWrapper:
    """Return a QONNX graph from a file, as it is.

    Nothing outside the file is read, no module that it names is imported, and no tensor that it only declares
    is allocated.

    Raises:
        UnsupportedOperatorError: an operator has no hardware form.
        ModelError: the file is no ONNX graph, or none to start from; names file and place.
    """
    try:
        model = onnx.load(path, load_external_data=False)
        _check_constants(model, path)
        _check_nodes(model, path)
        onnx.checker.check_model(model)
        wrapper = ModelWrapper(model)
        check_supported(wrapper)
        _check_metadata(wrapper, path)
        _check_input(model, path)
        check_reference(wrapper, str(path))
        _check_quantizers(wrapper, path)
        _check_execution(wrapper, path)
    except (BbcuFpgaError, OSError):
        raise
    except Exception as error:  # protobuf, ONNX, QONNX and ONNX Runtime each raise types of their own
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise ModelError(
            f"{path}: not an ONNX graph, or not a valid one: {reason[:300]}; export it again"
        ) from error
    return wrapper


def _check_constants(model: ModelProto, path: Path) -> None:
    """Refuse constants that lie elsewhere, are no numbers or have another size than they declare."""
    if model.functions or model.graph.sparse_initializer:
        raise ModelError(f"{path}: holds functions or sparse constants, which are not supported; inline them")
    for tensor in _tensors(model):
        if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
            raise ModelError(
                f"{path}: the constant {tensor.name} lies in another file, which is not read; "
                "save it as one file (onnx.save_model with save_as_external_data=False)"
            )
        if tensor.data_type not in _NUMBERS or numpy_helper.to_array(tensor).size != prod(tensor.dims):
            kind = TensorProto.DataType.Name(tensor.data_type)
            raise ModelError(
                f"{path}: the constant {tensor.name} must hold numbers, {list(tensor.dims)} of {kind}"
            )


def _tensors(model: ModelProto) -> Iterator[TensorProto]:
    yield from model.graph.initializer
    for attribute in (attribute for node in model.graph.node for attribute in node.attribute):
        if attribute.type in (AttributeProto.TENSOR, AttributeProto.TENSORS):
            yield from (attribute.t, *attribute.tensors)


def _check_nodes(model: ModelProto, path: Path) -> None:
    """Refuse what would import a module, and names that two nodes share."""
    seen: set[str] = set()
    for node in model.graph.node:
        if node.domain not in _DOMAINS:
            raise ModelError(
                f"{path}: node {node.name or node.op_type} is of the unknown domain {node.domain!r}; "
                f"known: {', '.join(filter(None, _DOMAINS))}"
            )
        if node.name and node.name in seen:
            raise ModelError(f"{path}: two nodes are called {node.name!r}; give them different names or none")
        seen.add(node.name)
        for attribute in node.attribute:
            _check_attribute(node.name or node.op_type, attribute, path)


def _check_attribute(node: str, attribute: AttributeProto, path: Path) -> None:
    """Refuse sizes out of range: ONNX' shape inference divides by them, which ends the process."""
    least = _LEAST.get(attribute.name)
    values = [attribute.i] if attribute.type == AttributeProto.INT else list(attribute.ints)
    if least is not None and not all(least <= value <= _MOST_SIZE for value in values):
        raise ModelError(
            f"{path}: node {node} has {attribute.name} {values}; expected are {least} to {_MOST_SIZE}"
        )


def _check_metadata(model: ModelWrapper, path: Path) -> None:
    """Refuse a graph that is half compiled, and names of layers that cannot name files and modules."""
    if model.get_metadata_prop("exec_mode"):
        raise ModelError(f"{path}: the metadata exec_mode is of a compiled graph; give the exported one")
    names = json.loads(model.get_metadata_prop(METADATA_KEY) or "[]")
    usable = isinstance(names, list) and all(
        isinstance(name, str) and _LAYER_NAME.fullmatch(name) for name in names
    )
    if not usable or len({name.replace(".", "_") for name in names}) < len(names):
        raise ModelError(
            f"{path}: the metadata {METADATA_KEY} must list different names of letters, digits, _ and ."
        )


def _check_input(model: ModelProto, path: Path) -> None:
    for tensor in model.graph.input:
        kind = tensor.type.tensor_type
        sizes = [dim.dim_value for dim in kind.shape.dim]
        if kind.elem_type != TensorProto.FLOAT or len(sizes) != 4 or sizes[0] != 1:
            raise ModelError(
                f"{path}: the input {tensor.name} must be one float32 picture (1, channels, height, width), "
                f"found {sizes} of {TensorProto.DataType.Name(kind.elem_type)}"
            )


def _check_quantizers(model: ModelWrapper, path: Path) -> None:
    for node in model.get_nodes_by_op_type("Quant"):
        scale, bits = model.get_initializer(node.input[1]), model.get_initializer(node.input[3])
        if scale is None or not (scale > 0).all():
            raise ModelError(f"{path}: node {node.name} (Quant) has a scale that is no constant above zero")
        if bits is None or bits.size != 1 or bits.item() not in _BITS:
            raise ModelError(
                f"{path}: node {node.name} (Quant) has {bits} bits; expected is one constant, a whole "
                f"number from {_BITS[0]} to {_BITS[-1]}"
            )


def _check_execution(model: ModelWrapper, path: Path) -> None:
    """Refuse shapes that no memory holds before anything is computed, then compute a small black picture."""
    height, width = check_size(model)
    small = with_frame_size(model, height, width)
    for name in (name for node in small.graph.node for name in node.output):
        shape = small.get_tensor_shape(name)
        if shape is None or min(shape, default=1) < 1 or prod(shape) > _MOST_VALUES:
            raise ModelError(
                f"{path}: the tensor {name} has the shape {shape} (None: its inputs do not fit) where the "
                f"input is {height}x{width}; expected are at most {_MOST_VALUES} values in all"
            )
    try:
        execute(small, np.zeros((1, height, width, colours(model)), np.uint8))
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
