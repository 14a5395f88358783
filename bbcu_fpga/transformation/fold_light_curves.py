# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold the curve of Zero-DCE++: the one product of two streams that has a hardware form."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from onnx import NodeProto
from qonnx.core.datatype import BaseDataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.elementwise_chain import chain_from, only_consumer
from bbcu_fpga.transformation.graph_edit import (
    CHANNELS_FIRST,
    CHANNELS_LAST,
    frame_attributes,
    hardware_node,
    is_power_of_two,
    is_unread,
    new_tensor,
    scalar_constant,
    transposed,
)


@dataclass(frozen=True)
class _Curve:
    """Integer tensors (NCHW) of one step, its fixed point, and the quantizer that gives the new light."""

    light: str
    parameter: str
    light_bits: int
    parameter_bits: int
    quantizer: NodeProto


class FoldLightCurves(Transformation):
    """``q(x + q(r q(x (x - 1))))`` becomes one operator, exact: all three round half to even as it does.

    x is light of L bits in units of 2^-L, r a parameter of B bits in units of 2^(1-B). To be applied when
    quantizers give integers and a factor follows each.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold the first step of a curve in stream order."""
        for add in model.get_nodes_by_op_type("Add"):
            curve = _match(model, add)
            if curve is not None:
                _rewrite(model, curve)
                return model, True
        return model, False


def _match(model: ModelWrapper, add: NodeProto) -> _Curve | None:
    quantizer = _quantizer_behind(model, add)
    kind = None if quantizer is None else _integer_type(model, quantizer)
    if quantizer is None or kind is None or kind.signed():
        return None
    bits = kind.bitwidth()
    for light, delta in (tuple(add.input), tuple(add.input)[::-1]):
        integers = _scaled(model, light, 2.0**-bits)
        factors = _rounded_product(model, delta, bits)
        if integers is None or factors is None:
            continue
        for parameter, bend in (factors, factors[::-1]):
            found = _parameter(model, parameter)
            if found is not None and _is_bend(model, bend, light, bits):
                return _Curve(integers, found[0], bits, found[1], quantizer)
    return None


def _integer_type(model: ModelWrapper, quantizer: NodeProto) -> BaseDataType | None:
    """Return the type of a quantizer of scale 1."""
    if scalar_constant(model, quantizer.input[1]) != 1:
        return None
    return getCustomOp(quantizer).get_integer_datatype(model)


def _quantizer_behind(model: ModelWrapper, node: NodeProto) -> NodeProto | None:
    """Return the quantizer with step 2^-bits that alone reads a node: x / 2^-bits, quantized."""
    divide = only_consumer(model, node.output[0])
    if divide is None or divide.op_type != "Div":
        return None
    quantizer = only_consumer(model, divide.output[0])
    if quantizer is None or quantizer.op_type != "Quant":
        return None
    bits = scalar_constant(model, quantizer.input[3])
    step = scalar_constant(model, divide.input[1])
    return quantizer if bits is not None and step == 2.0**-bits else None


def _scaled(model: ModelWrapper, tensor: str, scale: float) -> str | None:
    """Return the integers of a tensor that is integers times this scale, or None."""
    node = model.find_producer(tensor)
    if node is None or node.op_type != "Mul" or scalar_constant(model, node.input[1]) != scale:
        return None
    return str(node.input[0])


def _rounded_product(model: ModelWrapper, tensor: str, bits: int) -> tuple[str, str] | None:
    """Return x and y if the tensor is ``x * y`` rounded to signed integers of 2^-bits, or None."""
    integers = _scaled(model, tensor, 2.0**-bits)
    quantizer = None if integers is None else model.find_producer(integers)
    if quantizer is None or quantizer.op_type != "Quant":
        return None
    divide = model.find_producer(quantizer.input[0])
    product = None if divide is None else model.find_producer(divide.input[0])
    if divide is None or product is None or (divide.op_type, product.op_type) != ("Div", "Mul"):
        return None
    kind = _integer_type(model, quantizer)
    is_rounding = kind is not None and kind.signed() and kind.bitwidth() == bits
    if not is_rounding or scalar_constant(model, divide.input[1]) != 2.0**-bits:
        return None
    return str(product.input[0]), str(product.input[1])


