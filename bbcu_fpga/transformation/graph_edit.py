# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Small graph surgery shared by the passes."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.util.basic import get_by_name

CHANNELS_LAST = [0, 2, 3, 1]
CHANNELS_FIRST = [0, 3, 1, 2]
HARDWARE_DOMAIN = "finn.custom_op.fpgadataflow"
QUANTIZERS = ("Quant", "BipolarQuant")
ACCUMULATING = ("XnorPopcountMVU", "IntegerMVU", "DepthwiseUnit")


def new_tensor(model: ModelWrapper, shape: list[int], like: str | None = None) -> str:
    """Add a float tensor of `shape`, with the datatype of tensor `like`, and return its name."""
    name: str = model.make_new_valueinfo_name()
    model.graph.value_info.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    if like is not None:
        model.set_tensor_datatype(name, model.get_tensor_datatype(like))
    return name


def new_constant(model: ModelWrapper, value: np.ndarray, datatype: str | None = None) -> str:
    """Add an initializer and return its name."""
    name: str = model.make_new_valueinfo_name()
    model.set_initializer(name, value)
    if datatype is not None:
        model.set_tensor_datatype(name, DataType[datatype])
    return name


def transposed(model: ModelWrapper, tensor: str, order: list[int], output: str | None = None) -> str:
    """Append a Transpose of `tensor` and return its output (`output`, or a new tensor)."""
    shape = model.get_tensor_shape(tensor)
    if output is None:
        output = new_tensor(model, [shape[axis] for axis in order], like=tensor)
    model.graph.node.append(helper.make_node("Transpose", [tensor], [output], perm=order))
    return output


def hardware_node(op_type: str, inputs: list[str], output: str, layer: str, **attributes: Any) -> NodeProto:
    """Return a hardware operator's node, named after its layer."""
    return helper.make_node(
        op_type,
        inputs,
        [output],
        domain=HARDWARE_DOMAIN,
        backend="fpgadataflow",
        name=layer,
        layer=layer,
        **attributes,
    )


def frame_attributes(model: ModelWrapper, nchw_tensor: str) -> dict[str, int]:
    """Return the `height` and `width` attributes of an operator on this tensor."""
    _, _, height, width = model.get_tensor_shape(nchw_tensor)
    return {"height": height, "width": width}


def replace_input(node: NodeProto, old: str, new: str) -> None:
    """Let `node` read tensor `new` wherever it read `old`."""
    for index, name in enumerate(node.input):
        if name == old:
            node.input[index] = new


def is_output(model: ModelWrapper, tensor: str) -> bool:
    """Tell whether a tensor is an output of the graph."""
    return any(output.name == tensor for output in model.graph.output)


def is_unread(model: ModelWrapper, tensor: str) -> bool:
    """Tell whether nobody needs a tensor: no node reads it, and it is no output of the graph."""
    return not model.find_consumers(tensor) and not is_output(model, tensor)


def remove_nodes(model: ModelWrapper, nodes: list[NodeProto] | tuple[NodeProto, ...]) -> None:
    """Remove nodes from the graph."""
    for node in nodes:
        model.graph.node.remove(node)


def attribute(node: NodeProto, name: str, default: Any = None) -> Any:
    """Return an ONNX attribute's value: integer, list of integers, or string."""
    found = get_by_name(node.attribute, name)
    return default if found is None else _decoded(helper.get_attribute_value(found))


def _decoded(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    return list(value) if hasattr(value, "__len__") and not isinstance(value, str) else value


def scalar_constant(model: ModelWrapper, name: str) -> float | None:
    """Return the value of a one-element initializer, or None."""
    value = model.get_initializer(name) if name else None
    return float(value.reshape(-1)[0]) if value is not None and value.size == 1 else None


def is_power_of_two(number: float) -> bool:
    """Tell whether a float is a positive power of two, by which float32 multiplies exactly."""
    return bool(np.frexp(number)[0] == 0.5)