def _parameter(model: ModelWrapper, tensor: str) -> tuple[str, int] | None:
    """Return the integers of the parameter and their bits, or None."""
    node = model.find_producer(tensor)
    quantizer = None if node is None else model.find_producer(node.input[0])
    if quantizer is None or quantizer.op_type != "Quant":
        return None
    kind = _integer_type(model, quantizer)
    if kind is None or not kind.signed():
        return None
    integers = _scaled(model, tensor, 2.0 ** (1 - kind.bitwidth()))
    return None if integers is None else (integers, kind.bitwidth())


def _is_bend(model: ModelWrapper, tensor: str, light: str, bits: int) -> bool:
    """Tell whether a tensor is ``light * (light - 1)``, rounded."""
    factors = _rounded_product(model, tensor, bits)
    if factors is None or light not in factors:
        return False
    other = model.find_producer(factors[1] if factors[0] == light else factors[0])
    if other is None or other.input[0] != light or other.op_type not in ("Add", "Sub"):
        return False
    return scalar_constant(model, other.input[1]) == (1 if other.op_type == "Sub" else -1)


def _rewrite(model: ModelWrapper, curve: _Curve) -> None:
    light, in_shift = _before(model, curve)
    end, out_bits = _behind(model, curve)
    shape = model.get_tensor_shape(end)
    result = new_tensor(model, [shape[axis] for axis in CHANNELS_LAST])
    inputs = [transposed(model, name, CHANNELS_LAST) for name in (light, curve.parameter)]
    number = len(model.get_nodes_by_op_type("LightCurve"))
    node = hardware_node(
        "LightCurve",
        inputs,
        result,
        f"curve_{number}",
        **frame_attributes(model, end),
        channels=shape[1],
        light_bits=curve.light_bits,
        parameter_bits=curve.parameter_bits,
        in_shift=in_shift,
        out_shift=curve.light_bits - out_bits,
    )
    producer = model.find_producer(end)
    producer.output[0] = new_tensor(model, shape)
    model.graph.node.append(node)
    transposed(model, result, CHANNELS_FIRST, end)
    _remove_unread(model, producer)
    for tensor in (end, result):
        model.set_tensor_datatype(tensor, getCustomOp(node).get_output_datatype())
    getCustomOp(node).infer_node_datatype(model)


def _before(model: ModelWrapper, curve: _Curve) -> tuple[str, int]:
    """Look through a quantizer that only shifts unsigned integers left, such as pixels: (tensor, shift)."""
    quantizer = model.find_producer(curve.light)
    if quantizer is None or quantizer.op_type != "Quant":
        return curve.light, 0
    factor, tensor = 1.0, str(quantizer.input[0])
    while not model.get_tensor_datatype(tensor).is_integer():
        node = model.find_producer(tensor)
        value = None if node is None else scalar_constant(model, node.input[1])
        if node is None or node.op_type not in ("Mul", "Div") or value is None:
            return curve.light, 0
        factor, tensor = factor * (value if node.op_type == "Mul" else 1 / value), str(node.input[0])
    kind, shift = model.get_tensor_datatype(tensor), log2(factor) if is_power_of_two(factor) else -1
    fits = not kind.signed() and kind.bitwidth() + shift == curve.light_bits
    return (tensor, int(shift)) if shift >= 0 and fits else (curve.light, 0)


def _behind(model: ModelWrapper, curve: _Curve) -> tuple[str, int]:
    """Look through a quantizer that rounds the new light to fewer bits: (tensor, bits)."""
    light, bits = str(curve.quantizer.output[0]), curve.light_bits
    chain = chain_from(model, light)
    kind = None if chain is None else _integer_type(model, chain.quantizer)
    if chain is None or kind is None or kind.signed() or kind.bitwidth() >= bits:
        return light, bits
    values = [scalar_constant(model, node.input[1]) for node in chain.nodes]
    factor = 1.0
    for node, value in zip(chain.nodes, values, strict=True):
        if value is None or node.op_type not in ("Mul", "Div"):
            return light, bits
        factor *= value if node.op_type == "Mul" else 1 / value
    narrowed = factor == 2.0 ** (kind.bitwidth() - bits)
    return (chain.end, kind.bitwidth()) if narrowed else (light, bits)


def _remove_unread(model: ModelWrapper, node: NodeProto) -> None:
    """Remove a node that nobody reads, and what only it read, upwards; constants stay."""
    if any(not is_unread(model, name) for name in node.output):
        return
    model.graph.node.remove(node)
    for name in node.input:
        producer = model.find_producer(name)
        if producer is not None:
            _remove_unread(model, producer)
